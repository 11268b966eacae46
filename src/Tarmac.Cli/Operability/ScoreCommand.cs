using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Operability;

internal sealed class ScoreCommand : ChangeVerb
{
    private readonly Argument<string?> entity;
    private readonly Option<bool> rescore;
    private readonly Option<bool> all;

    public ScoreCommand() : base(OperabilityActions.Rescore, "score", "How operable a component is, what is missing, and how to mend it.",
        "tarmac score vouchers", "tarmac score vouchers --rescore", "tarmac score --all --json")
    {
        entity = With(new Argument<string?>("entity") { Description = "The component; that of this repository when not named.", Arity = ArgumentArity.ZeroOrOne });
        rescore = Having(new Option<bool>("--rescore") { Description = "Collect what can be collected now, and judge again first." });
        all = Having(new Option<bool>("--all") { Description = "Every component, lowest score first." });
    }

    protected override async Task<int> Run(Invocation run)
    {
        if (run.Get(all))
            return run.Get(entity) is null && !run.Get(rescore) && !Planning(run) ? await All(run) : throw CliProblem.WrongUsage("--all shows every component, and judges none again.", "Leave --all out, or everything beside it: tarmac score --all.");
        var reference = Refs.Parse(run.Get(entity) ?? ServiceHere.Or(null), "component");
        var input = new JsonObject { ["entity"] = reference.ToString() };
        if (Planning(run)) return await ShowPlan(run, input);
        JsonNode? judged = null;
        if (run.Get(rescore))
        {
            var answer = await run.Platform.Act(Definition, input);
            if (answer.Text("operation") is { } operation && OperationFollower.Outcome(run, await OperationFollower.FollowAsProgress(run, operation)) is var exit and not ExitCode.Ok) return exit;
            judged = answer.At("result");
        }
        var score = await run.Platform.Get("/api/scores/" + Refs.Path(reference));
        if (judged is not null) score["rescored"] = judged.DeepClone();
        run.Terminal.Document(score);
        if (!run.Terminal.Json) Show(run.Terminal, reference.ToString(), score);
        return ExitCode.Ok;
    }

    private static void Show(Terminal terminal, string reference, JsonNode score)
    {
        terminal.Line($"{reference}: {score.Text("score") ?? "not scored"}{(score.Text("band") is { } band ? $" ({band})" : "")}");
        if (score.At("rescored") is { } judged) terminal.Line($"Before: {judged.Text("before") ?? "not scored"}. Now: {judged.Text("after") ?? "not scored"}.");
        terminal.Line($"There is evidence for {score.Text("coverage")} % of what applies; as of {Ago.Of(score.Time("asOf"), TimeProvider.System)}.");
        var applying = score.List("findings").Where(finding => finding.Text("outcome") != "notApplicable").ToList();
        var table = new Table("OUTCOME", "CHECK", "ASPECT", "FOUND");
        foreach (var finding in applying) table.Row(finding.Text("outcome"), finding.Text("title") ?? finding.Text("check"), finding.Text("aspect"), finding.Text("message"));
        if (table.Count > 0) terminal.Show(table);
        foreach (var finding in applying.Where(finding => finding.Text("outcome") is "info" or "warning" or "error" or "critical"))
        {
            terminal.Line();
            terminal.Line($"{finding.Text("title") ?? finding.Text("check")}: {finding.Text("why")}");
            if (finding.Text("remedy") is { } remedy) terminal.Line("  To mend it: " + remedy);
            if (finding.Text("fix", "label") is { } fix) terminal.Line("  " + fix + Where(finding.At("fix")));
        }
    }

    private static string Where(JsonNode? fix) => (fix.Text("file"), fix.Text("line"), fix.Text("action")) switch
    {
        ({ } file, { } line, _) => $" ({file}:{line})",
        ({ } file, null, _) => $" ({file})",
        (null, _, { } action) => $" (tarmac action {action})",
        _ => "",
    };

    private static async Task<int> All(Invocation run)
    {
        const int page = 1000;
        var scores = await run.Platform.Get($"/api/scores?limit={page}");
        var items = (JsonArray)scores["items"]!;
        for (JsonNode next = scores; items.Count < scores.Number("total") && next.List("items").Any();)
        {
            next = await run.Platform.Get($"/api/scores?limit={page}&offset={items.Count}");
            foreach (var score in next.List("items")) items.Add(score.DeepClone());
        }
        run.Terminal.Document(scores);
        var table = new Table("COMPONENT", "SCORE", "BAND", "OWNER", "AS OF");
        foreach (var score in scores.List().OrderBy(score => score.Number("score") ?? -1))
            table.Row(score.Text("entity"), score.Text("score"), score.Text("band"), score.Text("owner"), Ago.Of(score.Time("asOf"), TimeProvider.System));
        if (table.Count == 0) run.Terminal.Line("Nothing is scored yet.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}
