using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Operations;

/// <summary>
/// What an operation of one kind does. <see cref="Run"/> is called from the top again after a crash: steps that were
/// finished are skipped, and the one that was interrupted looks for its effect before it repeats it.
/// </summary>
public abstract class OperationKind(string name)
{
    public string Name { get; } = name;

    /// <summary>After this many tries, crashes included, the operation fails for good.</summary>
    public virtual int MaximumAttempts => 12;

    /// <summary>Whether another platform runs it when the one it is meant for is gone; else it waits until that one is back.</summary>
    public virtual bool MayMove => false;

    /// <summary>The steps it takes when all goes well, in order, and what people call them: a page shows those still to come.</summary>
    public virtual IReadOnlyList<(string Name, string Title)> Steps => [];

    /// <summary>Where to go from one that succeeded.</summary>
    public virtual IReadOnlyList<NextStep> Next(Operation operation) => [];

    /// <summary>Who owns what it works on when the catalog names no owner that exists: whoever asked for it, unless the kind knows better.</summary>
    public virtual Task<string> OwnerWhenUnknown(Operation operation, CancellationToken cancellation) => Task.FromResult(operation.Principal);

    /// <summary>Does the work; the answer becomes the operation's result.</summary>
    /// <exception cref="Web.Problem">The operation cannot succeed as asked: it fails at once, with this explanation.</exception>
    public abstract Task<JsonObject?> Run(OperationRun run);

    /// <summary>Undoes what a failed or canceled operation left half-made. Called once it will not be tried again.</summary>
    public virtual Task CleanUp(OperationRun run, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Something one does next: a page of ours or elsewhere, a command, or only words.</summary>
public sealed record NextStep(string Text, string? Href = null, string? Command = null);
