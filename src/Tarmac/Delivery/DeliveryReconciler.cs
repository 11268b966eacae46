using Tarmac.Delivery.Builds;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Gateway;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>
/// Compares what is wanted with what is there, at start and every few seconds: the gateway runs, each deployment has its
/// instance and its route, every push was decided, and nothing runs that nobody wants. It repeats nothing an operation does.
/// </summary>
public sealed class DeliveryReconciler(
    LocalRuntime runtime, PortAllocator ports, GatewayProcess gateway, GatewayRoutes routes, Instances instances, BuildRunner builds,
    DeliveryStore store, DeliveryCatalog catalog, Pushes pushes, OperationStore operations, Database database, TimeProvider clock, ILogger<DeliveryReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private const int EndedInstancesKept = 3;
    private bool announced;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var handle in runtime.List().Where(handle => handle.IsAlive)) ports.Adopt(handle.Id, handle.Spec.Ports);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Reconcile(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Reconciling deliveries failed; trying again in {Delay}", Every);
            }
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task Reconcile(CancellationToken cancellation)
    {
        await runtime.SweepAsync(cancellation);
        var services = await store.Services(cancellation);
        await ForgetExpired(services, cancellation);
        if (!announced)
        {
            foreach (var service in services) await catalog.Announce(service.Name, cancellation);
            announced = true;
        }
        await pushes.CatchUp(services, cancellation);
        var busy = await operations.Unfinished(cancellation);
        var deployments = await store.Deployments(null, cancellation);
        if (deployments.Count > 0) await gateway.Ensure(cancellation);
        foreach (var deployment in deployments) await Restore(deployment, busy, cancellation);
        await StopUnwanted(deployments, busy, cancellation);
    }

    // An operation that works on the service brings its own instance and route; only what is at rest is compared.
    private async Task Restore(Deployment deployment, IReadOnlyList<OperationOverview> busy, CancellationToken cancellation)
    {
        if (!deployment.Running || deployment.Instance is null || busy.Any(operation => operation.Subject == ServiceName.Entity(deployment.Service))) return;
        var handle = runtime.Find(deployment.Instance);
        if (handle is { IsAlive: true })
        {
            var host = ServiceName.Host(deployment.Service, deployment.Environment);
            await routes.SetAsync(new GatewayRoute(host, deployment.Service, deployment.Environment, [new GatewayDestination(handle.Id, "http://127.0.0.1:" + handle.Spec.Ports[0])]), cancellation);
            return;
        }
        // It was lost with its shim or with the machine, or ended with everything else here. One that gave up by itself waits for its team.
        if (handle?.Exit is { Reason: Model.Runtimes.ExitReason.GaveUp or Model.Runtimes.ExitReason.Exited }) return;
        logger.LogWarning("Instance {Instance} is gone; starting release {Release} again", deployment.Instance, deployment.Release);
        await database.Write(session => operations.Enqueue(session, ActivateOperation.Request(
            deployment.Service, deployment.Environment, deployment.Release!.Value, "restart", Principal.Platform.Ref, $"op-again-{deployment.Instance}-{(handle?.Exit?.At ?? deployment.ChangedAt).ToUnixTimeMilliseconds()}")), cancellation);
    }

    private async Task StopUnwanted(IReadOnlyList<Deployment> deployments, IReadOnlyList<OperationOverview> busy, CancellationToken cancellation)
    {
        var wanted = deployments.Where(deployment => deployment.Running).Select(deployment => deployment.Instance).ToHashSet();
        var working = busy.Select(operation => operation.Id[^12..]).ToHashSet();
        var kept = new Dictionary<string, int>();
        foreach (var handle in runtime.List().Where(IsInstance).OrderByDescending(handle => handle.Exit?.At ?? DateTimeOffset.MaxValue))
        {
            var parts = handle.Id.Split('.');
            if (wanted.Contains(handle.Id) || working.Contains(parts[3]) || busy.Any(operation => operation.Subject == ServiceName.Entity(parts[0]))) continue;
            if (handle.Exit is null)
            {
                logger.LogWarning("Instance {Instance} belongs to nothing; stopping it", handle.Id);
                await instances.Stop(handle.Id, cancellation);
                continue;
            }
            var place = parts[0] + "." + parts[1];
            kept[place] = kept.GetValueOrDefault(place) + 1;
            if (kept[place] > EndedInstancesKept) await runtime.RemoveAsync(handle.Id, cancellation);
        }
        foreach (var handle in runtime.List().Where(handle => handle.Spec.Purpose == Model.Runtimes.ProcessPurpose.Build))
        {
            var operation = handle.Id[..handle.Id.LastIndexOf('-')];
            if (busy.All(known => known.Id != operation)) await builds.Remove(operation, cancellation);
        }
    }

    private async Task ForgetExpired(IReadOnlyList<Service> services, CancellationToken cancellation)
    {
        var limit = clock.GetUtcNow() - Service.KeptAfterRemoval;
        foreach (var service in services.Where(service => service.State == Service.Removed && service.RemovedAt < limit))
            await pushes.Forget(service.Name, cancellation);
    }

    private static bool IsInstance(ProcessHandle handle) =>
        handle.Spec.Purpose == Model.Runtimes.ProcessPurpose.Instance && handle.Id.Split('.') is [_, _, _, _];
}
