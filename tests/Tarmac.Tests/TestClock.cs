using Microsoft.Extensions.Time.Testing;

namespace Tarmac.Tests;

/// <summary>A clock that tests move: time passes by <see cref="Advance"/>, and the wall clock can be set back, as NTP does.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly FakeTimeProvider inner = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private TimeSpan offset;

    /// <summary>Time that has really passed, whatever the wall clock says.</summary>
    public TimeSpan Elapsed => inner.GetUtcNow() - inner.Start;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan by) => inner.Advance(by);

    /// <summary>Sets the wall clock without time passing.</summary>
    public void Jump(TimeSpan by) => offset += by;

    /// <summary>Lets time pass, step by step, until the work is done.</summary>
    /// <param name="step">A quarter of a second when null.</param>
    public async Task<T> Until<T>(Task<T> work, TimeSpan? step = null)
    {
        while (!work.IsCompleted)
        {
            Advance(step ?? TimeSpan.FromMilliseconds(250));
            // Real time for the code under test to reach its next wait on this clock; the loop ends by the work, not by this.
            await Task.WhenAny(work, Task.Delay(5, TestContext.Current.CancellationToken));
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
        return await work;
    }
}
