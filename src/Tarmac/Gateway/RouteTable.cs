using System.Collections.Frozen;
using Yarp.ReverseProxy.Forwarder;

namespace Tarmac.Gateway;

/// <summary>A snapshot made ready to serve: immutable, swapped whole.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, ServedRoute>.AlternateLookup<ReadOnlySpan<char>> _byHost;

    private RouteTable(RouteSnapshot snapshot, IEnumerable<ServedRoute> routes)
    {
        Snapshot = snapshot;
        var byHost = routes.ToFrozenDictionary(r => r.Route.Host, StringComparer.OrdinalIgnoreCase);
        _byHost = byHost.GetAlternateLookup<ReadOnlySpan<char>>();
        Routes = byHost.Values;
        Destinations = [.. Routes.SelectMany(r => r.Destinations).Distinct()];
    }

    public RouteSnapshot Snapshot { get; }
    public IReadOnlyList<ServedRoute> Routes { get; }
    public IReadOnlyList<Destination> Destinations { get; }

    /// <summary>Destinations that stay keep their object, and with it their connections and counts.</summary>
    public static RouteTable Build(RouteSnapshot snapshot, RouteTable? previous, TimeProvider time)
    {
        var known = (previous?.Destinations ?? []).ToDictionary(d => (d.Id, d.Address));
        return new RouteTable(snapshot, [.. snapshot.Routes.Select(Serve)]);

        ServedRoute Serve(GatewayRoute route) => new(route, [.. route.Destinations.Select(d => Find(d, route))]);

        Destination Find(GatewayDestination wanted, GatewayRoute route)
        {
            if (known.TryGetValue((wanted.Id, wanted.Address), out var destination)) return destination;
            destination = new Destination(wanted.Id, wanted.Address, route.Service, route.Environment, time);
            known.Add((wanted.Id, wanted.Address), destination);
            return destination;
        }
    }

    /// <param name="host">As the client sent it: any case, perhaps with a port or a final dot.</param>
    public ServedRoute? Find(ReadOnlySpan<char> host) =>
        _byHost.TryGetValue(WithoutPort(host).TrimEnd('.'), out var route) ? route : null;

    public static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        var colon = host.LastIndexOf(':');
        return colon < 0 || host.EndsWith("]") ? host : host[..colon];
    }
}

internal sealed class ServedRoute(GatewayRoute route, Destination[] destinations)
{
    private int _turn;

    public GatewayRoute Route { get; } = route;
    public IReadOnlyList<Destination> Destinations => destinations;

    public ForwarderRequestConfig Request { get; } = new()
    {
        ActivityTimeout = TimeSpan.FromSeconds(route.ActivityTimeoutSeconds),
        Version = System.Net.HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>The next destination in turn, or null when there is none.</summary>
    public Destination? Next() => destinations.Length switch
    {
        0 => null,
        1 => destinations[0],
        _ => destinations[(int)((uint)Interlocked.Increment(ref _turn) % (uint)destinations.Length)],
    };
}
