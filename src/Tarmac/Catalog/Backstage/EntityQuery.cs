namespace Tarmac.Catalog.Backstage;

/// <summary>A value of a field and how many entities have it.</summary>
public sealed record FieldCount(string Value, int Count);

/// <param name="Total">How many match.</param>
/// <param name="Next">Where the page ends when there is more; the next begins behind it.</param>
/// <param name="Previous">Where the page begins when there is something before it.</param>
internal sealed record EntityMatches(IReadOnlyList<CatalogEntry> Items, int Total, Place? Next, Place? Previous);

/// <summary>What of a snapshot is asked for.</summary>
internal sealed record EntityQuery(FieldPredicate Predicate, FullText? Text, IReadOnlyList<OrderField> Order)
{
    /// <param name="after">Where the page before ended, or with <paramref name="backwards"/> where the page behind begins.</param>
    public EntityMatches Page(CatalogIndex index, Place? after, bool backwards, int offset, int limit)
    {
        var ordered = BackstageView.Of(index).Ordered(Order);
        var matching = Matching(index);
        var page = new List<int>();
        bool before, behind;
        if (backwards && after is not null)
        {
            for (var rank = ordered.Before(after) - 1; rank >= 0 && page.Count <= limit; rank--)
                if (Matches(rank)) page.Add(rank);
            before = page.Count > limit;
            if (before) page.RemoveAt(limit);
            page.Reverse();
            behind = page.Count > 0;
        }
        else
        {
            var (start, skipped) = (after is null ? 0 : ordered.UpTo(after), 0);
            for (var rank = start; rank < ordered.Count && page.Count <= limit; rank++)
            {
                if (!Matches(rank)) continue;
                if (skipped < offset) skipped++;
                else page.Add(rank);
            }
            behind = page.Count > limit;
            if (behind) page.RemoveAt(limit);
            before = skipped > 0;
            for (var rank = start - 1; rank >= 0 && !before; rank--) before = Matches(rank);
        }
        return new EntityMatches(
            [.. page.Select(rank => ordered[rank])], matching?.Count ?? index.All.Count,
            behind && page.Count > 0 ? ordered.PlaceOf(page[^1]) : null, before && page.Count > 0 ? ordered.PlaceOf(page[0]) : null);

        bool Matches(int rank) => matching?[ordered.NumberOf(rank)] != false;
    }

    /// <summary>Everything that matches, in order.</summary>
    public IEnumerable<CatalogEntry> All(CatalogIndex index)
    {
        var ordered = BackstageView.Of(index).Ordered(Order);
        var matching = Matching(index);
        for (var rank = 0; rank < ordered.Count; rank++)
            if (matching?[ordered.NumberOf(rank)] != false) yield return ordered[rank];
    }

    /// <summary>The values of a field among the entities that match, each entity counted once for each.</summary>
    public IReadOnlyList<FieldCount> Counts(CatalogIndex index, string key)
    {
        var postings = BackstageView.Of(index).Postings(key);
        return Matching(index) is { } matching ? postings.CountsIn(matching) : postings.Counts;
    }

    /// <summary>The entities that match; null for all. Says the same of each as <see cref="FieldPredicate.Accepts"/>, without looking at it.</summary>
    public NumberSet? Matching(CatalogIndex index)
    {
        var view = BackstageView.Of(index);
        var accepted = Predicate is FieldPredicate.All { Parts.Count: 0 } ? null : Set(Predicate);
        if (Text is null) return accepted;
        var said = new NumberSet(index.All.Count);
        foreach (var field in Text.Fields) said.Join(view.Postings(field).Where(value => value.Contains(Text.Term, StringComparison.OrdinalIgnoreCase)));
        return accepted is null ? said : said.Keep(accepted);

        NumberSet Set(FieldPredicate predicate) => predicate switch
        {
            FieldPredicate.All all => all.Parts.Select(Set).Aggregate(new NumberSet(index.All.Count).Turn(), (left, right) => left.Keep(right)),
            FieldPredicate.Any any => any.Parts.Select(Set).Aggregate(new NumberSet(index.All.Count), (left, right) => left.Join(right)),
            FieldPredicate.Not not => Set(not.Part).Turn(),
            FieldPredicate.Exists exists => view.Postings(exists.Key).Having(),
            FieldPredicate.OneOf one => view.Postings(one.Key).With(one.Values),
            FieldPredicate.Prefix prefix => view.Postings(prefix.Key).Where(value => value.StartsWith(prefix.Value, StringComparison.OrdinalIgnoreCase)),
            _ => throw new ArgumentOutOfRangeException(nameof(predicate)),
        };
    }
}
