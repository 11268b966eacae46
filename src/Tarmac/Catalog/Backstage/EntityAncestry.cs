using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>Through which Locations an entity came to be read.</summary>
internal static class EntityAncestry
{
    /// <summary>The Locations by the files they name.</summary>
    public static ILookup<(string Source, string File), CatalogEntry> Files(CatalogIndex index) => index.All
        .Where(entry => entry.Entity.Kind == EntityKinds.Location)
        .SelectMany(entry => entry.Entity.Location!.Targets
            .Select(target => (File: SourceFiles.Resolve(entry.Entity.Origin.File, target), Location: entry)))
        .Where(named => named.File is not null)
        .ToLookup(named => (named.Location.Source.Name, named.File!), named => named.Location);

    /// <summary>The entity first, then each that led to it, once, with its own parents.</summary>
    public static IEnumerable<(CatalogEntry Entry, IReadOnlyList<string> Parents)> Of(CatalogIndex index, CatalogEntry entry)
    {
        var view = BackstageView.Of(index);
        var seen = new HashSet<string>(StringComparer.Ordinal) { entry.Ref };
        var waiting = new Queue<CatalogEntry>([entry]);
        while (waiting.TryDequeue(out var current))
        {
            var parents = view.LocationsOf(current.Source.Name, current.Entity.Origin.File).Where(parent => parent != current).Distinct().ToList();
            yield return (current, [.. parents.Select(parent => parent.Ref).Order(StringComparer.Ordinal)]);
            foreach (var parent in parents)
                if (seen.Add(parent.Ref)) waiting.Enqueue(parent);
        }
    }
}
