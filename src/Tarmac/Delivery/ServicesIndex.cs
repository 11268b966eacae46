using Tarmac.Delivery.Git;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>A service as people see it.</summary>
/// <param name="Elsewhere">The platform whose it is, of several on one database; null when it is this one's.</param>
/// <param name="Url">Where it is reached through the gateway in dev; the host must be resolved or sent as the Host header.</param>
public sealed record ServiceShown(
    string Name, string Entity, string Owner, string State, string Repository, string? Url, string? Host,
    IReadOnlyList<EnvironmentShown> Environments, OperationSummary? LastOperation, DateTimeOffset CreatedAt, DateTimeOffset? RemovedAt, Replica? Elsewhere = null);

/// <param name="State">running, starting, backing-off, stopped, lost, failed or damaged: as observed now; elsewhere when that is for another platform to say.</param>
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
    DeliveryStore store, ServiceHomes homes, ReplicaStore replicas, LocalRuntime runtime, Instances instances, GatewayProcess gateway, OperationStore operations, IOrganisation organisation, Whereabouts whereabouts)
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

    /// <summary>What this platform should serve now, of one service or of all; what its team stopped is not there.</summary>
    public async Task<IReadOnlyList<Serving>> Serving(string? service, CancellationToken cancellation)
    {
        var serving = new List<Serving>();
        var here = (await store.Services(cancellation)).Where(homes.IsHere).Select(one => one.Name).ToHashSet();
        foreach (var deployment in await store.Deployments(service, cancellation))
        {
            if (!here.Contains(deployment.Service) || deployment is not { Running: true, Release: { } number, Instance: { } instance } || await store.Release(deployment.Service, number, cancellation) is not { } release) continue;
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
        var others = services.All(homes.IsHere) ? [] : (await replicas.All(cancellation)).ToDictionary(replica => replica.Id);
        return
        [
            .. services.Select(service =>
            {
                var elsewhere = homes.IsHere(service) ? null : others.GetValueOrDefault(service.Home ?? "") ?? Unknown;
                return Show(service, [.. deployments[service.Name].Select(one => Show(one, commits.GetValueOrDefault((one.Service, one.Environment)), elsewhere))],
                    last.GetValueOrDefault(ServiceName.Entity(service.Name)), elsewhere);
            }),
        ];
    }

    private ServiceShown Show(Service service, List<EnvironmentShown> environments, OperationOverview? last, Replica? elsewhere)
    {
        var entity = ServiceName.Entity(service.Name);
        var dev = environments.Find(environment => environment.Name == Pushes.Environment) ?? (environments is [var first, ..] ? first : null);
        return new ServiceShown(
            service.Name, entity, Rights.OwnerOf(entity, organisation, service.Owner)!, service.State, $"{elsewhere?.Url ?? whereabouts.Url}/git/{service.Name}.git", dev?.Url, dev?.Host, environments,
            last is null ? null : new OperationSummary(last.Id, last.Kind, last.Title, last.State, last.CreatedAt), service.CreatedAt, service.RemovedAt, elsewhere);
    }

    // Of a platform that was not heard of for so long that it is forgotten.
    private static Replica Unknown { get; } = new("", "unknown", "http://localhost", "http://localhost", "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Alive: false);

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

    private EnvironmentShown Show(Deployment deployment, string? commit, Replica? elsewhere)
    {
        var host = ServiceName.Host(deployment.Service, deployment.Environment);
        if (elsewhere is not null)
            return new EnvironmentShown(
                deployment.Environment, deployment.Running ? "elsewhere" : "stopped", deployment.Release, commit, GatewayProcess.UrlOf(host, elsewhere), host, null, [], deployment.ChangedAt, deployment.ChangedBy);
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
