using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Events;

/// <summary>
/// Reacts to every event in order, at least once, and goes on after a restart where it stopped. Handling the same event
/// twice must do nothing the second time: each of several platforms handles them all. A failure is logged and tried again; it never skips an event.
/// </summary>
public abstract class EventSubscriber(string name, EventLog log, Database database, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly Signal advanced = new();
    private long handled = -1;

    protected abstract Task Handle(Event happened, CancellationToken cancellation);

    /// <summary>Waits until everything up to <paramref name="revision"/> has been handled: a writer sees its own write.</summary>
    public async Task CaughtUp(long revision, CancellationToken cancellation)
    {
        while (true)
        {
            var next = advanced.Next;
            if (Volatile.Read(ref handled) >= revision) return;
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>Handles every event there is once more, from the first on; for a platform that does not run.</summary>
    internal async Task Replay(CancellationToken cancellation)
    {
        var cursor = 0L;
        while (await HandleAfter(cursor, cancellation) is var reached && reached > cursor) cursor = reached;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowFromCursor(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Subscriber {Subscriber} failed and tries again in {Delay}", name, RetryAfter);
                await Task.Delay(RetryAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowFromCursor(CancellationToken stopping)
    {
        var cursor = await database.Read(async session =>
            await session.Number($"select revision from subscriber where name = {name}") ?? 0, stopping);
        Advance(cursor);
        while (!stopping.IsCancellationRequested)
        {
            var next = log.NextCommit;
            var reached = await HandleAfter(cursor, stopping);
            if (reached == cursor) await log.WaitFor(next, stopping);
            cursor = reached;
        }
    }

    // Handles the next events and answers how far that went.
    private async Task<long> HandleAfter(long cursor, CancellationToken stopping)
    {
        var batch = await log.After(cursor, cancellation: stopping);
        if (batch.Count == 0) return cursor;
        foreach (var happened in batch)
        {
            await Handle(happened, stopping);
            Advance(happened.Revision);
        }
        var reached = batch[^1].Revision;
        await database.Write(session => session.Execute(
            $"insert into subscriber (name, revision) values ({name}, {reached}) on conflict (name) do update set revision = excluded.revision where subscriber.revision < excluded.revision"), stopping);
        return reached;
    }

    private void Advance(long revision)
    {
        Volatile.Write(ref handled, revision);
        advanced.Fire();
    }
}
