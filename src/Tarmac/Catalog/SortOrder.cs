namespace Tarmac.Catalog;

/// <summary>Every entity in the order of one key; among equals by reference.</summary>
internal sealed class SortOrder
{
    private readonly Func<CatalogEntry, string> keyOf;
    private readonly int[] numbers;

    private SortOrder(Func<CatalogEntry, string> keyOf, int[] numbers) => (this.keyOf, this.numbers) = (keyOf, numbers);

    public static SortOrder Of(Func<CatalogEntry, string> keyOf, IEnumerable<EntryChange> entries)
    {
        var all = entries.Select(change => (Key: (keyOf(change.After!), change.After!.Ref), change.Number)).ToArray();
        Array.Sort(all, (a, b) => Compare(a.Key, b.Key));
        return new SortOrder(keyOf, Array.ConvertAll(all, item => item.Number));
    }

    public string KeyOf(CatalogEntry entry) => keyOf(entry);

    /// <param name="entries">The entities after the changes, by number.</param>
    public SortOrder With(IReadOnlyCollection<EntryChange> changes, CatalogEntry?[] entries)
    {
        var moved = changes.Where(change => change.Before is null || change.After is null || keyOf(change.Before) != keyOf(change.After)).ToList();
        if (moved.Count == 0) return this;
        var leaving = moved.Where(change => change.Before is not null).Select(change => change.Number).ToHashSet();
        var kept = leaving.Count == 0 ? numbers : Array.FindAll(numbers, number => !leaving.Contains(number));
        var coming = moved.Where(change => change.After is not null).Select(change => (Key: (keyOf(change.After!), change.After!.Ref), change.Number)).ToArray();
        Array.Sort(coming, (a, b) => Compare(a.Key, b.Key));
        var changed = new int[kept.Length + coming.Length];
        var (from, to) = (0, 0);
        foreach (var (key, number) in coming)
        {
            var place = PlaceOf(kept, key, entries);
            Array.Copy(kept, from, changed, to, place - from);
            to += place - from;
            from = place;
            changed[to++] = number;
        }
        Array.Copy(kept, from, changed, to, kept.Length - from);
        return new SortOrder(keyOf, changed);
    }

    /// <summary>Up to so many of a set, in order, behind a place.</summary>
    /// <param name="after">The place; null begins at the beginning.</param>
    public List<CatalogEntry> Page(EntitySet wanted, (string Key, string Ref)? after, bool descending, int limit, CatalogEntry?[] entries)
    {
        var page = new List<CatalogEntry>(Math.Min(limit, wanted.Count));
        if (wanted.Count == 0) return page;
        wanted = wanted.ForLookups();
        if (descending)
        {
            for (var place = (after is { } last ? PlaceOf(numbers, last, entries) : numbers.Length) - 1; place >= 0 && page.Count < limit; place--)
                if (wanted.Contains(numbers[place])) page.Add(entries[numbers[place]]!);
            return page;
        }
        for (var place = after is { } first ? PlaceBehind(first, entries) : 0; place < numbers.Length && page.Count < limit; place++)
            if (wanted.Contains(numbers[place])) page.Add(entries[numbers[place]]!);
        return page;
    }

    // The first place whose entity does not come before the key.
    private int PlaceOf(int[] among, (string, string) key, CatalogEntry?[] entries)
    {
        var (low, high) = (0, among.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var entry = entries[among[middle]]!;
            if (Compare((keyOf(entry), entry.Ref), key) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private int PlaceBehind((string Key, string Ref) key, CatalogEntry?[] entries)
    {
        var place = PlaceOf(numbers, key, entries);
        return place < numbers.Length && entries[numbers[place]] is { } entry && Compare((keyOf(entry), entry.Ref), key) == 0 ? place + 1 : place;
    }

    private static int Compare((string Key, string Ref) a, (string Key, string Ref) b)
    {
        var byKey = string.Compare(a.Key, b.Key, StringComparison.OrdinalIgnoreCase);
        return byKey != 0 ? byKey : string.CompareOrdinal(a.Ref, b.Ref);
    }
}
