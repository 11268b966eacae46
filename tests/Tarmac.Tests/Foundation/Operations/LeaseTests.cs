using Tarmac.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Operations;

public sealed class LeaseTests
{
    private const string A = "component:default/a";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task When_a_lease_runs_out_a_second_runner_takes_over_and_the_first_can_write_nothing_more()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var id = await fresh.Enqueue("work", A);
        var lost = await Start(fresh, (await Claim(fresh, "one"))!);
        Assert.Null(await Claim(fresh, "two"));

        clock.Advance(Lease + TimeSpan.FromSeconds(1));
        var taken = (await Claim(fresh, "two"))!;
        Assert.Equal((id, 2), (taken.Id, taken.Attempts));
        var second = await Start(fresh, taken);

        await Assert.ThrowsAsync<LeaseLostException>(() => lost.Write(session => session.Execute($"insert into subscriber (name, revision) values ('stale', 1)")));
        await Assert.ThrowsAsync<LeaseLostException>(() => lost.Step("late", _ => Task.CompletedTask));
        await Assert.ThrowsAsync<LeaseLostException>(() => lost.Condition("Ready", true, "Late", "Too late."));
        await Assert.ThrowsAsync<LeaseLostException>(() => fresh.Operations.Heartbeat(lost.Operation, Lease, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<LeaseLostException>(() => fresh.Operations.Finish(lost.Operation, OperationState.Failed, null, null));
        await Assert.ThrowsAsync<LeaseLostException>(() => fresh.Operations.Postpone(lost.Operation, clock.GetUtcNow()));
        Assert.Equal(0, await fresh.Read(session => session.Number($"select count(*) from subscriber where name = 'stale'")));

        await second.Step("on time", _ => Task.CompletedTask);
        await fresh.Operations.Finish(taken, OperationState.Succeeded, null, null);
        Assert.Equal(OperationState.Succeeded, (await fresh.Operation(id)).State);
        Assert.Equal("on time", (await fresh.Operations.Steps(id, TestContext.Current.CancellationToken)).Single().Name);
    }

    [Fact]
    public async Task A_heartbeat_keeps_the_lease_and_a_clean_restart_of_the_same_home_takes_over_at_once()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var id = await fresh.Enqueue("work", A);
        var held = (await Claim(fresh, "home"))!;
        for (var n = 0; n < 4; n++)
        {
            clock.Advance(Lease / 2);
            Assert.False(await fresh.Operations.Heartbeat(held, Lease, TestContext.Current.CancellationToken));
            Assert.Null(await Claim(fresh, "other"));
        }
        await fresh.Operations.Release("home", TestContext.Current.CancellationToken);
        Assert.Equal(id, (await Claim(fresh, "home"))!.Id);
    }

    [Fact]
    public async Task A_clock_that_leaps_ahead_does_not_make_a_process_run_twice_what_it_runs()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var runs = 0;
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var kind = new TestKind("work", async run =>
        {
            Interlocked.Increment(ref runs);
            started.TrySetResult();
            await release.Task;
        });
        await using var reconciler = await fresh.Reconcile("home", kind);
        var id = await fresh.Enqueue("work", A);
        await started.Task;
        clock.Jump(TimeSpan.FromHours(3));
        // A neighbour that comes and goes proves that the reconciler has looked for work after the leap.
        await clock.Until(fresh.Finished(await fresh.Enqueue("unheard-of", "component:default/b")));
        release.SetResult();
        var done = await clock.Until(fresh.Finished(id));
        Assert.Equal((OperationState.Succeeded, 1, 1), (done.State, done.Attempts, runs));
    }

    [Fact]
    public async Task A_clock_set_back_neither_stops_nor_reorders_what_waits()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var order = new List<string>();
        var ids = new List<string> { await fresh.Enqueue("work", A) };
        clock.Jump(TimeSpan.FromHours(-5));
        ids.Add(await fresh.Enqueue("work", A));
        clock.Jump(TimeSpan.FromHours(-5));
        ids.Add(await fresh.Enqueue("work", A));
        await using var reconciler = await fresh.Reconcile("home", new TestKind("work", run =>
        {
            order.Add(run.Operation.Id);
            return Task.CompletedTask;
        }));
        await clock.Until(Task.WhenAll(ids.Select(fresh.Finished)));
        Assert.Equal(ids, order);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(30));
    }

    private static Task<Operation?> Claim(FreshDatabase fresh, string owner) =>
        fresh.Operations.Claim(owner, Lease, [], [], TestContext.Current.CancellationToken);

    private static Task<OperationRun> Start(FreshDatabase fresh, Operation operation) =>
        OperationRun.Start(operation, fresh.Operations, fresh.Clock, () => false, CancellationToken.None);
}
