using System.Globalization;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog;

/// <summary>What happened to entities, and what became of those that are gone.</summary>
public sealed class EntityHistory(Database database)
{
    private const int MostNames = 20;

    /// <summary>A page of an entity's history, the newest first, with that of its former names.</summary>
    internal Task<(IReadOnlyList<HistoryEntry> Items, string? Next)> Of(string reference, int limit, string? cursor, CancellationToken cancellation) =>
        database.Read(session => HistoryStore.Of(session, reference.ToLowerInvariant(), limit, cursor), cancellation);

    /// <summary>What changed in the whole catalog since a revision or a time, the oldest first.</summary>
    internal Task<(IReadOnlyList<HistoryEntry> Items, string? Next)> Since(string? since, int limit, string? cursor, CancellationToken cancellation)
    {
        var (revision, time) = since is null ? (null, null) : Moment(since, "since");
        return database.Read(session => HistoryStore.Since(session, revision, time, limit, cursor), cancellation);
    }

    /// <summary>The entity as it was at a revision or time.</summary>
    /// <exception cref="Problem">It was not there then.</exception>
    internal async Task<HistoryEntry> AsOf(string reference, string moment, CancellationToken cancellation)
    {
        var (revision, time) = Moment(moment, "asOf");
        return await database.Read(session => HistoryStore.AsOf(session, reference.ToLowerInvariant(), revision, time), cancellation)
            ?? throw new Problem(404, "not-found", $"There was no entity named {reference.ToLowerInvariant()} at {moment}.", null,
                "Its history says when it came and went: add /history to its address.");
    }

    /// <summary>Why an entity is not there: never heard of, gone, or renamed; with the name it goes by now.</summary>
    internal async Task<(Problem Problem, string? RenamedTo, bool WasThere)> Missing(string reference, CancellationToken cancellation)
    {
        var name = reference.ToLowerInvariant();
        var (newest, now) = await database.Read(async session =>
        {
            var first = await HistoryStore.Newest(session, name);
            var last = first;
            // Names may have been changed back and forth.
            for (var hops = 0; last is { Kind: ChangeKind.RenamedAway, Other: { } next } && hops < MostNames; hops++) last = await HistoryStore.Newest(session, next);
            return (first, last);
        }, cancellation);
        if (newest is null) return (Problem.NotFound("entity", name, "GET /api/v1/catalog/entities?q=TEXT finds entities."), null, false);
        var renamed = newest.Kind == ChangeKind.RenamedAway && now is { Ends: false } ? now.Ref : null;
        var when = newest.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        return (new Problem(404, "not-found", $"There is no entity named {name}.",
            renamed is not null ? $"It was renamed to {renamed} on {when}." : $"It was {(newest.Kind == ChangeKind.RenamedAway ? "renamed" : "removed")} on {when}, when it was in {newest.File} of {newest.Source}.",
            renamed is not null ? $"Ask for {renamed}." : "Its history is at its address with /history at the end."), renamed, true);
    }

    private static (long? Revision, DateTimeOffset? Time) Moment(string text, string name)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)) return (revision, null);
        // A plus in an address is a blank.
        if (DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            || DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)) return (null, time);
        throw new Problem(400, "bad-request", $"{name}={text} is neither a revision nor a time.", null, "Write a revision such as 1234, or a time such as 2026-05-01T12:00:00Z.");
    }
}
