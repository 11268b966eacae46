using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Foundation;

/// <summary>A verb that runs an action: plans it when asked to, else runs it and follows its operation.</summary>
internal abstract class ChangeVerb : Verb
{
    private readonly Option<bool> plan = new("--plan") { Description = "Say what would happen, and change nothing." };
    private readonly Option<bool> noWait = new("--no-wait") { Description = "Do not wait for the operation to end." };
    private readonly Option<bool> yes = new("--yes", "-y") { Description = "Do not ask." };

    protected ChangeVerb(ActionDefinition action, string name, string? description, params string[] examples) : base(name, description ?? action.Summary, examples)
    {
        Definition = action;
        Options.Add(plan);
        if (action.Destructive) Options.Add(yes);
    }

    protected ActionDefinition Definition { get; }

    /// <summary>For verbs whose action goes on as an operation.</summary>
    protected void CanBeLeft() => Options.Add(noWait);

    protected bool Planning(Invocation run) => run.Get(plan);

    protected bool Leaving(Invocation run) => run.Get(noWait);

    protected bool AnswersYes(Invocation run) => run.Get(yes);

    /// <summary>Plans or runs the action; <paramref name="shown"/> writes the result for people.</summary>
    protected async Task<int> Perform(Invocation run, JsonObject input, Action<JsonNode>? shown = null)
    {
        if (Planning(run)) return await ShowPlan(run, input);
        if (Definition.Destructive && !AnswersYes(run) && !await Agreed(run, input))
        {
            run.Terminal.Progress("Nothing was changed.");
            return ExitCode.Failure;
        }
        return await Finish(run, await run.Platform.Act(Definition, input), shown);
    }

    /// <summary>Follows the operation of an answer, if it has one, and writes the result.</summary>
    protected async Task<int> Finish(Invocation run, JsonNode answer, Action<JsonNode>? shown)
    {
        var exit = ExitCode.Ok;
        if (answer.Text("operation") is { } operation)
        {
            foreach (var step in answer.List("steps")) run.Terminal.Progress(step.Text() ?? "");
            if (run.Get(noWait))
            {
                run.Terminal.Line(operation);
                run.Terminal.Document(answer);
                return exit;
            }
            var outcome = await OperationFollower.FollowAsProgress(run, operation);
            ((JsonObject)answer)["outcome"] = outcome.DeepClone();
            exit = OperationFollower.Outcome(run, outcome);
        }
        else if (shown is null)
        {
            foreach (var step in answer.List("steps")) run.Terminal.Line(step.Text() ?? "");
        }
        foreach (var warning in answer.List("warnings")) run.Terminal.Progress("Note: " + warning.Text());
        run.Terminal.Document(answer);
        if (exit == ExitCode.Ok && !run.Terminal.Json) shown?.Invoke(answer);
        return exit;
    }

    protected async Task<int> ShowPlan(Invocation run, JsonObject input)
    {
        var planned = await run.Platform.Plan(Definition, input);
        Write(planned, run.Terminal.Line);
        run.Terminal.Document(planned);
        return ExitCode.Ok;
    }

    protected static void Write(JsonNode planned, Action<string> line)
    {
        var number = 0;
        foreach (var step in planned.List("steps")) line($"{++number}. {step.Text()}");
        foreach (var warning in planned.List("warnings")) line("Note: " + warning.Text());
    }

    private async Task<bool> Agreed(Invocation run, JsonObject input)
    {
        if (!run.Terminal.CanAsk) throw CliProblem.WrongUsage("This takes something away, and nobody is here to be asked.", "Add --yes when you mean it, or --plan to see what would happen.");
        Write(await run.Platform.Plan(Definition, input), run.Terminal.Progress);
        return run.Terminal.Confirm("Do it?");
    }
}
