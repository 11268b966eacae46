using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Tarmac.Foundation.Events;

namespace Tarmac.Tests.Foundation.Events;

public sealed class EventSubscriberTests
{
    [Fact]
    public async Task A_subscriber_that_fails_tries_the_same_event_again_and_skips_none()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        using var subscriber = new Recorder(fresh, failOnceAt: 3);
        await subscriber.StartAsync(TestContext.Current.CancellationToken);
        for (var n = 0; n < 5; n++) await Happen(fresh);
        await clock.Until(Done(subscriber.CaughtUp(5, TestContext.Current.CancellationToken)));
        await subscriber.StopAsync(CancellationToken.None);
        Assert.Equal([1, 2, 3, 4, 5], subscriber.Handled.Distinct());
        Assert.Equal(1, subscriber.Failures);
    }

    [Fact]
    public async Task A_subscriber_goes_on_where_it_stopped_and_misses_nothing_of_what_happened_meanwhile()
    {
        await using var fresh = await FreshDatabase.Open();
        using var first = new Recorder(fresh);
        await first.StartAsync(TestContext.Current.CancellationToken);
        await Happen(fresh);
        await Happen(fresh);
        await first.CaughtUp(2, TestContext.Current.CancellationToken);
        await first.CursorSaved(2);
        await first.StopAsync(CancellationToken.None);
        await Happen(fresh);

        using var second = new Recorder(fresh);
        await second.StartAsync(TestContext.Current.CancellationToken);
        await Happen(fresh);
        await second.CaughtUp(4, TestContext.Current.CancellationToken);
        await second.StopAsync(CancellationToken.None);
        Assert.Equal([1, 2], first.Handled);
        Assert.Equal([3, 4], second.Handled);
    }

    [Fact]
    public async Task A_writer_waits_until_its_own_event_has_been_handled()
    {
        await using var fresh = await FreshDatabase.Open();
        using var subscriber = new Recorder(fresh);
        await subscriber.StartAsync(TestContext.Current.CancellationToken);
        var revision = await Happen(fresh);
        await subscriber.CaughtUp(revision, TestContext.Current.CancellationToken);
        Assert.Contains(revision, subscriber.Handled);
        await subscriber.StopAsync(CancellationToken.None);
    }

    private static Task<long> Happen(FreshDatabase fresh) =>
        fresh.Write(session => fresh.Events.Append(session, "dev.tarmac.test.happened", null, null, []));

    private static async Task<bool> Done(Task work)
    {
        await work;
        return true;
    }

    private sealed class Recorder(FreshDatabase fresh, long failOnceAt = 0)
        : EventSubscriber("recorder", fresh.Events, fresh.Database, fresh.Clock, NullLogger.Instance)
    {
        public ConcurrentQueue<long> Handled { get; } = [];

        public int Failures { get; private set; }

        public async Task CursorSaved(long revision)
        {
            while (await fresh.Read(session => session.Number($"select revision from subscriber where name = 'recorder'")) is not { } saved || saved < revision)
                await Task.Yield();
        }

        protected override Task Handle(Event happened, CancellationToken cancellation)
        {
            if (happened.Revision == failOnceAt && Failures == 0)
            {
                Failures++;
                throw new InvalidOperationException("not yet");
            }
            Handled.Enqueue(happened.Revision);
            return Task.CompletedTask;
        }
    }
}
