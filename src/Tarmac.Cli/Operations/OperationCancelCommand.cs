using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Operations;

internal sealed class OperationCancelCommand : ChangeVerb
{
    private readonly Argument<string> id;

    public OperationCancelCommand() : base(OperationActions.Cancel, "cancel", null, "tarmac operation cancel op-0198c0ffee") =>
        id = With(new Argument<string>("id") { Description = "The operation's id." });

    protected override async Task<int> Run(Invocation run)
    {
        var input = new JsonObject { ["id"] = run.Get(id) };
        if (Planning(run)) return await ShowPlan(run, input);
        // The answer names the very operation that ends: following it would report its cancelling as a failure.
        var answer = await run.Platform.Act(Definition, input);
        foreach (var step in answer.List("steps")) run.Terminal.Line(step.Text() ?? "");
        run.Terminal.Document(answer);
        return ExitCode.Ok;
    }
}
