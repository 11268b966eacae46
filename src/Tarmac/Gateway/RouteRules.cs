using System.Net;
using Tarmac.Model.Problems;

namespace Tarmac.Gateway;

/// <summary>What a snapshot must be before it is written or served. Pure.</summary>
public static class RouteRules
{
    public const string Code = "gateway-routes-invalid";
    private const int LongestHost = 253;

    /// <param name="listen">The gateway's own address, so that it never forwards to itself.</param>
    public static IReadOnlyList<InputProblem> Check(RouteSnapshot snapshot, IPEndPoint? listen = null)
    {
        var problems = new List<InputProblem>();
        var hosts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);

        if (snapshot.Revision < 0) Add("revision", $"Revision {snapshot.Revision} is negative.");
        for (var r = 0; r < snapshot.Routes.Count; r++)
        {
            // Lists may hold a null that no annotation catches.
            if (snapshot.Routes[r] is not { } route) { Add($"routes[{r}]", "The route is null."); continue; }
            if (!IsHost(route.Host)) Add($"routes[{r}].host", $"'{route.Host}' is not a host name without a port.");
            else if (!hosts.Add(route.Host)) Add($"routes[{r}].host", $"The host '{route.Host}' has two routes.");
            if (route.ActivityTimeoutSeconds is < 1 or > 86_400)
                Add($"routes[{r}].activityTimeoutSeconds", $"{route.ActivityTimeoutSeconds} is not between 1 and 86400.");
            for (var d = 0; d < route.Destinations.Count; d++)
                CheckDestination(route.Destinations[d], $"routes[{r}].destinations[{d}]");
        }
        return problems;

        void CheckDestination(GatewayDestination? destination, string field)
        {
            if (destination is null) { Add(field, "The destination is null."); return; }
            if (destination.Id.Length == 0) Add($"{field}.id", "The destination has no id.");
            if (Endpoint(destination.Address) is not { } endpoint)
                Add($"{field}.address", $"'{destination.Address}' is not http://LOOPBACK-ADDRESS:PORT.");
            else if (listen is not null && endpoint.Port == listen.Port)
                Add($"{field}.address", $"'{destination.Address}' is the gateway itself.");
            if (!addresses.TryAdd(destination.Id, destination.Address) && addresses[destination.Id] != destination.Address)
                Add($"{field}.address", $"The destination '{destination.Id}' has two addresses.");
        }

        void Add(string field, string message) => problems.Add(new InputProblem(
            Code, message, "routes.json", Field: field, Cure: "The platform writes this file; let it write it again."));
    }

    /// <summary>The endpoint of <c>http://LOOPBACK:PORT</c>, or null: anything else would make an open proxy.</summary>
    public static IPEndPoint? Endpoint(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri is { Scheme: "http", UserInfo: "", PathAndQuery: "/", Fragment: "" }
        && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var ip)
        && IPAddress.IsLoopback(ip) && uri.Port > 0
            ? new IPEndPoint(ip, uri.Port)
            : null;

    private static bool IsHost(string host) =>
        host.Length is > 0 and <= LongestHost
        && host[0] is not ('.' or '-') && host[^1] is not ('.' or '-')
        && host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
}
