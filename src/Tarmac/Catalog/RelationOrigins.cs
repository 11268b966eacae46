using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>Where a relation is written.</summary>
/// <param name="By">The entity whose file says it.</param>
public sealed record RelationOrigin(string By, string Source, string? Description, string File, int Line, DateTimeOffset ChangedAt)
{
    internal static RelationOrigin Of(CatalogEntry entry) => new(
        entry.Ref, entry.Source.Name, entry.Source.Description, entry.Entity.Origin.File, entry.Entity.Origin.Line, entry.ChangedAt);
}

/// <summary>Who says that two entities are related: this end's file, the other's, or both.</summary>
internal static class RelationOrigins
{
    /// <summary>A relation that files declare. Facts that somebody observed are of another kind.</summary>
    public const string Declared = "declared";

    public static IReadOnlyList<RelationOrigin> Of(CatalogIndex index, CatalogEntry entry, RelationEnd end)
    {
        var origins = new List<RelationOrigin>(2);
        if (end.Declared) origins.Add(RelationOrigin.Of(entry));
        if (index.Find(end.Target) is { } other && (!end.Declared || other.Relations.Contains(new Relation(entry.Entity.Ref, end.Type, end.Target).Reversed()))) origins.Add(RelationOrigin.Of(other));
        return origins;
    }

    /// <summary><c>this</c>, <c>other</c> or <c>both</c>.</summary>
    public static string By(RelationEnd end, IReadOnlyList<RelationOrigin> origins) => !end.Declared ? "other" : origins.Count > 1 ? "both" : "this";
}
