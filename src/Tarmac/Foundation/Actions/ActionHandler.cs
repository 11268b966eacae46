using System.Text.Json.Nodes;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Actions;

namespace Tarmac.Foundation.Actions;

/// <summary>One call of an action: who asks for what. The input has been checked against the action's schema and has its defaults.</summary>
public sealed record ActionCall(ActionDefinition Action, Principal Principal, JsonObject Input)
{
    /// <summary>What <see cref="ActionHandler.Prepare"/> learnt; null for a plan.</summary>
    public object? Prepared { get; init; }

    public string Text(string field) => Input[field]?.GetValue<string>() ?? "";

    public string? TextOrNull(string field) => Input[field]?.GetValue<string>() is { Length: > 0 } text ? text : null;
}

/// <summary>What would happen, in words, before anything does.</summary>
/// <param name="Subject">The entity it changes, by full reference.</param>
/// <param name="Steps">Sentences, in order.</param>
/// <param name="Warnings">What the asker may not expect; never a reason to refuse.</param>
public sealed record ActionPlan(string Subject, IReadOnlyList<string> Steps, IReadOnlyList<string>? Warnings = null, JsonObject? Before = null, JsonObject? After = null);

/// <param name="Operation">The operation that does the outside work, when there is one.</param>
/// <param name="Secret">Shown once to the caller and stored nowhere.</param>
public sealed record ActionOutcome(JsonObject Result, string? Operation = null, string? Secret = null);

/// <summary>The server's side of an action declared in <see cref="ActionDefinition"/>.</summary>
public abstract class ActionHandler(ActionDefinition definition)
{
    public ActionDefinition Definition { get; } = definition;

    /// <summary>The entity whose owner may run it; null when nothing exists yet to own.</summary>
    public virtual ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) => ValueTask.FromResult<string?>(null);

    /// <summary>Who owns the subject when the catalog names no owner that exists.</summary>
    public virtual ValueTask<string?> OwnerWhenUnknown(ActionCall call, CancellationToken cancellation) => ValueTask.FromResult<string?>(null);

    /// <summary>
    /// What must be done before the transaction of <see cref="Run"/>, such as asking other machines: changes nothing, and
    /// returns the call with what it learnt. A plan goes without.
    /// </summary>
    public virtual Task<ActionCall> Prepare(ActionCall call, CancellationToken cancellation) => Task.FromResult(call);

    /// <summary>Decides, changing nothing.</summary>
    /// <exception cref="Web.Problem">It cannot be done as asked.</exception>
    public abstract Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation);

    /// <summary>Records the decision in one transaction; outside work is enqueued there as an operation.</summary>
    public abstract Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session);
}
