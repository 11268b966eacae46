using System.Text.Json.Nodes;

namespace Tarmac.Facts;

/// <summary>Something known of an entity: from whom, seen when, good until when. What was never collected has no fact.</summary>
/// <param name="Subject">The entity, by full reference.</param>
/// <param name="Source">A collector of Tarmac's, or the principal or system that told it.</param>
/// <param name="Value">Shared: read it, never change it.</param>
/// <param name="ExpiresAt">From then on it says nothing any more; null for what stays true until something else is seen.</param>
public sealed record Fact(string Subject, string Key, string Source, JsonObject Value, DateTimeOffset ObservedAt, DateTimeOffset? ExpiresAt)
{
    public bool IsCurrent(DateTimeOffset now) => ExpiresAt is null || now < ExpiresAt;

    /// <summary>Past half its life: whoever collects it is late.</summary>
    public bool IsStale(DateTimeOffset now) => ExpiresAt is { } end && now - ObservedAt > (end - ObservedAt) / 2;
}

/// <summary>The keys that checks ask for. Anybody may report others.</summary>
public static class FactKeys
{
    /// <summary>What a RUNBOOK.md says: <see cref="RunbookFact"/>.</summary>
    public const string Runbook = "runbook";

    /// <summary>The newest release that was put into service: <c>{"at": time, "release", "commit", "environment", "by"}</c>.</summary>
    public const string Release = "release";

    /// <summary>Whether it can serve: <c>{"ready": true}</c> or <c>{"ready": false, "answer", "lastReady": time}</c>.</summary>
    public const string Readiness = "readiness";

    /// <summary>What its health report is worth: <see cref="HealthFact"/>.</summary>
    public const string Health = "health";

    /// <summary>Why its address is not asked: <c>{"refused": reason}</c>.</summary>
    public const string Probe = "probe";
}

/// <summary>The facts of one entity.</summary>
public sealed class FactSet(IReadOnlyList<Fact> all)
{
    public static readonly FactSet Empty = new([]);

    public IReadOnlyList<Fact> All { get; } = all;

    public Fact? Find(string key, string source) => All.FirstOrDefault(fact => fact.Key == key && fact.Source == source);

    /// <summary>What is known now under a key, the newest first.</summary>
    public IEnumerable<Fact> Current(string key, DateTimeOffset now) =>
        All.Where(fact => fact.Key == key && fact.IsCurrent(now)).OrderByDescending(fact => fact.ObservedAt);

    public FactSet With(IReadOnlyList<Fact> newer) => newer.Count == 0 ? this
        : new([.. All.Where(fact => !newer.Any(other => other.Key == fact.Key && other.Source == fact.Source)), .. newer]);
}
