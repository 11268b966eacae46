using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog;

/// <summary>What other platforms on the same database committed since a revision.</summary>
/// <param name="Revision">Up to where this goes.</param>
/// <param name="Changed">The sources that changed, as they are now.</param>
/// <param name="Names">Every source there is.</param>
internal sealed record CatalogNews(long Revision, IReadOnlyList<SourceState> Changed, IReadOnlyList<string> Names)
{
    /// <summary>Reads what is new, and no more of it than that; null when nothing is.</summary>
    /// <param name="shown">The state of a source as it was at <paramref name="seen"/>.</param>
    public static async Task<CatalogNews?> After(Session session, long seen, Func<string, SourceState?> shown)
    {
        var revision = await CatalogStore.Revision(session);
        if (revision == seen) return null;
        var changed = new List<SourceState>();
        foreach (var state in await CatalogStore.Sources(session, seen))
            changed.Add(state with { Entries = await Entries(session, state.Source, seen, shown(state.Source.Name)), Problems = await CatalogStore.Problems(session, state.Source.Name) });
        return new CatalogNews(revision, changed, await CatalogStore.SourceNames(session));
    }

    private static async Task<IReadOnlyList<CatalogEntry>> Entries(Session session, CatalogSource source, long seen, SourceState? shown)
    {
        if (shown is null) return await CatalogStore.Entries(session, source, null);
        var entries = shown.Entries.ToDictionary(entry => entry.Ref, entry => entry.Source == source ? entry : entry.In(source));
        foreach (var entry in await CatalogStore.EntriesAfter(session, source, seen)) entries[entry.Ref] = entry;
        // All that was written is in there: as many as there are rows, or more, when some were deleted.
        if (entries.Count == await CatalogStore.CountEntities(session, source.Name)) return [.. entries.Values];
        return [.. (await CatalogStore.References(session, source.Name)).Select(reference => entries[reference])];
    }
}
