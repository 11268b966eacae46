using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Operations;

/// <summary>
/// Runs operations: claims what is due under a lease, keeps the lease by a heartbeat, tries again with growing and
/// jittered delays, and picks up after a crash whatever was held. Polling is the truth; signals only make it quick.
/// </summary>
public sealed class Reconciler(
    OperationStore store, IEnumerable<OperationKind> kinds, ReconcilerOptions options, TimeProvider clock, ILogger<Reconciler> logger) : BackgroundService
{
    private readonly Dictionary<string, OperationKind> kinds = kinds.ToDictionary(kind => kind.Name);
    private readonly List<string> movable = [.. kinds.Where(kind => kind.MayMove).Select(kind => kind.Name)];
    private readonly List<(string Operation, Task Work)> running = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var released = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = store.NextChange;
            try
            {
                if (!released) await store.Release(options.Owner, stoppingToken);
                released = true;
                running.RemoveAll(one => one.Work.IsCompleted);
                if (running.Count < options.Parallel
                    && await store.Claim(options.Owner, options.Lease, movable, [.. running.Select(one => one.Operation)], stoppingToken) is { } claimed)
                {
                    running.Add((claimed.Id, RunClaimed(claimed, stoppingToken)));
                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Looking for work failed; trying again");
            }
            var idle = Task.Delay(options.Poll, clock, stoppingToken);
            await Task.WhenAny(running.Select(one => one.Work).Append(next).Append(idle));
        }
        await Task.WhenAll(running.Select(one => one.Work));
    }

    private async Task RunClaimed(Operation operation, CancellationToken stopping)
    {
        await Task.Yield();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var hold = new Hold();
        var heartbeat = KeepLease(operation, hold, stop);
        OperationRun? run = null;
        try
        {
            if (!kinds.TryGetValue(operation.Kind, out var kind))
                throw new Problem(500, "operation-kind-unknown", $"This version cannot run operations of kind {operation.Kind}.");
            run = await OperationRun.Start(operation, store, clock, () => hold.CancelAsked, stop.Token);
            hold.CancelAsked |= operation.CancelRequested;
            if (hold.CancelAsked) throw new OperationCanceledException("Canceled before this try began.");
            if (operation.Attempts > kind.MaximumAttempts)
                throw new Problem(500, "operation-gave-up", $"It was tried {kind.MaximumAttempts} times without success.", null, "Read its log, mend the cause and start it again.");
            var result = await kind.Run(run);
            await run.FlushLog();
            await store.Finish(operation, OperationState.Succeeded, result, null);
        }
        catch (LeaseLostException)
        {
            logger.LogWarning("Operation {Operation} was taken over by another runner", operation.Id);
        }
        catch (Exception error)
        {
            await Conclude(operation, run, hold, error, stopping);
        }
        finally
        {
            await stop.CancelAsync();
            await heartbeat;
        }
    }

    private async Task Conclude(Operation operation, OperationRun? run, Hold hold, Exception error, CancellationToken stopping)
    {
        try
        {
            if (hold.CancelAsked)
                await Finish(operation, run, OperationState.Canceled, new Problem(409, "operation-canceled", "It was canceled."));
            else if (error is Problem problem)
                await Finish(operation, run, OperationState.Failed, problem);
            else if (stopping.IsCancellationRequested)
                await store.GiveBack(operation);
            else
            {
                logger.LogError(error, "Operation {Operation} ({Kind}) failed on try {Attempt} and will be tried again", operation.Id, operation.Kind, operation.Attempts);
                run?.Log($"Try {operation.Attempts} failed: {error.Message} Trying again.");
                if (run is not null) await run.FlushLog();
                await store.Postpone(operation, clock.GetUtcNow() + Backoff.Delay(operation.Attempts, Random.Shared));
            }
        }
        catch (Exception again)
        {
            logger.LogWarning(again, "Operation {Operation} could not be concluded; its lease runs out and it is tried again", operation.Id);
        }
    }

    private async Task Finish(Operation operation, OperationRun? run, string state, Problem problem)
    {
        if (run is not null)
        {
            try
            {
                await kinds[operation.Kind].CleanUp(run, CancellationToken.None);
            }
            catch (Exception error) when (error is not LeaseLostException)
            {
                logger.LogError(error, "Cleaning up after operation {Operation} failed", operation.Id);
                run.Log("Cleaning up failed: " + error.Message);
            }
            run.Log(problem.Message + (problem.Cure is null ? "" : " " + problem.Cure));
            await run.FlushLog();
        }
        await store.Finish(operation, state, null, ProblemDetailsJson.Of(problem));
    }

    private async Task KeepLease(Operation operation, Hold hold, CancellationTokenSource stop)
    {
        var kept = clock.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            var change = store.NextChange;
            await Task.WhenAny(change, Task.Delay(options.Lease / 3, clock, stop.Token));
            if (stop.IsCancellationRequested) return;
            try
            {
                if (!await store.Heartbeat(operation, options.Lease, stop.Token))
                {
                    kept = clock.GetTimestamp();
                    await Pause(stop.Token);
                    continue;
                }
                hold.CancelAsked = true;
                await stop.CancelAsync();
            }
            catch (LeaseLostException)
            {
                await stop.CancelAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogWarning(error, "The lease of operation {Operation} could not be prolonged", operation.Id);
                // Whoever cannot reach the database goes no further than its lease: another may have taken the operation.
                if (clock.GetElapsedTime(kept) > options.Lease) await stop.CancelAsync();
                else await Pause(stop.Token);
            }
        }
    }

    // A busy log wakes the store many times a second; looking for a cancel twice a second is enough.
    private Task Pause(CancellationToken stop) =>
        Task.Delay(TimeSpan.FromMilliseconds(500), clock, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private sealed class Hold
    {
        public bool CancelAsked { get; set; }
    }
}

/// <param name="Owner">Names this process's home: after a restart it takes back at once what it held.</param>
public sealed record ReconcilerOptions(string Owner, int Parallel, TimeSpan Lease, TimeSpan Poll);

/// <summary>Delays between tries: doubling from half a second to a minute, each drawn between half and the whole of it.</summary>
public static class Backoff
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    public static TimeSpan Delay(int attempt, Random random)
    {
        var whole = Math.Min(Longest.TotalMilliseconds, 500 * Math.Pow(2, Math.Min(attempt - 1, 10)));
        return TimeSpan.FromMilliseconds((whole / 2) + (random.NextDouble() * whole / 2));
    }
}
