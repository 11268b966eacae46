using Tarmac.Workloads;

namespace Tarmac.Delivery.Releases;

/// <summary>How readiness is asked for: an HTTP path that answers 2xx, or a command that exits with 0; a connection when neither is given.</summary>
/// <param name="Headers">Sent with the request for <paramref name="Path"/>.</param>
public sealed record ReadinessProbe(string? Path, IReadOnlyList<string>? Command, IReadOnlyList<KeyValuePair<string, string>>? Headers = null)
{
    public static ReadinessProbe Of(Workload workload) => workload.Containers.Values.First().ReadinessProbe switch
    {
        { Exec: { } command } => new(null, command),
        { HttpGet: { } http } => new(http.Path, null, http.Headers.Count > 0 ? http.Headers : null),
        _ => new(workload.Hints.ReadinessPath, null),
    };

    /// <summary>What the probe of a Score file says and the local runtime does otherwise, each in a sentence.</summary>
    public static IEnumerable<string> DoneOtherwise(Workload workload)
    {
        if (workload.Containers.Values.First().ReadinessProbe is not { Exec: null, HttpGet: { } http }) yield break;
        if (workload.Ports.Values.FirstOrDefault() is { } port && http.Port != port.TargetPort)
            yield return $"The readiness probe names port {http.Port}; here it asks at the port in PORT, which stands for {port.TargetPort}.";
        if (http.Host is not null) yield return $"The readiness probe names the host {http.Host}; here it asks the instance at 127.0.0.1.";
        if (http.Scheme != "HTTP") yield return $"The readiness probe asks for {http.Scheme}; here it asks by plain HTTP, as the gateway does.";
    }
}
