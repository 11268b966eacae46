using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Operations;

internal sealed class OperationShowCommand : Verb
{
    private readonly Argument<string> id;

    public OperationShowCommand() : base("show", "One operation: its state, steps and conditions, and why it failed.", "tarmac operation show op-0198c0ffee") =>
        id = With(new Argument<string>("id") { Description = "The operation's id." });

    protected override async Task<int> Run(Invocation run)
    {
        var shown = await run.Platform.Get("/api/operations/" + Uri.EscapeDataString(run.Get(id)!));
        run.Terminal.Document(shown);
        var operation = shown.At("operation") ?? shown;
        run.Terminal.Line($"{operation.Text("title")}: {operation.Text("state")}");
        run.Terminal.Line($"{operation.Text("subject")}, by {operation.Text("principal")}, {Ago.Of(operation.Time("createdAt"), TimeProvider.System)}");
        var steps = new Table("STEP", "STATE", "TOOK", "");
        foreach (var step in shown.List("steps"))
            steps.Row(step.Text("name"), step.Text("state"), step.Time("finishedAt") - step.Time("startedAt") is { } took ? Ago.Span(took) : null, step.Text("message") ?? "");
        if (steps.Count > 0) run.Terminal.Show(steps);
        var conditions = new Table("CONDITION", "STATUS", "REASON", "");
        foreach (var condition in shown.List("conditions"))
            conditions.Row(condition.Text("type"), condition.Text("status"), condition.Text("reason"), condition.Text("message"));
        if (conditions.Count > 0) run.Terminal.Show(conditions);
        if (operation.At("problem") is JsonObject) _ = OperationFollower.Outcome(run, shown);
        // Looking at a failed operation is no failure.
        return ExitCode.Ok;
    }
}
