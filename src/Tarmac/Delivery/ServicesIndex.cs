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

/// <param name="State">running, starting, backing-off, stopped, lost or failed: as observed now.</param>
public sealed record EnvironmentShown(
    string Name, string State, long? Release, string? Commit, string Url, string Host, string? Isolation, IReadOnlyList<InstanceShown> Instances, DateTimeOffset ChangedAt, string ChangedBy);

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
    public async Task<IReadOnlyList<ServiceShown>> List(CancellationToken cancellation)
    {
        var shown = new List<ServiceShown>();
        foreach (var service in await store.Services(cancellation)) shown.Add(await Show(service, cancellation));
        return shown;
    }

    public async Task<ServiceShown?> Find(string name, CancellationToken cancellation) =>
        await store.Find(name, cancellation) is { } service ? await Show(service, cancellation) : null;

    public async Task<IReadOnlyList<ReleaseShown>> Releases(string name, CancellationToken cancellation)
    {
        var deployments = await store.Deployments(name, cancellation);
        return
        [
            .. (await store.Releases(name, 200, cancellation)).Select(release => new ReleaseShown(
                release.Number, release.Environment, release.Commit, release.Digest, release.Message, release.Author, release.CreatedAt, release.CreatedBy,
                deployments.Any(d => d.Release == release.Number) ? "current" : deployments.Any(d => d.Previous == release.Number) ? "previous" : "kept", release.Operation))
        ];
    }

    /// <summary>What should serve now, of one service or of all; what its team stopped is not there.</summary>
    public async Task<IReadOnlyList<Serving>> Serving(string? service, CancellationToken cancellation)
    {
        var serving = new List<Serving>();
        foreach (var deployment in await store.Deployments(service, cancellation))
        {
            if (deployment is not { Running: true, Release: { } number, Instance: { } instance } || await store.Release(deployment.Service, number, cancellation) is not { } release) continue;
            int? port = runtime.Find(instance) is { IsAlive: true, Spec.Ports: [var open, ..] } ? open : null;
            serving.Add(new Serving(ServiceName.Entity(deployment.Service), deployment.Environment, instance, port, release.Configuration));
        }
        return serving;
    }

    /// <summary>The instance whose log tells most: the one that serves, else the one that ended last.</summary>
    public async Task<string?> InstanceForLogs(string name, string environment, CancellationToken cancellation)
    {
        if (!ServiceName.IsValid(name)) return null;
        if ((await store.Deployment(name, environment, cancellation))?.Instance is { } serving && runtime.Find(serving) is not null) return serving;
        return instances.Of(name, environment).OrderByDescending(handle => handle.Exit?.At ?? DateTimeOffset.MaxValue).FirstOrDefault()?.Id;
    }

    private async Task<ServiceShown> Show(Service service, CancellationToken cancellation)
    {
        var entity = ServiceName.Entity(service.Name);
        var environments = new List<EnvironmentShown>();
        foreach (var deployment in await store.Deployments(service.Name, cancellation)) environments.Add(await Show(deployment, cancellation));
        var last = (await operations.List(entity, null, 1, cancellation)).FirstOrDefault();
        var dev = environments.FirstOrDefault(environment => environment.Name == Pushes.Environment) ?? environments.FirstOrDefault();
        return new ServiceShown(
            service.Name, entity, organisation.OwnerOf(entity) ?? service.Owner, service.State, $"{whereabouts.Url}/git/{service.Name}.git", dev?.Url, dev?.Host, environments,
            last is null ? null : new OperationSummary(last.Id, last.Kind, last.Title, last.State, last.CreatedAt), service.CreatedAt, service.RemovedAt);
    }

    private async Task<EnvironmentShown> Show(Deployment deployment, CancellationToken cancellation)
    {
        var host = ServiceName.Host(deployment.Service, deployment.Environment);
        var handle = deployment.Instance is null ? null : runtime.Find(deployment.Instance);
        var release = deployment.Release is { } number ? await store.Release(deployment.Service, number, cancellation) : null;
        var state = !deployment.Running ? "stopped" : handle?.State switch
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
            deployment.Environment, state, deployment.Release, release?.Commit, gateway.UrlOf(host), host, handle?.Child?.Isolation.ToString().ToLowerInvariant(), running, deployment.ChangedAt, deployment.ChangedBy);
    }
}
