using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>
/// A snapshot of the catalog by Backstage's fields. What an entity says by itself the catalog's own index follows from one
/// snapshot to the next; relations depend on other entities, so what is worked out of them goes with the snapshot.
/// </summary>
internal sealed class BackstageView
{
    private const string Relations = "relations.";

    private static readonly ConditionalWeakTable<CatalogIndex, BackstageView> Views = [];

    private readonly CatalogIndex index;
    private readonly ConcurrentDictionary<string, Lazy<FieldIndex>> relations = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<(string Source, string File), CatalogEntry>> locationsOf;

    private BackstageView(CatalogIndex index)
    {
        this.index = index;
        locationsOf = new(() => EntityAncestry.Files(index));
    }

    public static BackstageView Of(CatalogIndex index) => Views.GetValue(index, known => new BackstageView(known));

    public CatalogEntry? ByUid(string uid) => Values("metadata.uid")[uid].Numbers().Select(number => index.Entries[number]).FirstOrDefault();

    /// <summary>The Locations that name a file.</summary>
    public IEnumerable<CatalogEntry> LocationsOf(string source, string file) => locationsOf.Value[(source, file)];

    /// <summary>The values of a field, the same in any case.</summary>
    public FieldIndex Values(string key) => Field(key, StringComparer.OrdinalIgnoreCase);

    /// <summary>The values of a field as they are written.</summary>
    public FieldIndex Exactly(string key) => Field(key, StringComparer.Ordinal);

    /// <summary>The entities that have one of these values in a field.</summary>
    public EntitySet With(string key, IEnumerable<string> values) =>
        TypeOf(key) is { } type ? EntitySet.Of([.. values.SelectMany(value => RelatedTo(value, type)).Distinct()]) : Values(key).Any(values);

    public SortOrder Ordered(IReadOnlyList<OrderField> order) => order.Any(field => TypeOf(field.Key) is not null)
        ? SortOrder.Of(EntityOrder.KeyOf(order, (entry, key) => new EntityFieldSet(index) { Entry = entry }.Values(key)), index.Numbered())
        : index.Order(EntityOrder.NameOf(order), EntityOrder.KeyOf(order, BackstageFields.Values));

    private FieldIndex Field(string key, StringComparer same)
    {
        var name = same == StringComparer.Ordinal ? "backstage:exactly:" + key : "backstage:" + key;
        if (TypeOf(key) is not { } type) return index.Field(name, entry => BackstageFields.Values(entry, key), same);
        return RelationTypes.All.Contains(type, StringComparer.OrdinalIgnoreCase) ? relations.GetOrAdd(name, _ => new(Make)).Value : FieldIndex.Of(_ => [], same, []);

        FieldIndex Make() => FieldIndex.Of(entry => new EntityFieldSet(index) { Entry = entry }.Values(key), same, index.Numbered());
    }

    // From the other end, so that nobody else's relations are looked at.
    private IEnumerable<int> RelatedTo(string reference, string type) => index.RelationsOf(reference)
        .Where(end => RelationTypes.Reverse(end.Type).Equals(type, StringComparison.OrdinalIgnoreCase)).Select(end => index.NumberOf(end.Target.ToString())).OfType<int>();

    private static string? TypeOf(string key) => key.StartsWith(Relations, StringComparison.Ordinal) ? key[Relations.Length..] : null;
}
