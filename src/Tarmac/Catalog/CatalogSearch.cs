using System.Text;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>Filters, sorts, counts and pages one snapshot of the catalog, over its indexes.</summary>
internal static class CatalogSearch
{
    // More matches than this are not weighed one by one: those by name come first, then the others, each in order of title.
    private const int MostWeighed = 2000;
    private const string ByRelevance = "relevance";

    /// <param name="Wanted">The values that widen it; none lets everything through.</param>
    private sealed record Filter(string Name, IReadOnlyList<string> Wanted);

    public static CatalogListing List(CatalogIndex index, CatalogQuery query)
    {
        var words = CatalogRules.Words(query.Text ?? "");
        var (found, meant) = words.Count == 0 ? (index.Everything, words) : Match(index, words);
        var filters = Filters(query);
        var passing = filters.ToDictionary(filter => filter.Name, filter => filter.Wanted.Count == 0 ? index.Everything : index.Field(filter.Name).Any(filter.Wanted));
        var matched = filters.Aggregate(found, (left, filter) => filter.Wanted.Count == 0 ? left : left.And(passing[filter.Name]));
        var (page, next) = Page(index, matched, query, meant);
        var facets = !query.Facets ? [] : filters.ToDictionary(filter => filter.Name, filter =>
        {
            // A facet counts what its own filter would show, the other filters kept.
            var among = filter.Wanted.Count == 0 ? matched
                : filters.Where(other => other != filter && other.Wanted.Count > 0).Aggregate(found, (left, other) => left.And(passing[other.Name]));
            return Counts(index, index.Field(filter.Name), among);
        });
        return new CatalogListing(page, matched.Count, facets, next, meant.SequenceEqual(words) ? null : string.Join(' ', meant));
    }

    /// <summary>The best matches of a few typed letters, for the palette.</summary>
    public static IEnumerable<CatalogEntry> Best(CatalogIndex index, string text, int limit)
    {
        var words = CatalogRules.Words(text);
        if (words.Count == 0) return [];
        var (found, meant) = Match(index, words);
        return Weighed(index, found, meant, limit);
    }

    internal static string NameOf(Ownership ownership) => ownership switch
    {
        Ownership.Known => "known",
        Ownership.Unknown => "unknown",
        Ownership.Missing => "missing",
        _ => "notOwned",
    };

    private static List<Filter> Filters(CatalogQuery query) =>
    [
        new("kind", Wanted(query.Kinds)),
        new("type", Wanted(query.Types)),
        new("owner", Wanted(query.Owners, EntityKinds.Group)),
        new("lifecycle", Wanted(query.Lifecycles)),
        new("system", Wanted(query.Systems, EntityKinds.System)),
        new("tag", Wanted(query.Tags)),
        new("tier", Wanted(query.Tiers)),
        new("ownership", Wanted(query.Ownerships)),
        new("source", Wanted(query.Sources)),
    ];

    private static List<string> Wanted(IReadOnlyList<string> wanted, string? kind = null) =>
        [.. wanted.Where(value => value.Length > 0).Select(value => kind is not null && value != CatalogFields.NoOwner && EntityRef.TryParse(value, kind, null, out var reference, out _) ? reference.ToString() : value)];

    // What is spelt wrong finds what was probably meant, when nothing is spelt like it.
    private static (EntitySet Found, IReadOnlyList<string> Meant) Match(CatalogIndex index, IReadOnlyList<string> words)
    {
        var found = index.Words.Match(words);
        return found.Count == 0 && index.Words.Mended(words) is { } mended ? (index.Words.Match(mended), mended) : (found, words);
    }

    private static IReadOnlyList<FacetValue> Counts(CatalogIndex index, FieldIndex field, EntitySet among)
    {
        // Of everything the field knows its counts: they stay while nothing of it changes.
        if (among.Count == index.Count) return field.Commonest;
        return FacetValue.Commonest(field.Counts(among, index.Entries));
    }

