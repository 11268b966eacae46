using System.Globalization;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog;

/// <summary>One change of an entity, as it is remembered.</summary>
/// <param name="Source">The source whose declaration it is about.</param>
/// <param name="Description">What that source was described as then, such as a commit.</param>
/// <param name="Changes">The fields that differ, each with <c>field</c>, <c>before</c> and <c>after</c>.</param>
/// <param name="Other">The other name of a renamed entity, or the source that held it before.</param>
/// <param name="Document">What the entity said from then on; null when that stayed as it was, or the entity went.</param>
public sealed record HistoryEntry(
    string Ref, long Revision, ChangeKind Kind, DateTimeOffset At, string Actor, string Source, string Description, string File, int Line,
    JsonArray? Changes, string? Other, string? Document)
{
    public bool Ends => Kind is ChangeKind.Removed or ChangeKind.RenamedAway;

    /// <summary>A kind of change as APIs and events write it.</summary>
    public static string Say(ChangeKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}

/// <summary>The SQL of the history. An entity that was renamed continues what its old name began.</summary>
internal static class HistoryStore
{
    public static Task Put(Session session, IReadOnlyList<HistoryEntry> entries)
    {
        Sql Row(HistoryEntry entry) =>
            $"({entry.Ref}, {entry.Revision}, {entry.Kind.ToString()}, {entry.At}, {entry.Actor}, {entry.Source}, {entry.Description}, {entry.File}, {entry.Line}, {entry.Changes?.ToJsonString()}, {entry.Other}, {entry.Document})";
        return session.Execute(entries.Select(Row), rows => $"insert into catalog_history (ref, revision, kind, at, actor, source, description, file, line, changes, other, document) values {rows}");
    }

    /// <summary>A page of an entity's history, the newest first, and where the next begins; null when there is none.</summary>
    /// <param name="cursor">What the page before answered.</param>
    public static async Task<(IReadOnlyList<HistoryEntry> Items, string? Next)> Of(Session session, string reference, int limit, string? cursor)
    {
        var found = new List<HistoryEntry>();
        var (name, below) = Position(cursor) ?? (reference, long.MaxValue);
        while (found.Count <= limit)
        {
            var some = await session.List($"{Columns} where ref = {name} and revision < {below} order by revision desc limit {limit + 1 - found.Count}", Read);
            var renamed = some.FindIndex(entry => entry.Kind == ChangeKind.Renamed);
            found.AddRange(renamed < 0 ? some : some.Take(renamed + 1));
            if (renamed < 0) break;
            (name, below) = (some[renamed].Other!, some[renamed].Revision);
        }
        if (found.Count <= limit) return (found, null);
        var last = found[limit - 1];
        return (found[..limit], Cursor(last.Kind == ChangeKind.Renamed ? last.Other! : last.Ref, last.Revision));
    }

    /// <summary>The state an entity had at a revision or a time; null when it was not there then.</summary>
    public static async Task<HistoryEntry?> AsOf(Session session, string reference, long? revision, DateTimeOffset? time)
    {
        for (var (name, below) = (reference, long.MaxValue); ;)
        {
            var state = await session.One($"""
                {Columns} where ref = {name} and revision < {below} and (cast({revision} as bigint) is null or revision <= {revision}) and (cast({time} as bigint) is null or at <= {time})
                  and (document is not null or kind in ('Removed', 'RenamedAway')) order by revision desc limit 1
                """, Read);
            if (state is not null) return state.Ends ? null : state;
            // Always farther back, also when a name was given back later.
            var renamed = await session.One($"{Columns} where ref = {name} and revision < {below} and kind = 'Renamed' order by revision limit 1", Read);
            if (renamed is null) return null;
            (name, below) = (renamed.Other!, renamed.Revision);
        }
    }

    /// <summary>The newest thing known of a name; null when it was never heard of.</summary>
    public static Task<HistoryEntry?> Newest(Session session, string reference) =>
        session.One($"{Columns} where ref = {reference} order by revision desc limit 1", Read);

    /// <summary>What changed after a revision, or from a time on, the oldest first, and where the next page begins.</summary>
    public static async Task<(IReadOnlyList<HistoryEntry> Items, string? Next)> Since(Session session, long? revision, DateTimeOffset? time, int limit, string? cursor)
    {
        var from = Position(cursor);
        Sql after = $"revision > {revision ?? 0}";
        if (from is { } at) after = $"revision >= {at.Revision} and (revision > {at.Revision} or ref > {at.Ref})";
        var some = await session.List($"{Columns} where {after} and (cast({time} as bigint) is null or at >= {time}) order by revision, ref limit {limit + 1}", Read);
        return some.Count <= limit ? (some, null) : (some[..limit], Cursor(some[limit - 1].Ref, some[limit - 1].Revision));
    }

    private static string Cursor(string reference, long revision) => string.Create(CultureInfo.InvariantCulture, $"{revision}~{reference}");

    private static (string Ref, long Revision)? Position(string? cursor) => cursor is null ? null
        : cursor.Split('~', 2) is [var number, { Length: > 0 } reference] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? (reference, revision)
        : throw new Problem(400, "bad-request", "That is no cursor of this list.", null, "Take the one the page before answered as next, or leave it out.");

    private static Sql Columns => $"select ref, revision, kind, at, actor, source, description, file, line, changes, other, document from catalog_history";

    private static HistoryEntry Read(Row row) => new(
        row.Text(0), row.Number(1), Enum.Parse<ChangeKind>(row.Text(2)), row.Time(3), row.Text(4), row.Text(5), row.Text(6), row.Text(7), (int)row.Number(8),
        row.TextOrNull(9) is { } changes ? (JsonArray)StoredJson.Parse(changes) : null, row.TextOrNull(10), row.TextOrNull(11));
}
