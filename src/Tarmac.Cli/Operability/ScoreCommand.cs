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
        CanBeLeft();
        entity = With(new Argument<string?>("entity") { Description = "The component; that of this repository when not named.", Arity = ArgumentArity.ZeroOrOne });
        rescore = Having(new Option<bool>("--rescore") { Description = "Collect what can be collected now, and judge again first." });
        all = Having(new Option<bool>("--all") { Description = "Every component, lowest score first." });
    }

    protected override async Task<int> Run(Invocation run)
    {
        if (run.Get(all)) return await All(run);
        var reference = Refs.Parse(run.Get(entity) ?? ServiceHere.Or(null), "component");
        var input = new JsonObject { ["entity"] = reference.ToString() };
        if (Planning(run)) return await ShowPlan(run, input);
        if (run.Get(rescore))
        {
            var answer = await run.Platform.Act(Definition, input);
            if (answer.Text("operation") is { } operation && OperationFollower.Outcome(run, await OperationFollower.FollowAsProgress(run, operation)) is var exit and not ExitCode.Ok) return exit;
        }
        var score = await run.Platform.Get("/api/scores/" + Refs.Path(reference));
        run.Terminal.Document(score);
        Show(run, reference.ToString(), score);
        return ExitCode.Ok;
    }

    private static void Show(Invocation run, string reference, JsonNode score)
    {
        if (run.Terminal.Json) return;
        run.Terminal.Line($"{reference}: {score.Text("score") ?? "not scored yet"}{(score.Text("band") is { } band ? $" ({band})" : "")}");
        if (score.Number("coverage") is { } coverage) run.Terminal.Line($"Known: {(coverage <= 1 ? coverage * 100 : coverage):0} % of what is asked; as of {Ago.Of(score.Time("asOf"), TimeProvider.System)}.");
        var table = new Table("OUTCOME", "CHECK", "ASPECT", "FOUND");
        foreach (var finding in score.List("findings"))
            table.Row(finding.Text("outcome"), finding.Text("title") ?? finding.Text("check"), finding.Text("aspect"), finding.Text("message"));
        if (table.Count > 0) run.Terminal.Show(table);
        foreach (var finding in score.List("findings").Where(finding => finding.Text("outcome") is "fail" or "failing" or "failed"))
        {
            run.Terminal.Line();
            run.Terminal.Line($"{finding.Text("title") ?? finding.Text("check")}: {finding.Text("why")}");
            if (finding.Text("remedy") is { } remedy) run.Terminal.Line("  To mend it: " + remedy);
            if (finding.At("fix") is JsonValue fix) run.Terminal.Line("  " + fix.Text());
        }
    }

    private static async Task<int> All(Invocation run)
    {
        var scores = await run.Platform.Get("/api/scores");
        run.Terminal.Document(scores);
        var table = new Table("COMPONENT", "SCORE", "BAND", "OWNER", "AS OF");
        foreach (var score in scores.List().OrderBy(score => score.Number("score") ?? -1))
            table.Row(score.Text("entity"), score.Text("score"), score.Text("band"), score.Text("owner"), Ago.Of(score.Time("asOf"), TimeProvider.System));
        if (table.Count == 0) run.Terminal.Line("Nothing is scored yet.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}
