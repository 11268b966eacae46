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
        var matching = Matching(index);
        List<CatalogEntry> page;
        bool before, behind;
        if (backwards && after is { } first)
        {
            page = ordered.Page(matching, first, descending: true, OneMore(limit), index.Entries);
            before = page.Count > limit;
            if (before) page.RemoveAt(limit);
            page.Reverse();
            behind = page.Count > 0;
        }
        else
        {
            page = ordered.Page(matching, after, descending: false, OneMore((long)offset + limit), index.Entries);
            before = (offset > 0 && page.Count > 0) || (after is { } last && IsAnyUpTo(last));
            page.RemoveRange(0, Math.Min(offset, page.Count));
            behind = page.Count > limit;
            if (behind) page.RemoveAt(limit);
        }
        return new EntityMatches(page, matching.Count, behind && page.Count > 0 ? ordered.PlaceOf(page[^1]) : null, before && page.Count > 0 ? ordered.PlaceOf(page[0]) : null);

        bool IsAnyUpTo(SortPlace place) => ordered.Page(matching, place, descending: true, 1, index.Entries).Count > 0
            || (index.Find(place.Ref) is { } there && matching.Contains(index.NumberOf(place.Ref)!.Value) && ordered.PlaceOf(there).Key.SequenceEqual(place.Key));
    }

    private static int OneMore(long many) => (int)Math.Min(int.MaxValue, many + 1);

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
            : accepted.And(EntitySet.Union([.. Text.Fields.Select(field => view.Values(field).Containing(Text.Term))]));

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
