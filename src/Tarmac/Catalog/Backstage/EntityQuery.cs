namespace Tarmac.Catalog.Backstage;

/// <summary>A value of a field and how many entities have it.</summary>
public sealed record FieldCount(string Value, int Count);

/// <param name="Total">How many match; null when nobody asked.</param>
/// <param name="Next">Where the page ends when there is more; the next begins behind it.</param>
/// <param name="Previous">Where the page begins when there is something before it.</param>
internal sealed record EntityMatches(IReadOnlyList<CatalogEntry> Items, int? Total, Place? Next, Place? Previous);

/// <summary>What of a snapshot is asked for. Evaluating is here and nowhere else, so that how candidates are found can change by itself.</summary>
internal sealed record EntityQuery(FieldPredicate Predicate, FullText? Text, IReadOnlyList<OrderField> Order)
{
    /// <param name="after">Where the page before ended, or with <paramref name="backwards"/> where the page behind begins.</param>
    public EntityMatches Page(CatalogIndex index, Place? after, bool backwards, int offset, int limit, bool count)
    {
        var ordered = BackstageView.Of(index).Ordered(Order);
        var fields = new EntityFieldSet(index) { Entry = null! };
        bool Matches(int number)
        {
            fields.Entry = ordered[number];
            return Predicate.Accepts(fields) && Text?.Accepts(fields) != false;
        }

        var page = new List<int>();
        bool before, behind;
        if (backwards && after is not null)
        {
            for (var number = ordered.Before(after) - 1; number >= 0 && page.Count <= limit; number--)
                if (Matches(number)) page.Add(number);
            before = page.Count > limit;
            if (before) page.RemoveAt(limit);
            page.Reverse();
            behind = page.Count > 0;
        }
        else
        {
            var (start, skipped) = (after is null ? 0 : ordered.UpTo(after), 0);
            for (var number = start; number < ordered.Count && page.Count <= limit; number++)
            {
                if (!Matches(number)) continue;
                if (skipped < offset) skipped++;
                else page.Add(number);
            }
            behind = page.Count > limit;
            if (behind) page.RemoveAt(limit);
            before = page.Count > 0 && (skipped > 0 || Enumerable.Range(0, start).Reverse().Any(Matches));
        }
        return new EntityMatches(
            [.. page.Select(number => ordered[number])], count ? Enumerable.Range(0, ordered.Count).Count(Matches) : null,
            behind && page.Count > 0 ? ordered.PlaceOf(page[^1]) : null, before && page.Count > 0 ? ordered.PlaceOf(page[0]) : null);
    }

    /// <summary>Everything that matches, in order.</summary>
    public IEnumerable<CatalogEntry> All(CatalogIndex index)
    {
        var ordered = BackstageView.Of(index).Ordered(Order);
        var fields = new EntityFieldSet(index) { Entry = null! };
        for (var number = 0; number < ordered.Count; number++)
        {
            fields.Entry = ordered[number];
            if (Predicate.Accepts(fields) && Text?.Accepts(fields) != false) yield return fields.Entry;
        }
    }

    /// <summary>The values of a field among the entities that match, each entity counted once for each.</summary>
    public static IReadOnlyList<FieldCount> Counts(CatalogIndex index, FieldPredicate predicate, string key)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var fields = new EntityFieldSet(index) { Entry = null! };
        foreach (var entry in index.All)
        {
            fields.Entry = entry;
            if (!predicate.Accepts(fields)) continue;
            foreach (var value in fields.Values(key))
                if (value is not null) counts[value] = counts.GetValueOrDefault(value) + 1;
        }
        return [.. counts.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => new FieldCount(value.Key, value.Value))];
    }
}
