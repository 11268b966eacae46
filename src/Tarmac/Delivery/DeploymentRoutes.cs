using Tarmac.Gateway;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>The routes that follow from what is deployed. A switch goes ahead of them, and they bring back what it left.</summary>
public sealed class DeploymentRoutes(GatewayRoutes routes, DeliveryStore store, LocalRuntime runtime)
{
    public static string AddressOf(int port) => "http://127.0.0.1:" + port;

    /// <summary>
    /// Makes the route of a service in an environment what its deployment says: to the instance that serves; to nothing
    /// when that is stopped or gone, for its port may be another's by now; and none at all when nothing is deployed.
    /// </summary>
    public async Task Restore(string service, string environment, CancellationToken cancellation)
    {
        var host = ServiceName.Host(service, environment);
        var present = routes.Read().Snapshot?.Routes.FirstOrDefault(route => route.Host == host);
        var wanted = await Wanted(host, service, environment, cancellation);
        if (wanted is null && present is not null) await routes.RemoveAsync(host, cancellation);
        if (wanted is not null && present?.Destinations.SequenceEqual(wanted.Destinations) != true) await routes.SetAsync(wanted, cancellation);
    }

    private async Task<GatewayRoute?> Wanted(string host, string service, string environment, CancellationToken cancellation)
    {
        if (await store.Find(service, cancellation) is not { State: Service.Active } || await store.Deployment(service, environment, cancellation) is not { } deployment) return null;
        var serving = deployment is { Running: true, Instance: { } instance } && runtime.Find(instance) is { IsAlive: true } handle ? handle : null;
        return new GatewayRoute(host, service, environment, serving is null ? [] : [new GatewayDestination(serving.Id, AddressOf(serving.Spec.Ports[0]))]);
    }
}
