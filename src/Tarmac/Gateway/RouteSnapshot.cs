using System.Text.Json.Serialization;

namespace Tarmac.Gateway;

/// <summary>Everything the gateway serves at one moment. Never changed in place: the next one has a higher revision.</summary>
/// <param name="Portal">Where the portal is, for the links on the gateway's own error pages.</param>
public sealed record RouteSnapshot(long Revision, IReadOnlyList<GatewayRoute> Routes, string? Portal = null)
{
    public static RouteSnapshot Empty { get; } = new(0, []);
}

/// <param name="Host">The host name without a port, compared without case: <c>vouchers.dev.localhost</c>.</param>
/// <param name="Destinations">None is legal: the service is known and down, which is a better answer than "unknown".</param>
/// <param name="ActivityTimeoutSeconds">A request on which nothing moves for this long is given up.</param>
public sealed record GatewayRoute(
    string Host,
    string Service,
    string Environment,
    IReadOnlyList<GatewayDestination> Destinations,
    int ActivityTimeoutSeconds = GatewayRoute.DefaultActivityTimeoutSeconds)
{
    public const int DefaultActivityTimeoutSeconds = 300;
}

/// <param name="Id">The instance's id. A new process is a new id, also on an old port.</param>
/// <param name="Address"><c>http://127.0.0.1:PORT</c>; only loopback addresses are accepted.</param>
public sealed record GatewayDestination(string Id, string Address);

/// <summary>What <c>GET /state</c> on the control socket says.</summary>
/// <param name="Revision">The revision being served; 0 before the first good snapshot.</param>
/// <param name="Problems">Why the snapshot on disk is not the one served; empty when it is.</param>
public sealed record GatewayState(
    long Revision,
    DateTimeOffset StartedAt,
    string Listen,
    IReadOnlyList<GatewayDestinationState> Destinations,
    IReadOnlyList<string> Problems);

/// <param name="Routed">False once no route leads here: what is in flight finishes, nothing new comes.</param>
public sealed record GatewayDestinationState(
    string Id,
    string Address,
    string Service,
    string Environment,
    bool Routed,
    int InFlight,
    IReadOnlyList<GatewayMinute> Minutes);

/// <summary>Access facts of one destination in one minute.</summary>
/// <param name="ServerErrors">Answers of 500 and above, ours for an unreachable destination included.</param>
/// <param name="P50Milliseconds">Upper bound of the histogram bucket the median falls in.</param>
public sealed record GatewayMinute(
    DateTimeOffset Minute,
    long Requests,
    long ServerErrors,
    int P50Milliseconds,
    int P99Milliseconds);

/// <summary>The body of every problem the gateway answers with itself.</summary>
internal sealed record GatewayProblem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string Cure,
    string Docs,
    string? Portal,
    IReadOnlyList<string>? Served);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(RouteSnapshot))]
[JsonSerializable(typeof(GatewayState))]
[JsonSerializable(typeof(GatewayProblem))]
internal sealed partial class GatewayJson : JsonSerializerContext;