    private static (IReadOnlyList<CatalogEntry> Page, string? Next) Page(CatalogIndex index, EntitySet matched, CatalogQuery query, IReadOnlyList<string> words)
    {
        var sort = query.Sort is { Length: > 0 } asked ? asked : words.Count > 0 ? ByRelevance : "title";
        var limit = Math.Clamp(query.Limit, 1, CatalogQuery.LargestPage);
        if (sort == ByRelevance && words.Count > 0) return Relevant(index, matched, words, limit, query.Cursor);
        var name = sort.TrimStart('-') is "name" or ByRelevance ? "title" : sort.TrimStart('-');
        if (!CatalogFields.Orders.ContainsKey(name))
            throw new Problem(400, "bad-request", $"There is no sort order {sort}.", null, "Sort by title, kind, type, owner, lifecycle, tier, changed or since; a leading dash turns it round.");
        var order = index.Order(name);
        // The cursor is the place of the last one shown, so that a page stays right when others come and go before it.
        var after = query.Cursor is { Length: > 0 } cursor ? ReadCursor(cursor, sort) : ((string Key, string Ref)?)null;
        var page = order.Page(matched, after is { } last ? new SortPlace([last.Key], last.Ref) : null, sort.StartsWith('-'), limit + 1, index.Entries);
        if (page.Count <= limit) return (page, null);
        page.RemoveAt(limit);
        return (page, WriteCursor(sort, order.PlaceOf(page[^1]).Key[0] ?? "", page[^1].Ref));
    }

    // Relevance has no key to begin behind: its cursor counts.
    private static (IReadOnlyList<CatalogEntry> Page, string? Next) Relevant(CatalogIndex index, EntitySet matched, IReadOnlyList<string> words, int limit, string? cursor)
    {
        var from = cursor is { Length: > 0 } && int.TryParse(ReadCursor(cursor, ByRelevance).Key, out var shown) ? Math.Max(0, shown) : 0;
        var page = Weighed(index, matched, words, from + limit).Skip(from).ToList();
        return (page, from + page.Count < matched.Count && page.Count == limit ? WriteCursor(ByRelevance, (from + limit).ToString(), "") : null);
    }

    private static IReadOnlyList<CatalogEntry> Weighed(CatalogIndex index, EntitySet matched, IReadOnlyList<string> words, int limit)
    {
        if (matched.Count <= MostWeighed) return Weigh(index, matched, words, limit);
        var named = matched.And(index.Words.MatchNames(words));
        var first = named.Count <= MostWeighed ? Weigh(index, named, words, limit) : index.Order("title").Page(named, null, false, limit, index.Entries);
        return first.Count >= limit ? first : [.. first, .. index.Order("title").Page(matched.Except(named), null, false, limit - first.Count, index.Entries)];
    }

    private static IReadOnlyList<CatalogEntry> Weigh(CatalogIndex index, EntitySet matched, IReadOnlyList<string> words, int limit) =>
        [.. matched.Numbers().Select(number => index.Entries[number]!).Select(entry => (Entry: entry, Relevance: Relevance(entry, words)))
            .OrderBy(item => item.Relevance).ThenBy(item => item.Entry.Title, StringComparer.OrdinalIgnoreCase).ThenBy(item => item.Entry.Ref, StringComparer.Ordinal).Take(limit).Select(item => item.Entry)];

    // The lower the better: the very name, its beginning, the title, then anything else; of equals the common kinds first.
    private static int Relevance(CatalogEntry entry, IReadOnlyList<string> words)
    {
        var (name, title) = (entry.Name.ToLowerInvariant(), entry.Title.ToLowerInvariant());
        var place = name == string.Join('-', words) || title == string.Join(' ', words) ? 0 : name.StartsWith(words[0], StringComparison.Ordinal) ? 1
            : CatalogRules.Words(title).Any(word => word.StartsWith(words[0], StringComparison.Ordinal)) ? 2 : 3;
        var kind = entry.Entity.Kind switch { EntityKinds.Component => 0, EntityKinds.Group => 1, EntityKinds.System => 2, EntityKinds.User => 3, _ => 4 };
        return (place * 10) + kind;
    }

    private static string WriteCursor(string sort, string key, string reference) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{sort}\n{reference}\n{key}")).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    private static (string Key, string Ref) ReadCursor(string cursor, string sort)
    {
        var text = cursor.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[cursor.Length];
        if (Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split('\n', 3) is [var sorted, var reference, var key] && sorted == sort)
            return (key, reference);
        throw new Problem(400, "bad-request", "The cursor is not one of this list.", null, "Take next from the page before, and keep the same sort order.");
    }
}
