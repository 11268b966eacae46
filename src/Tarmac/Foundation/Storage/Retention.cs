namespace Tarmac.Foundation.Storage;

/// <summary>Something that is kept only for a time.</summary>
/// <param name="What">For the log, in the plural.</param>
/// <param name="Delete">Deletes what is older than a time, at most some of it at once; answers how many rows went.</param>
public sealed record Retention(string What, TimeSpan Kept, Func<Session, DateTimeOffset, Task<int>> Delete);

/// <summary>Deletes what is older than it is kept for, at start and every few hours.</summary>
public sealed class Pruner(IEnumerable<Retention> retentions, Database database, TimeProvider clock, ILogger<Pruner> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(6);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var retention in retentions) await Prune(retention, stoppingToken);
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Prune(Retention retention, CancellationToken stopping)
    {
        try
        {
            // In parts, so that nobody else waits long to write.
            while (await database.Write(session => retention.Delete(session, clock.GetUtcNow() - retention.Kept), stopping) > 0)
                logger.LogDebug("Deleted old {What}", retention.What);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start goes on.
        }
        catch (Exception error)
        {
            logger.LogError(error, "Old {What} could not be deleted; trying again in {Delay}", retention.What, Every);
        }
    }
}
