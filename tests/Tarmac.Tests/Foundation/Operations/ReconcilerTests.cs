using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Foundation.Operations;

public sealed class ReconcilerTests
{
    private const string A = "component:default/a";
    private const string B = "component:default/b";

    [Fact]
    public async Task Operations_on_one_subject_run_one_at_a_time_in_order_and_hold_up_no_other_subject()
    {
        await using var fresh = await FreshDatabase.Open();
        var seen = new ConcurrentQueue<string>();
        var otherDone = new TaskCompletionSource();
        var busy = 0;
        var kind = new TestKind("work", async run =>
        {
            if (run.Operation.Subject == B)
            {
                otherDone.TrySetResult();
                return;
            }
            Assert.Equal(1, Interlocked.Increment(ref busy));
            await otherDone.Task;
            seen.Enqueue(run.Operation.Id);
            Interlocked.Decrement(ref busy);
        });
        var ids = await fresh.Write(async session =>
        {
            var queued = new List<string>();
            foreach (var subject in new[] { A, A, A, A, B })
                queued.Add(await fresh.Operations.Enqueue(session, new OperationRequest("work", subject, "Work", [], "user:default/noor")));
            return queued;
        });
        await using var reconciler = await fresh.Reconcile("home", kind);
        foreach (var id in ids) Assert.Equal(OperationState.Succeeded, (await fresh.Finished(id)).State);
        Assert.Equal(ids.Take(4), seen);
    }

    [Fact]
    public async Task A_failure_is_tried_again_after_growing_delays_and_finished_steps_are_not_repeated()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var tries = new List<TimeSpan>();
        var firstSteps = 0;
        var kind = new TestKind("flaky", async run =>
        {
            tries.Add(clock.Elapsed);
            var output = await run.Step("first", _ => Task.FromResult<JsonObject?>(new JsonObject { ["n"] = ++firstSteps }));
            Assert.Equal(1, output["n"]!.GetValue<int>());
            await run.Step("second", _ => tries.Count < 4 ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask);
        });
        await using var reconciler = await fresh.Reconcile("home", kind);
        var done = await clock.Until(fresh.Finished(await fresh.Enqueue("flaky", A)));
        Assert.Equal((OperationState.Succeeded, 4, 1), (done.State, done.Attempts, firstSteps));
        for (var failed = 1; failed < 4; failed++)
            Assert.True(tries[failed] - tries[failed - 1] >= TimeSpan.FromMilliseconds(250 * Math.Pow(2, failed - 1)), $"try {failed + 1} came after {tries[failed] - tries[failed - 1]}");
        Assert.Contains(await fresh.Operations.Log(done.Id, 0, cancellation: TestContext.Current.CancellationToken), line => line.Text.Contains("Try 3 failed: Not yet.", StringComparison.Ordinal));
    }

    [Fact]
    public void Delays_double_to_a_minute_and_are_drawn_between_half_and_the_whole()
    {
        var random = new Random(7);
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            var whole = TimeSpan.FromMilliseconds(Math.Min(60_000, 500 * Math.Pow(2, attempt - 1)));
            Assert.All(Enumerable.Range(0, 200).Select(_ => Backoff.Delay(attempt, random)), delay => Assert.InRange(delay, whole / 2, whole));
        }
    }

    [Fact]
    public async Task What_never_succeeds_is_given_up_cleaned_up_and_says_so()
    {
        var clock = new TestClock();
        await using var fresh = await FreshDatabase.Open(clock);
        var kind = new TestKind("hopeless", _ => throw new InvalidOperationException("no"), attempts: 3);
        await using var reconciler = await fresh.Reconcile("home", kind);
        var done = await clock.Until(fresh.Finished(await fresh.Enqueue("hopeless", A)));
        Assert.Equal((OperationState.Failed, "operation-gave-up", 1), (done.State, done.Problem!["code"]!.GetValue<string>(), kind.CleanedUp));
    }

    [Fact]
    public async Task A_problem_fails_at_once_with_its_code_and_cure_and_is_announced()
    {
        await using var fresh = await FreshDatabase.Open();
        var kind = new TestKind("refused", run => run.Step("check", _ => throw new Problem(422, "input-type", "It is wrong.", null, "Mend it.")));
        await using var reconciler = await fresh.Reconcile("home", kind);
        var done = await fresh.Finished(await fresh.Enqueue("refused", A));
        Assert.Equal((OperationState.Failed, 1, 1), (done.State, done.Attempts, kind.CleanedUp));
        Assert.Equal("Mend it.", done.Problem!["cure"]!.GetValue<string>());
        Assert.Equal(OperationState.Failed, (await fresh.Operations.Steps(done.Id, TestContext.Current.CancellationToken)).Single().State);
        var announced = (await fresh.Events.Latest(A, 1, TestContext.Current.CancellationToken)).Single();
        Assert.Equal(("dev.tarmac.operation.finished", "failed"), (announced.Type, announced.Data["state"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_operation_of_an_unknown_kind_fails_with_a_clear_code()
    {
        await using var fresh = await FreshDatabase.Open();
        await using var reconciler = await fresh.Reconcile("home");
        Assert.Equal("operation-kind-unknown", (await fresh.Finished(await fresh.Enqueue("unheard-of", A))).Problem!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_work_asked_for_twice_is_accepted_and_announced_once()
    {
        await using var fresh = await FreshDatabase.Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => fresh.Enqueue("work", A, "op-push-7"))));
        Assert.Single(await fresh.Operations.List(A, null, 10, TestContext.Current.CancellationToken));
        Assert.Single(await fresh.Events.After(0, cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_unfinished_is_listed_whole_and_the_newest_of_a_subject_or_state_first()
    {
        await using var fresh = await FreshDatabase.Open();
        var cancellation = TestContext.Current.CancellationToken;
        var (first, second, other) = (await fresh.Enqueue("work", A), await fresh.Enqueue("work", A), await fresh.Enqueue("work", "component:default/b"));
        Assert.True(await fresh.Write(session => fresh.Operations.Cancel(session, first)));
        Assert.Equal([second, other], (await fresh.Operations.Unfinished(cancellation)).Select(operation => operation.Id));
        Assert.Equal([second, first], (await fresh.Operations.List(A, null, 10, cancellation)).Select(operation => operation.Id));
        Assert.Equal([first], (await fresh.Operations.List(A, OperationState.Canceled, 10, cancellation)).Select(operation => operation.Id));
        Assert.Equal([other], (await fresh.Operations.List(null, null, 1, cancellation)).Select(operation => operation.Id));
    }

    [Fact]
    public async Task Stopping_the_platform_gives_work_back_without_counting_it_as_a_failed_try()
    {
        await using var fresh = await FreshDatabase.Open();
        var started = new TaskCompletionSource();
        var runs = 0;
        var kind = new TestKind("long", async run =>
        {
            if (++runs == 2) return;
            started.SetResult();
            await Task.Delay(Timeout.Infinite, run.Stopping);
        }, attempts: 1);
        var id = await fresh.Enqueue("long", A);
        await using (await fresh.Reconcile("home", kind)) await started.Task;
        Assert.Equal(OperationState.Pending, (await fresh.Operation(id)).State);
        await using var again = await fresh.Reconcile("home", kind);
        Assert.Equal(OperationState.Succeeded, (await fresh.Finished(id)).State);
    }
}
