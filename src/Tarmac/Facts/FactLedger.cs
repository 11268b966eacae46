using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;

namespace Tarmac.Facts;

/// <summary>The facts, as every slice may read and record them. A value that changes is an event; seeing the same again only makes the fact younger.</summary>
public sealed class FactLedger(Database database, EventLog events, TimeProvider clock)
{
    public const string Changed = "dev.tarmac.fact.changed";
    private const int Chunk = 500;

    public Task<FactSet> Of(string subject, CancellationToken cancellation = default) => database.Read(session => Of(session, subject), cancellation);

    public static async Task<FactSet> Of(Session session, string subject) => new(await session.List(
        $"select subject, key, source, value, observed_at, expires_at from fact where subject = {subject} order by key, source", Read));

    /// <summary>The facts of many; who has none is left out.</summary>
    public async Task<IReadOnlyDictionary<string, FactSet>> Of(IReadOnlyCollection<string> subjects, CancellationToken cancellation = default) =>
        await database.Read(async session =>
        {
            var facts = new List<Fact>();
            foreach (var some in subjects.Chunk(Chunk))
                facts.AddRange(await session.List($"select subject, key, source, value, observed_at, expires_at from fact where subject in {some} order by key, source", Read));
            return facts.GroupBy(fact => fact.Subject).ToDictionary(same => same.Key, same => new FactSet([.. same]));
        }, cancellation);

    /// <summary>
    /// Makes writers of facts, and of what is judged by them, wait for each other: whoever holds the row decides on what the
    /// last one left. Taken first in a transaction, before any event.
    /// </summary>
    public static Task Hold(Session session) => session.Execute($"update fact_state set revision = revision where id = 1");

    /// <summary>Records an observation, unless a later one of the same source is known. True when what is known has changed.</summary>
    public async Task<bool> Put(Session session, Fact fact, string? actor = null)
    {
        ArgumentNullException.ThrowIfNull(fact);
        await Hold(session);
        var known = await session.One(
            $"select subject, key, source, value, observed_at, expires_at from fact where subject = {fact.Subject} and key = {fact.Key} and source = {fact.Source}", Read);
        if (known is not null && known.ObservedAt > fact.ObservedAt) return false;
        await session.Execute($"""
            insert into fact (subject, key, source, value, observed_at, expires_at)
            values ({fact.Subject}, {fact.Key}, {fact.Source}, {fact.Value.ToJsonString()}, {fact.ObservedAt}, {fact.ExpiresAt})
            on conflict (subject, key, source) do update set value = excluded.value, observed_at = excluded.observed_at, expires_at = excluded.expires_at
            """);
        if (known is not null && known.IsCurrent(clock.GetUtcNow()) && JsonNode.DeepEquals(known.Value, fact.Value)) return false;
        await Announce(session, fact.Subject, fact.Key, fact.Source, removed: false, actor);
        return true;
    }

    /// <summary>Forgets a fact, as if it had never been collected. False when there was none.</summary>
    public async Task<bool> Delete(Session session, string subject, string key, string source, string? actor = null)
    {
        await Hold(session);
        if (await session.Execute($"delete from fact where subject = {subject} and key = {key} and source = {source}") == 0) return false;
        await Announce(session, subject, key, source, removed: true, actor);
        return true;
    }

    private Task<long> Announce(Session session, string subject, string key, string source, bool removed, string? actor) =>
        events.Append(session, Changed, subject, actor, new JsonObject { ["key"] = key, ["source"] = source, ["removed"] = removed });

    private static Fact Read(Row row) =>
        new(row.Text(0), row.Text(1), row.Text(2), (JsonObject)StoredJson.Parse(row.Text(3)), row.Time(4), row.TimeOrNull(5));
}
