namespace Tarmac.Foundation.Hosting;

/// <summary>
/// Wakes everybody in this process who waits for a change. Take <see cref="Next"/> before looking at what may have changed
/// and wait for it after: nothing in between is missed.
/// </summary>
internal sealed class Signal
{
    private TaskCompletionSource due = Fresh();

    /// <summary>Completes when <see cref="Fire"/> is called next.</summary>
    public Task Next => Volatile.Read(ref due).Task;

    public void Fire() => Interlocked.Exchange(ref due, Fresh()).TrySetResult();

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
