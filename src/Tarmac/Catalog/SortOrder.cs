namespace Tarmac.Catalog;

/// <summary>What an order compares entities by. The functions look at nothing else.</summary>
internal sealed record SortKey(Func<CatalogEntry, string?[]> Of, Comparison<string?[]> Compare)
{
    /// <summary>The order of one text that every entity has, in any case.</summary>
    public static SortKey ByText(Func<CatalogEntry, string> textOf) => new(entry => [textOf(entry)], (a, b) => string.Compare(a[0], b[0], StringComparison.OrdinalIgnoreCase));
}

/// <summary>Where an entity stands in an order: its key, and its reference, which decides among equals.</summary>
internal readonly record struct SortPlace(string?[] Key, string Ref);

/// <summary>Every entity in the order of one key; among equals by reference.</summary>
internal sealed class SortOrder
{
    private const int SortingCosts = 64;

    private readonly SortKey key;
    private readonly int[] numbers;

    private SortOrder(SortKey key, int[] numbers) => (this.key, this.numbers) = (key, numbers);

    public static SortOrder Of(SortKey key, IEnumerable<EntryChange> entries)
    {
        var all = entries.Select(change => (Place: new SortPlace(key.Of(change.After!), change.After!.Ref), change.Number)).ToArray();
        Array.Sort(all, (a, b) => Compare(key, a.Place, b.Place));
        return new SortOrder(key, Array.ConvertAll(all, item => item.Number));
    }

    public int Count => numbers.Length;

    /// <summary>The number of the entity at a rank.</summary>
    public int this[int rank] => numbers[rank];

    public SortPlace PlaceOf(CatalogEntry entry) => new(key.Of(entry), entry.Ref);

    /// <param name="entries">The entities after the changes, by number.</param>
    public SortOrder With(IReadOnlyCollection<EntryChange> changes, CatalogEntry?[] entries)
    {
        var moved = changes.Where(change => change.Before is null || change.After is null || key.Compare(key.Of(change.Before), key.Of(change.After)) != 0).ToList();
        if (moved.Count == 0) return this;
        var leaving = moved.Where(change => change.Before is not null).Select(change => change.Number).ToHashSet();
        var kept = leaving.Count == 0 ? numbers : Array.FindAll(numbers, number => !leaving.Contains(number));
        var coming = moved.Where(change => change.After is not null).Select(change => (Place: PlaceOf(change.After!), change.Number)).ToArray();
        Array.Sort(coming, (a, b) => Compare(key, a.Place, b.Place));
        var changed = new int[kept.Length + coming.Length];
        var (from, to) = (0, 0);
        foreach (var (place, number) in coming)
        {
            var rank = RankOf(kept, place, entries);
            Array.Copy(kept, from, changed, to, rank - from);
            to += rank - from;
            from = rank;
            changed[to++] = number;
        }
        Array.Copy(kept, from, changed, to, kept.Length - from);
        return new SortOrder(key, changed);
    }

    /// <summary>Up to so many of a set, in order, behind a place.</summary>
    /// <param name="after">The place; null begins at the beginning.</param>
    public List<CatalogEntry> Page(EntitySet wanted, SortPlace? after, bool descending, int limit, CatalogEntry?[] entries)
    {
        var page = new List<CatalogEntry>(Math.Min(limit, wanted.Count));
        if (wanted.Count == 0) return page;
        if (wanted.Count < numbers.Length / SortingCosts) return Sorted(wanted, after, descending, limit, entries);
        wanted = wanted.ForLookups();
        if (descending)
        {
            for (var rank = (after is { } last ? RankOf(last, entries) : numbers.Length) - 1; rank >= 0 && page.Count < limit; rank--)
                if (wanted.Contains(numbers[rank])) page.Add(entries[numbers[rank]]!);
            return page;
        }
        for (var rank = after is { } first ? RankBehind(first, entries) : 0; rank < numbers.Length && page.Count < limit; rank++)
            if (wanted.Contains(numbers[rank])) page.Add(entries[numbers[rank]]!);
        return page;
    }

    // Few of many are sorted sooner than found among all.
    private List<CatalogEntry> Sorted(EntitySet wanted, SortPlace? after, bool descending, int limit, CatalogEntry?[] entries)
    {
        var all = wanted.Numbers().Select(number => entries[number]!).Select(entry => (Place: PlaceOf(entry), Entry: entry)).ToArray();
        Array.Sort(all, (a, b) => descending ? Compare(key, b.Place, a.Place) : Compare(key, a.Place, b.Place));
        return [.. all.Where(one => after is not { } place || (descending ? Compare(key, one.Place, place) < 0 : Compare(key, one.Place, place) > 0)).Take(limit).Select(one => one.Entry)];
    }

    /// <summary>How many entities stand before a place.</summary>
    public int RankOf(SortPlace place, CatalogEntry?[] entries) => RankOf(numbers, place, entries);

    /// <summary>How many stand before a place or on it.</summary>
    public int RankBehind(SortPlace place, CatalogEntry?[] entries)
    {
        var rank = RankOf(numbers, place, entries);
        return rank < numbers.Length && Compare(key, PlaceOf(entries[numbers[rank]]!), place) == 0 ? rank + 1 : rank;
    }

    private int RankOf(int[] among, SortPlace place, CatalogEntry?[] entries)
    {
        var (low, high) = (0, among.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Compare(key, PlaceOf(entries[among[middle]]!), place) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static int Compare(SortKey key, SortPlace a, SortPlace b)
    {
        var byKey = key.Compare(a.Key, b.Key);
        return byKey != 0 ? byKey : string.CompareOrdinal(a.Ref, b.Ref);
    }
}
