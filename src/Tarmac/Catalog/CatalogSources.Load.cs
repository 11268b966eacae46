using Tarmac.Foundation.Principals;

namespace Tarmac.Catalog;

/// <summary>How the catalog begins: from what is stored, and from the sources that were named at start.</summary>
public sealed partial class CatalogSources
{
    /// <summary>Shows what the tables hold, then brings the sources that were named at start up to date. Called once, before anybody asks.</summary>
    internal async Task Load(CancellationToken cancellation)
    {
        await LoadTables(cancellation);
        foreach (var state in current.Index.Sources.Where(state => state.Source.Kind is SourceKind.Organisation or SourceKind.Catalog && !state.Source.IsGone
            && !named.Elsewhere.Contains(state.Source.Name) && named.Sources.All(source => source.Name != state.Source.Name)))
            await Abandon(state.Source.Name, null, cancellation);
        foreach (var source in named.Sources)
        {
            var known = current.State(source.Name);
            var same = known?.Source is { } before && before.Location == source.Location && before.Kind == source.Kind && !before.IsGone;
            // A home that has been used shows what it knew at once; the watcher reads what changed meanwhile.
            if ((!same || known!.ReadAt is null) && await MayRead(source, cancellation)) await Read(source, Principal.Platform.Ref, Looking.Anyway, cancellation, isAdded: true);
        }
    }

    /// <summary>Derives every table of the catalog anew from its sources, whatever the tables held; those that are fetched are their fetcher's to read.</summary>
    internal async Task<IReadOnlyList<SourceState>> Rebuild(CancellationToken cancellation)
    {
        await LoadTables(cancellation);
        foreach (var name in current.Index.Sources.Where(state => state.Source is { IsGone: false, Kind: not (SourceKind.Git or SourceKind.Url) }).Select(state => state.Source.Name).ToList())
        {
            await database.Write(session => CatalogStore.Distrust(session, name), cancellation);
            await LoadTables(cancellation);
            await Refresh(name, Principal.Platform.Ref, anyway: true, cancellation);
        }
        await Load(cancellation);
        return current.Index.Sources;
    }

    private async Task LoadTables(CancellationToken cancellation)
    {
        var (states, revision) = await database.Read(async session => (await CatalogStore.All(session), await CatalogStore.Revision(session)), cancellation);
        current.Load(states, revision);
        commits.Begin(revision);
        await named.Choose(cancellation);
    }
}
