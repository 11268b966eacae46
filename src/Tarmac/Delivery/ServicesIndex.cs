using Tarmac.Delivery.Git;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>A service as people see it.</summary>
/// <param name="Url">Where it is reached through the gateway in dev; the host must be resolved or sent as the Host header.</param>
public sealed record ServiceShown(
    string Name, string Entity, string Owner, string State, string Repository, string? Url, string? Host,
    IReadOnlyList<EnvironmentShown> Environments, OperationSummary? LastOperation, DateTimeOffset CreatedAt, DateTimeOffset? RemovedAt);

/// <param name="State">running, starting, backing-off, stopped, lost, failed or damaged: as observed now.</param>
/// <param name="Damage">Why nothing can be said of its process, when its record is damaged.</param>
public sealed record EnvironmentShown(
    string Name, string State, long? Release, string? Commit, string Url, string Host, string? Isolation, IReadOnlyList<InstanceShown> Instances, DateTimeOffset ChangedAt, string ChangedBy, string? Damage = null);

public sealed record InstanceShown(string Id, string State, int? Pid, int? Port, DateTimeOffset? StartedAt, int Restarts, IReadOnlyList<string> NotEnforced);

public sealed record OperationSummary(string Id, string Kind, string Title, string State, DateTimeOffset CreatedAt);

/// <param name="State">current, previous or kept.</param>
public sealed record ReleaseShown(
    long Number, string Environment, string Commit, string Digest, string Message, string Author, DateTimeOffset CreatedAt, string CreatedBy, string State, string Operation);

/// <summary>Something that should serve now.</summary>
/// <param name="Port">Null when no process of it runs.</param>
public sealed record Serving(string Entity, string Environment, string Instance, int? Port, ReleaseConfiguration Configuration);

/// <summary>What other slices and pages may read of delivery: services, releases, what runs.</summary>
public sealed class ServicesIndex(
    DeliveryStore store, LocalRuntime runtime, Instances instances, GatewayProcess gateway, OperationStore operations, IOrganisation organisation, Whereabouts whereabouts)
{
    public async Task<IReadOnlyList<ServiceShown>> List(CancellationToken cancellation) => await Show(await store.Services(cancellation), null, cancellation);

    public async Task<ServiceShown?> Find(string name, CancellationToken cancellation) =>
        await store.Find(name, cancellation) is { } service ? (await Show([service], name, cancellation))[0] : null;

    public async Task<IReadOnlyList<ReleaseShown>> Releases(string name, CancellationToken cancellation)
    {
        var deployments = await store.Deployments(name, cancellation);
        var releases = await store.Releases(name, 200, cancellation);
        var previous = deployments.Where(deployment => deployment.Release is not null).Select(deployment => ReleaseRules.Previous(releases, deployment.Environment, deployment.Release!.Value)?.Number).ToHashSet();
        return
        [
            .. releases.Select(release => new ReleaseShown(
                release.Number, release.Environment, release.Commit, release.Digest, release.Message, release.Author, release.CreatedAt, release.CreatedBy,
                deployments.Any(d => d.Release == release.Number) ? "current" : previous.Contains(release.Number) ? "previous" : release.ServedAt is null ? "neverServed" : "kept", release.Operation))
        ];
    }

    /// <summary>What should serve now, of one service or of all; what its team stopped is not there.</summary>
    public async Task<IReadOnlyList<Serving>> Serving(string? service, CancellationToken cancellation)
    {
        var serving = new List<Serving>();
        foreach (var deployment in await store.Deployments(service, cancellation))
        {
            if (deployment is not { Running: true, Release: { } number, Instance: { } instance } || await store.Release(deployment.Service, number, cancellation) is not { } release) continue;
            int? port = Observed(instance).Handle is { IsAlive: true, Spec.Ports: [var open, ..] } ? open : null;
            serving.Add(new Serving(ServiceName.Entity(deployment.Service), deployment.Environment, instance, port, release.Configuration));
        }
        return serving;
    }

    /// <summary>The instance whose log tells most: the one that serves, else the one that ended last.</summary>
    public async Task<string?> InstanceForLogs(string name, string environment, CancellationToken cancellation)
    {
        if (!ServiceName.IsValid(name)) return null;
        if ((await store.Deployment(name, environment, cancellation))?.Instance is { } serving && Observed(serving).Handle is not null) return serving;
        return instances.Of(name, environment).OrderByDescending(handle => handle.Exit?.At ?? DateTimeOffset.MaxValue).FirstOrDefault()?.Id;
    }

    private async Task<IReadOnlyList<ServiceShown>> Show(IReadOnlyList<Service> services, string? only, CancellationToken cancellation)
    {
        var deployments = (await store.Deployments(only, cancellation)).ToLookup(deployment => deployment.Service);
        var commits = await store.CurrentCommits(only, cancellation);
        var last = (await operations.NewestOfEach([.. services.Select(service => ServiceName.Entity(service.Name))], cancellation)).ToDictionary(operation => operation.Subject);
        return
        [
            .. services.Select(service => Show(service, [.. deployments[service.Name].Select(one => Show(one, commits.GetValueOrDefault((one.Service, one.Environment))))],
                last.GetValueOrDefault(ServiceName.Entity(service.Name)))),
        ];
    }

    private ServiceShown Show(Service service, List<EnvironmentShown> environments, OperationOverview? last)
    {
        var entity = ServiceName.Entity(service.Name);
        var dev = environments.Find(environment => environment.Name == Pushes.Environment) ?? (environments is [var first, ..] ? first : null);
        return new ServiceShown(
            service.Name, entity, Rights.OwnerOf(entity, organisation, service.Owner)!, service.State, $"{whereabouts.Url}/git/{service.Name}.git", dev?.Url, dev?.Host, environments,
            last is null ? null : new OperationSummary(last.Id, last.Kind, last.Title, last.State, last.CreatedAt), service.CreatedAt, service.RemovedAt);
    }

    // A damaged record hides one process; the page about it, and those about others, are there all the same.
    private (ProcessHandle? Handle, string? Damage) Observed(string instance)
    {
        try
        {
            return (runtime.Find(instance), null);
        }
        catch (InvalidDataException damaged)
        {
            return (null, damaged.Message);
        }
    }

    private EnvironmentShown Show(Deployment deployment, string? commit)
    {
        var host = ServiceName.Host(deployment.Service, deployment.Environment);
        var (handle, damage) = deployment.Instance is null ? (null, null) : Observed(deployment.Instance);
        var state = damage is not null ? "damaged" : !deployment.Running ? "stopped" : handle?.State switch
        {
            ProcessState.Running => "running",
            ProcessState.Starting => "starting",
            ProcessState.BackingOff => "backing-off",
            ProcessState.Exited => "failed",
            _ => "lost",
        };
        IReadOnlyList<InstanceShown> running = handle is null ? [] :
            [new(handle.Id, state, handle.Child?.Pid, handle.Spec.Ports is [var port, ..] ? port : null, handle.Child?.StartedAt, handle.Child?.Restarts ?? 0, handle.Child?.NotEnforced ?? [])];
        return new EnvironmentShown(
            deployment.Environment, state, deployment.Release, commit, gateway.UrlOf(host), host, handle?.Child?.Isolation.ToString().ToLowerInvariant(), running, deployment.ChangedAt, deployment.ChangedBy, damage);
    }
}
