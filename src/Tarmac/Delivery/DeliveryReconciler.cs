using Tarmac.Delivery.Builds;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Gateway;
using Tarmac.Model.Problems;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>
/// Compares what is wanted with what is there, at start and every few seconds: the gateway runs, each deployment has its
/// instance and its route, every push was decided, and nothing runs that nobody wants. Of several platforms each looks after its own services. It repeats nothing an operation does,
/// and what goes wrong with one service is logged and keeps it from no other.
/// </summary>
public sealed class DeliveryReconciler(
    LocalRuntime runtime, GatewayProcess gateway, GatewayRoutes routes, DeploymentRoutes deploymentRoutes, Instances instances, BuildRunner builds, ServiceCare care,
    DeliveryStore store, ServiceHomes homes, OperationStore operations, Database database, TimeProvider clock, ILogger<DeliveryReconciler> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private const int EndedInstancesKept = 3;
    private readonly HashSet<string> told = [];
    private readonly Dictionary<string, string> failing = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Attempt("Reconciling deliveries", () => Reconcile(stoppingToken), stoppingToken);
                await Task.Delay(Every, clock, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // Whatever was half done: the platform that starts next begins with it.
        }
    }

    public async Task Reconcile(CancellationToken cancellation)
    {
        await Attempt("Ending what lost its supervisor", () => runtime.SweepAsync(cancellation), cancellation);
        // In this order: what is there and is in none of the later lists was nobody's when it was listed.
        var handles = Handles();
        var left = builds.Left();
        var routed = routes.Read().Snapshot?.Routes ?? [];
        var busy = await operations.Unfinished(cancellation);
        var subjects = busy.Select(operation => operation.Subject).ToHashSet();
        var services = (await store.Services(cancellation)).Where(homes.IsHere).ToList();
        var here = services.Select(service => service.Name).ToHashSet();
        var deployments = (await store.Deployments(null, cancellation)).Where(deployment => here.Contains(deployment.Service)).ToList();
        await Attempt("Noting whose services these are", () => homes.Settle(services, cancellation), cancellation);

        if (deployments.Count > 0) await Attempt("Looking after the gateway", () => gateway.Ensure(cancellation), cancellation);
        // An operation that works on a service brings its own instance and route; only what is at rest is compared.
        bool AtRest(string service) => !subjects.Contains(ServiceName.Entity(service));
        foreach (var (service, environment) in deployments.Select(one => (one.Service, one.Environment)).Union(routed.Select(one => (one.Service, one.Environment))).Where(place => AtRest(place.Service)))
            await Attempt($"Restoring the route of {service}", () => RestoreRoute(service, environment, cancellation), cancellation);
        foreach (var deployment in deployments.Where(deployment => AtRest(deployment.Service)))
            await Attempt($"Bringing {deployment.Service} back", () => BringBack(deployment, cancellation), cancellation);
        await StopUnwanted(handles.Where(handle => AtRest(ServiceOf(handle))), deployments, cancellation);
        foreach (var operation in left.Except(busy.Select(operation => operation.Id)))
            await Attempt($"Deleting what the build of {operation} left", () => builds.Remove(operation, cancellation), cancellation);
        foreach (var service in services)
            await Attempt($"Looking after {service.Name}", () => care.Of(service, AtRest(service.Name), cancellation), cancellation);
    }

    private List<ProcessHandle> Handles()
    {
        var damaged = new List<InputProblem>();
        var handles = runtime.List(damaged);
        foreach (var problem in damaged.Where(problem => told.Add(problem.Message))) logger.LogError("{Problem} {Cure}", problem.Message, problem.Cure);
        return [.. handles.Where(handle => handle.Spec.Purpose == ProcessPurpose.Instance && handle.Id.Split('.') is [_, _, _, _])];
    }

    private async Task RestoreRoute(string service, string environment, CancellationToken cancellation)
    {
        // Asked again: an operation that began meanwhile may already have switched.
        if (!await operations.IsBusy(ServiceName.Entity(service), cancellation)) await deploymentRoutes.Restore(service, environment, cancellation);
    }

    private async Task BringBack(Deployment deployment, CancellationToken cancellation)
    {
        if (!deployment.Running || deployment.Instance is null || runtime.Find(deployment.Instance) is { IsAlive: true } or { Exit.Reason: ExitReason.GaveUp or ExitReason.Exited }) return;
        // It was lost with its shim or with the machine, or ended with everything else here. One that gave up by itself waits for its team.
        var subject = ServiceName.Entity(deployment.Service);
        var failures = (await operations.List(subject, null, 20, cancellation)).TakeWhile(operation => operation is { Kind: ActivateOperation.KindName, State: OperationState.Failed } && operation.Principal == Principal.Platform.Ref).ToList();
        if (failures is [{ FinishedAt: { } last }, ..] && clock.GetUtcNow() < last + WaitAfter(failures.Count)) return;
        if (await operations.IsBusy(subject, cancellation) || await store.Deployment(deployment.Service, deployment.Environment, cancellation) != deployment) return;
        logger.LogWarning("Instance {Instance} is gone; starting release {Release} again", deployment.Instance, deployment.Release);
        await database.Write(session => operations.Enqueue(session, ActivateOperation.Request(
            deployment.Service, deployment.Environment, deployment.Release!.Value, "restart", Principal.Platform.Ref, homes.Here)), cancellation);
    }

    /// <summary>How long after so many failures in a row a lost service is tried again.</summary>
    internal static TimeSpan WaitAfter(int failures) =>
        TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, Every.Ticks << Math.Min(failures - 1, 20)));

    private async Task StopUnwanted(IEnumerable<ProcessHandle> handles, IReadOnlyList<Deployment> deployments, CancellationToken cancellation)
    {
        var wanted = deployments.Where(deployment => deployment.Running).Select(deployment => deployment.Instance).ToHashSet();
        var kept = new Dictionary<string, int>();
        foreach (var handle in handles.Where(handle => !wanted.Contains(handle.Id)).OrderByDescending(handle => handle.Exit?.At ?? DateTimeOffset.MaxValue))
        {
            if (handle.Exit is null)
            {
                logger.LogWarning("Instance {Instance} belongs to nothing; stopping it", handle.Id);
                await Attempt($"Stopping {handle.Id}", () => instances.Stop(handle.Id, cancellation), cancellation);
                continue;
            }
            var place = handle.Id[..handle.Id.LastIndexOf(".r", StringComparison.Ordinal)];
            kept[place] = kept.GetValueOrDefault(place) + 1;
            if (kept[place] > EndedInstancesKept) await Attempt($"Deleting {handle.Id}", () => runtime.RemoveAsync(handle.Id, cancellation), cancellation);
        }
    }

    private async Task Attempt(string what, Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
            failing.Remove(what);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            // Once for as long as it is the same: this comes around every few seconds.
            if (failing.GetValueOrDefault(what) == error.Message) return;
            failing[what] = error.Message;
            logger.LogError(error, "{What} failed; trying again every {Delay}", what, Every);
        }
    }

    private static string ServiceOf(ProcessHandle handle) => handle.Id[..handle.Id.IndexOf('.', StringComparison.Ordinal)];
}
