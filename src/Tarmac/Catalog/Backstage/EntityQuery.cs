namespace Tarmac.Catalog.Backstage;

/// <summary>A value of a field and how many entities have it.</summary>
public sealed record FieldCount(string Value, int Count);

/// <param name="Total">How many match.</param>
/// <param name="Next">Where the page ends when there is more; the next begins behind it.</param>
/// <param name="Previous">Where the page begins when there is something before it.</param>
internal sealed record EntityMatches(IReadOnlyList<CatalogEntry> Items, int Total, SortPlace? Next, SortPlace? Previous);

/// <summary>What of a snapshot is asked for.</summary>
internal sealed record EntityQuery(FieldPredicate Predicate, FullText? Text, IReadOnlyList<OrderField> Order)
{
    /// <param name="after">Where the page before ended, or with <paramref name="backwards"/> where the page behind begins.</param>
    public EntityMatches Page(CatalogIndex index, SortPlace? after, bool backwards, int offset, int limit)
    {
        var ordered = BackstageView.Of(index).Ordered(Order);
        var matching = Matching(index).ForLookups();
        var page = new List<CatalogEntry>();
        bool before, behind;
        if (backwards && after is { } first)
        {
            for (var rank = ordered.RankOf(first, index.Entries) - 1; rank >= 0 && page.Count <= limit; rank--)
                if (matching.Contains(ordered[rank])) page.Add(index.Entries[ordered[rank]]!);
            before = page.Count > limit;
            if (before) page.RemoveAt(limit);
            page.Reverse();
            behind = page.Count > 0;
        }
        else
        {
            var (start, skipped) = (after is { } last ? ordered.RankBehind(last, index.Entries) : 0, 0);
            for (var rank = start; rank < ordered.Count && page.Count <= limit; rank++)
            {
                if (!matching.Contains(ordered[rank])) continue;
                if (skipped < offset) skipped++;
                else page.Add(index.Entries[ordered[rank]]!);
            }
            behind = page.Count > limit;
            if (behind) page.RemoveAt(limit);
            before = skipped > 0;
            for (var rank = start - 1; rank >= 0 && !before; rank--) before = matching.Contains(ordered[rank]);
        }
        return new EntityMatches(page, matching.Count, behind && page.Count > 0 ? ordered.PlaceOf(page[^1]) : null, before && page.Count > 0 ? ordered.PlaceOf(page[0]) : null);
    }

    /// <summary>Everything that matches, in order.</summary>
    public IEnumerable<CatalogEntry> All(CatalogIndex index)
    {
        var ordered = BackstageView.Of(index).Ordered(Order);
        var matching = Matching(index).ForLookups();
        for (var rank = 0; rank < ordered.Count; rank++)
            if (matching.Contains(ordered[rank])) yield return index.Entries[ordered[rank]]!;
    }

    /// <summary>The values of a field among the entities that match, each entity counted once for each.</summary>
    public IReadOnlyList<FieldCount> Counts(CatalogIndex index, string key)
    {
        var matching = Matching(index);
        var everything = matching.Count == index.Count;
        return [.. BackstageView.Of(index).Exactly(key).Values
            .Select(value => new FieldCount(value.Key, everything ? value.Value.Count : value.Value.CountCommon(matching)))
            .Where(value => value.Count > 0).OrderBy(value => value.Value, StringComparer.Ordinal)];
    }

    /// <summary>The entities that match. Says the same of each as <see cref="FieldPredicate.Accepts"/>, without looking at it.</summary>
    private EntitySet Matching(CatalogIndex index)
    {
        var view = BackstageView.Of(index);
        var accepted = Set(Predicate);
        return Text is null ? accepted
            : accepted.And(EntitySet.Union([.. Text.Fields.Select(field => view.Values(field).Where(value => value.Contains(Text.Term, StringComparison.OrdinalIgnoreCase)))]));

        EntitySet Set(FieldPredicate predicate) => predicate switch
        {
            FieldPredicate.All all => all.Parts.Select(Set).Aggregate(index.Everything, (left, right) => left.And(right)),
            FieldPredicate.Any any => EntitySet.Union([.. any.Parts.Select(Set)]),
            FieldPredicate.Not not => index.Everything.Except(Set(not.Part)),
            FieldPredicate.Exists exists => view.Values(exists.Key).Having,
            FieldPredicate.OneOf one => view.With(one.Key, one.Values),
            FieldPredicate.Prefix prefix => view.Values(prefix.Key).Where(value => value.StartsWith(prefix.Value, StringComparison.OrdinalIgnoreCase)),
            _ => throw new ArgumentOutOfRangeException(nameof(predicate)),
        };
    }
}
