using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Replicas;

/// <summary>Says every few seconds that this platform lives, and keeps its leases.</summary>
public sealed class ReplicaBeat(
    ReplicaStore replicas, Leases leases, Database database, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ReplicaBeat> logger) : BackgroundService
{
    private static readonly TimeSpan Every = Leases.Length / 3;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!database.IsShared) return;
        try
        {
            await leases.Release();
        }
        catch (StorageUnavailableException unavailable)
        {
            logger.LogWarning("The leases could not be given back and run out by themselves: {Why}", unavailable.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Listening(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await replicas.Seen(stoppingToken);
                if (!database.IsShared) return;
                await leases.Renew(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogWarning(error, "The other platforms could not be told that this one lives; trying again in {Delay}", Every);
            }
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Its address is known only then.
    private async Task Listening(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var once = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
