using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog;

/// <summary>Brings what other platforms on the same database change into this one's catalog, as soon as it hears of it.</summary>
internal sealed class CatalogFollower(CatalogCommits commits, EventLog events, Database database, TimeProvider clock, ILogger<CatalogFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (database.IsShared && !stoppingToken.IsCancellationRequested)
        {
            var next = events.NextCommit;
            try
            {
                await commits.Follow(stoppingToken);
                await events.WaitFor(next, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogWarning(error, "What other platforms changed could not be read; trying again in {Delay}", RetryAfter);
                await Task.Delay(RetryAfter, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
