using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Tarmac.Catalog.Backstage;

/// <summary>What was worked out for one snapshot of the catalog and serves every further request: orders, identifiers and who has which value. Goes with the snapshot.</summary>
internal sealed class BackstageView
{
    // Whoever asks for more than anybody means to waits for each anew.
    private const int MostKept = 64;

    private static readonly ConditionalWeakTable<CatalogIndex, BackstageView> Views = [];

    private readonly CatalogIndex index;
    private readonly ConcurrentDictionary<string, Lazy<OrderedEntities>> orders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<FieldPostings>> postings = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<string, CatalogEntry>> byUid;
    private readonly Lazy<ILookup<(string Source, string File), CatalogEntry>> locationsOf;

    private BackstageView(CatalogIndex index)
    {
        this.index = index;
        byUid = new(() => index.All.ToDictionary(entry => EntityUid.Of(entry.Ref), StringComparer.OrdinalIgnoreCase));
        locationsOf = new(() => EntityAncestry.Files(index));
    }

    public static BackstageView Of(CatalogIndex index) => Views.GetValue(index, known => new BackstageView(known));

    public CatalogEntry? ByUid(string uid) => byUid.Value.GetValueOrDefault(uid);

    /// <summary>The Locations that name a file.</summary>
    public IEnumerable<CatalogEntry> LocationsOf(string source, string file) => locationsOf.Value[(source, file)];

    public OrderedEntities Ordered(IReadOnlyList<OrderField> order) =>
        Kept(orders, string.Join('\n', order.Select(field => (field.Descending ? "-" : "+") + field.Key)), () => new OrderedEntities(index, order));

    public FieldPostings Postings(string key) => Kept(postings, key, () => new FieldPostings(index, key));

    private static T Kept<T>(ConcurrentDictionary<string, Lazy<T>> kept, string key, Func<T> make)
    {
        if (kept.TryGetValue(key, out var known)) return known.Value;
        return kept.Count < MostKept ? kept.GetOrAdd(key, _ => new Lazy<T>(make)).Value : make();
    }
}
