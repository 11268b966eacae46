using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Yaml;

namespace Tarmac.Cli.Catalog;

internal sealed class HistoryCommand : Verb
{
    private readonly Argument<string?> entity;
    private readonly Option<int> limit;
    private readonly Option<string?> asOf;

    public HistoryCommand() : base("history", "What happened to an entity: who changed what, when, and in which file.", "tarmac history vouchers", "tarmac history group:promotions --limit 5", "tarmac history vouchers --as-of 7d --json")
    {
        entity = With(new Argument<string?>("entity") { Description = "[kind:][namespace/]name; a component when no kind is given, that of this repository when nothing is.", Arity = ArgumentArity.ZeroOrOne });
        limit = Having(new Option<int>("--limit") { Description = "At most so many changes.", DefaultValueFactory = _ => 50, HelpName = "COUNT" });
        asOf = Having(new Option<string?>("--as-of") { Description = "What it said then, instead: a revision, a time, or so long ago, such as 7d.", HelpName = "WHEN" });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var reference = Refs.Parse(run.Get(entity) ?? ServiceHere.Or(null), "component");
        var address = "/api/v1/catalog/entities/" + Refs.Path(reference);
        if (run.Get(asOf) is { } moment)
        {
            var then = await run.Platform.Get(new Query(address).Add("asOf", moment.All(char.IsAsciiDigit) ? moment : Refs.Since(moment, TimeProvider.System)).ToString());
            run.Terminal.Document(then);
            if (!run.Terminal.Json && then.At("entity") is JsonObject document) Console.Out.Write(YamlText.Document(document));
            return ExitCode.Ok;
        }
        var most = run.Get(limit);
        var found = await run.Platform.Get(new Query(address + "/history").Add("limit", most.ToString(CultureInfo.InvariantCulture)).ToString());
        run.Terminal.Document(found);
        if (run.Terminal.Json) return ExitCode.Ok;
        foreach (var change in found.List())
        {
            run.Terminal.Line($"{Ago.Of(change.Time("at"), TimeProvider.System)}  {change.Text("words")}, by {change.Text("actorTitle")}");
            foreach (var field in change.List("changes")) run.Terminal.Line($"    {field.Text("field")}: {Value(field.At("before"))} → {Value(field.At("after"))}");
            run.Terminal.Line($"    {change.Text("file")}:{change.Text("line")} in {change.Text("source")}");
        }
        if (found.Text("next") is not null) run.Terminal.Progress("There is more; --limit shows it.");
        return ExitCode.Ok;
    }

    private static string Value(JsonNode? value) => value switch
    {
        null => "nothing",
        JsonValue => value.Text() ?? "",
        _ => value.OnOneLine(),
    };
}
