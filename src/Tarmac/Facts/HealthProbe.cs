using System.Text.Json.Nodes;
using Tarmac.Delivery;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Facts;

/// <summary>
/// Asks one target once whether it can serve and makes facts of the answer. What it could not ask leaves no fact, so that
/// nobody is worse off for a fault of ours.
/// </summary>
public sealed class HealthProbe(OutgoingOptions options, Instances instances, TimeProvider clock) : IDisposable
{
    /// <summary>The source of what is seen at an instance that runs here, followed by the environment.</summary>
    public const string InstanceSource = "tarmac/instance/";

    /// <summary>The source of what is seen at the address a descriptor gives.</summary>
    public const string AddressSource = "tarmac/health-url";

    /// <summary>How long an answer says something: also how long ago readiness may have been seen.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient guarded = GuardedHttp.Client(options.AllowPrivate, Patience);

    // For the addresses that the platform itself gave to its instances.
    private readonly HttpClient own = GuardedHttp.Client(allowPrivate: true, Patience);

    /// <summary>Asks an instance that runs here, at the port it was given: its own readiness probe, then its report.</summary>
    public async Task<IReadOnlyList<Fact>> Ask(Serving serving, FactSet known, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(serving);
        var source = InstanceSource + serving.Environment;
        if (serving.Port is not { } port) return [Readiness(serving.Entity, source, false, $"no process of it runs in {serving.Environment}", known)];
        var (ready, answer) = await instances.Probe(serving.Configuration, serving.Instance, port, cancellation);
        var seen = new List<Fact> { Readiness(serving.Entity, source, ready, answer, known) };
        try
        {
            using var response = await own.GetAsync($"http://127.0.0.1:{port}/__health", cancellation);
            seen.Add(Health(serving.Entity, source, ReportOf(response, await response.Content.ReadAsByteArrayAsync(cancellation))));
        }
        catch (Exception error) when (Failed(error, cancellation))
        {
            // No answer says nothing of the report; that it does not answer is told by its readiness.
        }
        return seen;
    }

    public void Dispose()
    {
        guarded.Dispose();
        own.Dispose();
    }

    /// <summary>Asks the address of a descriptor: 2xx is ready, unless it reports that a check of severity 1 fails.</summary>
    public async Task<IReadOnlyList<Fact>> Ask(string subject, Uri address, FactSet known, CancellationToken cancellation)
    {
        if (address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0) return [Refused(subject, AddressSource, $"{address} is not a plain http or https address.")];
        try
        {
            using var response = await guarded.GetAsync(address, cancellation);
            var report = ReportOf(response, await response.Content.ReadAsByteArrayAsync(cancellation));
            var ready = response.IsSuccessStatusCode && !report.Urgent;
            var answer = response.IsSuccessStatusCode ? $"{address} reports a failing check of severity 1: {string.Join(", ", report.Failing)}" : $"{address} answers {(int)response.StatusCode}";
            return [Readiness(subject, AddressSource, ready, answer, known), Health(subject, AddressSource, report)];
        }
        catch (HttpRequestException error) when (AddressRefusedException.In(error) is { } refused)
        {
            return [Refused(subject, AddressSource, refused.Message)];
        }
        catch (Exception error) when (Failed(error, cancellation))
        {
            return [Readiness(subject, AddressSource, false, $"{address} {Why(error)}", known)];
        }
    }

    private static string Why(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "answers with more than is read of an answer",
        HttpRequestException => "gives no answer",
        _ => "does not answer in time",
    };

    /// <summary>The fact that it was not asked, which says nothing of how it is.</summary>
    public Fact Refused(string subject, string source, string why)
    {
        var now = clock.GetUtcNow();
        return new Fact(subject, FactKeys.Probe, source, new JsonObject { ["refused"] = why }, now, now + Life);
    }

    /// <summary>A fact of readiness; one that says "not ready" remembers when it last was.</summary>
    public Fact Readiness(string subject, string source, bool ready, string answer, FactSet known)
    {
        var now = clock.GetUtcNow();
        var value = new JsonObject { ["ready"] = ready };
        if (!ready)
        {
            value["answer"] = answer;
            var before = known.Find(FactKeys.Readiness, source);
            if (ReadinessFact.LastReady(before) is { } last) value["lastReady"] = last.UtcDateTime.ToString("O");
        }
        return new Fact(subject, FactKeys.Readiness, source, value, now, now + Life);
    }

    public Fact Health(string subject, string source, HealthFact report)
    {
        var now = clock.GetUtcNow();
        return new Fact(subject, FactKeys.Health, source, report.ToJson(), now, now + Life);
    }

    /// <summary>The report in an answer; none when the answer is no success or no JSON.</summary>
    public static HealthFact ReportOf(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true
            ? HealthFact.Read(body) : HealthFact.None;
    }

    /// <summary>Whether an exception means that there was no answer, rather than that we were told to stop.</summary>
    public static bool Failed(Exception error, CancellationToken cancellation) =>
        error is HttpRequestException || (error is TaskCanceledException && !cancellation.IsCancellationRequested);
}

/// <summary>Reads facts of readiness, also those that others reported.</summary>
public static class ReadinessFact
{
    public static bool? Ready(Fact fact) => fact.Value["ready"] is JsonValue value && value.TryGetValue<bool>(out var ready) ? ready : null;

    /// <summary>When readiness was last seen, as this fact knows.</summary>
    public static DateTimeOffset? LastReady(Fact? fact) =>
        fact is null ? null : Ready(fact) == true ? fact.ObservedAt : TimeOf(fact, "lastReady");

    /// <summary>A time in a fact's value; null when it holds none.</summary>
    public static DateTimeOffset? TimeOf(Fact fact, string field) =>
        fact.Value[field] is JsonValue value && value.TryGetValue<string>(out var text) && DateTimeOffset.TryParse(text, null, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
