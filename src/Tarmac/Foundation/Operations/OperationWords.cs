using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Operations;

/// <summary>Operations and their steps as people read them.</summary>
public static class OperationWords
{
    public static (Status Status, string Word) Of(string state) => state switch
    {
        OperationState.Succeeded => (Status.Ok, "Done"),
        OperationState.Failed => (Status.Failed, "Failed"),
        OperationState.Running => (Status.Running, "Running"),
        OperationState.Canceled => (Status.Stopped, "Canceled"),
        _ => (Status.Waiting, "Waiting"),
    };

    /// <summary>
    /// The timeline: what was done, and while it runs also what is to come. A planned step that a later one has passed by
    /// was not needed, and one that a failure prevented never happened: neither is shown.
    /// </summary>
    public static IReadOnlyList<StepView> Timeline(IReadOnlyList<(string Name, string Title)> planned, IReadOnlyList<OperationStep> taken, bool final)
    {
        var titles = planned.ToDictionary(step => step.Name, step => step.Title);
        var names = planned.Select(step => step.Name).ToList();
        var furthest = taken.Select(step => names.IndexOf(step.Name)).DefaultIfEmpty(-1).Max();
        return
        [
            .. taken.Select(step => new StepView(step.Name, titles.GetValueOrDefault(step.Name) ?? Readable(step.Name), Of(step), step.FinishedAt - step.StartedAt, step.Message)),
            .. final ? [] : names.Skip(furthest + 1).Select(name => new StepView(name, titles[name], StepState.Waiting)),
        ];
    }

    private static StepState Of(OperationStep step) => step.State switch
    {
        OperationState.Succeeded => StepState.Done,
        OperationState.Failed => StepState.Failed,
        OperationState.Running => StepState.Running,
        OperationState.Canceled => StepState.Skipped,
        _ => StepState.Waiting,
    };

    private static string Readable(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('-', ' ');
}
