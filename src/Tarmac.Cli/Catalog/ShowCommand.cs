using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Catalog;

internal sealed class ShowCommand : Verb
{
    private readonly Argument<string?> entity;

    public ShowCommand() : base("show", "One entity: what it is, who owns it, what it relates to, what is wrong with it.", "tarmac show vouchers", "tarmac show group:promotions", "tarmac show api:default/prices --json") =>
        entity = With(new Argument<string?>("entity") { Description = "[kind:][namespace/]name; a component when no kind is given, that of this repository when nothing is.", Arity = ArgumentArity.ZeroOrOne });

    protected override async Task<int> Run(Invocation run)
    {
        var reference = Refs.Parse(run.Get(entity) ?? ServiceHere.Or(null), "component");
        var shown = await run.Platform.Get("/api/v1/catalog/entities/" + Refs.Path(reference));
        run.Terminal.Document(shown);
        if (run.Terminal.Json) return ExitCode.Ok;
        var summary = shown.At("summary") ?? shown;
        run.Terminal.Line($"{summary.Text("title") ?? summary.Text("name")} ({summary.Text("ref") ?? reference.ToString()})");
        if (summary.Text("description") is { Length: > 0 } description) run.Terminal.Line(description);
        foreach (var (label, field) in (ReadOnlySpan<(string, string)>)[("Type", "type"), ("Owner", "owner"), ("System", "system"), ("Lifecycle", "lifecycle"), ("Tier", "tier")])
            if (summary.Text(field) is { } value) run.Terminal.Line($"{label + ":",-11}{value}");
        if (shown.At("origin") is JsonObject origin) run.Terminal.Line($"{"From:",-11}{origin.Text("file")}:{origin.Text("line")} in {origin.Text("source")}");
        if (shown.At("runbook") is JsonObject runbook) run.Terminal.Line($"{"Runbook:",-11}{runbook.Text("file")}, {runbook.List("sections").Count()} sections");
        var relations = new Table("RELATION", "TO", "");
        foreach (var relation in shown.List("relations")) relations.Row(relation.Text("type"), relation.Text("target"), relation.At("exists") is not null && !relation.Flag("exists") ? "does not exist" : "");
        if (relations.Count > 0) run.Terminal.Show(relations);
        foreach (var problem in shown.List("problems")) run.Terminal.Line("Problem: " + Terminal.Place(problem));
        return ExitCode.Ok;
    }
}
