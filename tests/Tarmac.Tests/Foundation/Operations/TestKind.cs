using System.Text.Json.Nodes;
using Tarmac.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Operations;

/// <summary>A kind of operation that does what a test says.</summary>
internal sealed class TestKind(string name, Func<OperationRun, Task> work, int attempts = 12) : OperationKind(name)
{
    private int cleanedUp;

    public override int MaximumAttempts => attempts;

    public int CleanedUp => cleanedUp;

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        await work(run);
        return new JsonObject { ["done"] = true };
    }

    public override Task CleanUp(OperationRun run, CancellationToken cancellation)
    {
        Interlocked.Increment(ref cleanedUp);
        return Task.CompletedTask;
    }
}
