using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>Through which Locations an entity came to be read.</summary>
internal static class EntityAncestry
{
    /// <summary>The Locations by the files they name, by path or by pattern.</summary>
    public static ILookup<(string Source, string File), CatalogEntry> Files(CatalogIndex index)
    {
        var filesOf = index.All.Select(entry => (entry.Source.Name, entry.Entity.Origin.File)).Distinct().ToLookup(place => place.Name, place => place.File);
        return index.OfKind(EntityKinds.Location)
            .SelectMany(location => location.Entity.Location!.Targets.SelectMany(target => Named(location, target)).Distinct().Select(file => (File: file, Location: location)))
            .ToLookup(named => (named.Location.Source.Name, named.File), named => named.Location);

        IEnumerable<string> Named(CatalogEntry location, string target)
        {
            if (SourceFiles.Resolve(location.Entity.Origin.File, target) is not { } path) return [];
            return PathPattern.IsOne(path) && PathPattern.Of(path) is { } pattern ? filesOf[location.Source.Name].Where(file => file != location.Entity.Origin.File && pattern.Matches(file)) : [path];
        }
    }

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
