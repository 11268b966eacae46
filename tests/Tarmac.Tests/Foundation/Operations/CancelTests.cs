using Tarmac.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Operations;

public sealed class CancelTests
{
    private const string A = "component:default/a";

    [Fact]
    public async Task Canceling_what_has_not_begun_ends_it_at_once_and_announces_it()
    {
        await using var fresh = await FreshDatabase.Open();
        var id = await fresh.Enqueue("work", A);
        Assert.True(await fresh.Write(session => fresh.Operations.Cancel(session, id)));
        Assert.Equal(OperationState.Canceled, (await fresh.Operation(id)).State);
        Assert.Equal("canceled", (await fresh.Events.Latest(A, 1, TestContext.Current.CancellationToken)).Single().Data["state"]!.GetValue<string>());
        Assert.False(await fresh.Write(session => fresh.Operations.Cancel(session, id)));
        await using var reconciler = await fresh.Reconcile("home", new TestKind("work", _ => throw new InvalidOperationException("It ran.")));
        Assert.Equal(0, (await fresh.Operation(id)).Attempts);
    }

    [Fact]
    public async Task Canceling_what_runs_stops_it_at_its_next_safe_point_and_cleans_up()
    {
        await using var fresh = await FreshDatabase.Open();
        var started = new TaskCompletionSource();
        var kind = new TestKind("work", run => run.Step("wait", async cancellation =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        }));
        await using var reconciler = await fresh.Reconcile("home", kind);
        var id = await fresh.Enqueue("work", A);
        await started.Task;
        Assert.True(await fresh.Write(session => fresh.Operations.Cancel(session, id)));
        var done = await fresh.Finished(id);
        Assert.Equal((OperationState.Canceled, 1), (done.State, kind.CleanedUp));
        Assert.Equal(OperationState.Canceled, (await fresh.Operations.Steps(id, TestContext.Current.CancellationToken)).Single().State);
    }

    [Fact]
    public async Task Canceling_what_waits_to_be_tried_again_cleans_up_what_the_first_try_left()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var runs = 0;
        var failed = new TaskCompletionSource();
        var kind = new TestKind("work", _ =>
        {
            runs++;
            failed.TrySetResult();
            throw new InvalidOperationException("half-made");
        });
        await using var reconciler = await fresh.Reconcile("home", kind);
        var id = await fresh.Enqueue("work", A);
        await failed.Task;
        // The clock stands still, so the operation stays waiting for its second try.
        while ((await fresh.Operation(id)).State != OperationState.Pending) await fresh.Operations.NextChange.WaitAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.True(await fresh.Write(session => fresh.Operations.Cancel(session, id)));
        var done = await clock.Until(fresh.Finished(id));
        Assert.Equal((OperationState.Canceled, 1, 1), (done.State, runs, kind.CleanedUp));
    }

    [Fact]
    public async Task Canceling_what_a_stopping_platform_gave_back_cleans_up_what_it_left()
    {
        await using var fresh = await FreshDatabase.Open();
        var started = new TaskCompletionSource();
        var kind = new TestKind("work", run => run.Step("half", async cancellation =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
        }));
        string id;
        await using (await fresh.Reconcile("home", kind))
        {
            id = await fresh.Enqueue("work", A);
            await started.Task;
        }
        Assert.Equal((OperationState.Pending, 0), ((await fresh.Operation(id)).State, (await fresh.Operation(id)).Attempts));
        Assert.True(await fresh.Write(session => fresh.Operations.Cancel(session, id)));
        await using var again = await fresh.Reconcile("home", kind);
        Assert.Equal((OperationState.Canceled, 1), ((await fresh.Finished(id)).State, kind.CleanedUp));
    }
}
