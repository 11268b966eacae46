using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <param name="Key">In lower case.</param>
public readonly record struct OrderField(string Key, bool Descending)
{
    private const string Cure = "Write orderField=metadata.name,asc or order=asc:metadata.name.";

    /// <summary>Reads <c>metadata.name,desc</c>.</summary>
    public static OrderField Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',', 2);
        return Of(parts[0], parts.Length > 1 ? parts[1] : "asc");
    }

    /// <summary>Reads <c>desc:metadata.name</c>.</summary>
    public static OrderField ParseTurned(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':', 2) is [var order, var field] ? Of(field, order) : throw new Problem(400, "bad-request", $"{text} is no order.", null, Cure);
    }

    public static OrderField Of(string? field, string? order) => (field?.Trim(), order) switch
    {
        ({ Length: > 0 } key, "asc") => new(key.ToLowerInvariant(), false),
        ({ Length: > 0 } key, "desc") => new(key.ToLowerInvariant(), true),
        _ => throw new Problem(400, "bad-request", "An order is a field and asc or desc.", null, Cure),
    };
}

/// <summary>Where an entity stands in an order: its values, and its reference, which decides among equals.</summary>
/// <param name="Values">In lower case; null for an entity without the field, which stands last in either direction.</param>
public sealed record Place(IReadOnlyList<string?> Values, string Ref)
{
    public static int Compare(Place a, Place b, IReadOnlyList<OrderField> order)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(order);
        for (var number = 0; number < order.Count; number++)
        {
            var (left, right) = (a.Values[number], b.Values[number]);
            if (left is null != right is null) return left is null ? 1 : -1;
            var compared = string.CompareOrdinal(left, right);
            if (compared != 0) return order[number].Descending ? -compared : compared;
        }
        return string.CompareOrdinal(a.Ref, b.Ref);
    }
}

/// <summary>All entities of a snapshot in one order.</summary>
internal sealed class OrderedEntities
{
    private readonly IReadOnlyList<OrderField> order;
    private readonly Place[] places;
    private readonly int[] numbers;
    private readonly IReadOnlyList<CatalogEntry> all;

    public OrderedEntities(CatalogIndex index, IReadOnlyList<OrderField> order)
    {
        this.order = order;
        all = index.All;
        numbers = [.. Enumerable.Range(0, all.Count)];
        places = [.. all.Select(entry => PlaceOf(index, entry))];
        Array.Sort(places, numbers, Comparer<Place>.Create((a, b) => Place.Compare(a, b, order)));
    }

    public int Count => numbers.Length;

    public CatalogEntry this[int rank] => all[numbers[rank]];

    /// <summary>The number of an entity in <see cref="CatalogIndex.All"/>.</summary>
    public int NumberOf(int rank) => numbers[rank];

    public Place PlaceOf(int rank) => places[rank];

    /// <summary>How many stand before a place.</summary>
    public int Before(Place place) => Split(position => Place.Compare(position, place, order) < 0);

    /// <summary>How many stand before a place or on it.</summary>
    public int UpTo(Place place) => Split(position => Place.Compare(position, place, order) <= 0);

    private int Split(Func<Place, bool> isLeft)
    {
        var (low, high) = (0, places.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (isLeft(places[middle])) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private Place PlaceOf(CatalogIndex index, CatalogEntry entry)
    {
        var fields = new EntityFieldSet(index) { Entry = entry };
        return new Place([.. order.Select(field => fields.Values(field.Key).OfType<string>().Select(value => value.ToLowerInvariant()).Min(StringComparer.Ordinal))], entry.Ref);
    }
}
