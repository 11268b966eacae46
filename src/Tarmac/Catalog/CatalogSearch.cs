using System.Text;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>Filters, sorts, counts and pages one snapshot of the catalog.</summary>
internal static class CatalogSearch
{
    private const string NoOwner = "none";
    private const int MostFacetValues = 200;

    private sealed record Filter(string Name, HashSet<string> Wanted, Func<CatalogEntry, IEnumerable<string?>> Values)
    {
        public bool Accepts(CatalogEntry entry) => Wanted.Count == 0 || Values(entry).Any(value => Wanted.Contains(value ?? NoOwner));
    }

    public static CatalogListing List(CatalogIndex index, CatalogQuery query)
    {
        var filters = Filters(index, query);
        var words = CatalogRules.Words(query.Text ?? "").ToArray();
        var found = new List<CatalogEntry>();
        var counts = filters.ToDictionary(filter => filter.Name, _ => new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase));
        foreach (var entry in index.All)
        {
            if (!Matches(entry, words)) continue;
            var refusing = filters.Where(filter => !filter.Accepts(entry)).Take(2).ToList();
            if (refusing.Count == 0) found.Add(entry);
            // A facet counts what its own filter would show, so an entity that only that filter refuses counts there.
            foreach (var filter in refusing.Count == 0 ? filters : refusing.Count == 1 ? refusing : [])
                foreach (var value in filter.Values(entry).Distinct())
                    counts[filter.Name][value ?? NoOwner] = counts[filter.Name].GetValueOrDefault(value ?? NoOwner) + 1;
        }
        var (page, next) = Page(found, query, words);
        return new CatalogListing(page, found.Count, counts.ToDictionary(facet => facet.Key, facet => Values(facet.Value)), next);
    }

    /// <summary>The best matches of a few typed letters, for the palette.</summary>
    public static IEnumerable<CatalogEntry> Best(CatalogIndex index, string text, int limit)
    {
        var words = CatalogRules.Words(text).ToArray();
        return words.Length == 0 ? [] : index.All.Where(entry => Matches(entry, words))
            .OrderBy(entry => Relevance(entry, words)).ThenBy(entry => entry.Title, StringComparer.OrdinalIgnoreCase).Take(limit);
    }

    private static List<Filter> Filters(CatalogIndex index, CatalogQuery query) =>
    [
        new("kind", Set(query.Kinds), entry => [entry.Entity.Kind]),
        new("type", Set(query.Types), entry => entry.Entity.Type is { } type ? [type] : []),
        new("owner", Set(query.Owners, EntityKinds.Group), entry => entry.Owner is not null || index.OwnershipOf(entry) == Ownership.Missing ? [entry.Owner] : []),
        new("lifecycle", Set(query.Lifecycles), entry => entry.Entity.Lifecycle is { } lifecycle ? [lifecycle] : []),
        new("system", Set(query.Systems, EntityKinds.System), entry => entry.System is { } system ? [system] : []),
        new("tag", Set(query.Tags), entry => entry.Entity.Metadata.Tags),
        new("tier", Set(query.Tiers), entry => entry.Tier is { } tier ? [tier] : []),
        new("ownership", Set(query.Ownerships), entry => [NameOf(index.OwnershipOf(entry))]),
        new("source", Set(query.Sources), entry => [entry.Source.Name]),
    ];

    internal static string NameOf(Ownership ownership) => ownership switch
    {
        Ownership.Known => "known",
        Ownership.Unknown => "unknown",
        Ownership.Missing => "missing",
        _ => "notOwned",
    };

    private static HashSet<string> Set(IReadOnlyList<string> wanted, string? kind = null) => new(
        wanted.Where(value => value.Length > 0).Select(value => kind is not null && value != NoOwner && EntityRef.TryParse(value, kind, null, out var reference, out _) ? reference.ToString() : value),
        StringComparer.OrdinalIgnoreCase);

    private static bool Matches(CatalogEntry entry, string[] words)
    {
        foreach (var word in words)
        {
            var found = false;
            foreach (var known in entry.Words)
            {
                if (!known.StartsWith(word, StringComparison.Ordinal)) continue;
                found = true;
                break;
            }
            if (!found) return false;
        }
        return true;
    }

    // The lower the better: the very name, its beginning, the title, then anything else; of equals the common kinds first.
    private static int Relevance(CatalogEntry entry, string[] words)
    {
        var (name, title) = (entry.Name.ToLowerInvariant(), entry.Title.ToLowerInvariant());
        var text = string.Join('-', words);
        var place = name == text || title == string.Join(' ', words) ? 0 : name.StartsWith(words[0], StringComparison.Ordinal) ? 1
            : CatalogRules.Words(title).Any(word => word.StartsWith(words[0], StringComparison.Ordinal)) ? 2 : 3;
        var kind = entry.Entity.Kind switch { EntityKinds.Component => 0, EntityKinds.Group => 1, EntityKinds.System => 2, EntityKinds.User => 3, _ => 4 };
        return (place * 10) + kind;
    }

    private static (List<CatalogEntry> Page, string? Next) Page(List<CatalogEntry> found, CatalogQuery query, string[] words)
    {
        var sort = query.Sort is { Length: > 0 } asked ? asked : words.Length > 0 ? "relevance" : "title";
        var descending = sort.StartsWith('-');
        var key = KeyOf(sort.TrimStart('-'), words);
        var order = Comparer<(string Key, string Ref)>.Create((a, b) =>
        {
            var byKey = string.Compare(a.Key, b.Key, StringComparison.OrdinalIgnoreCase) * (descending ? -1 : 1);
            return byKey != 0 ? byKey : string.CompareOrdinal(a.Ref, b.Ref);
        });
        var limit = Math.Clamp(query.Limit, 1, CatalogQuery.LargestPage);
        var sorted = found.Select(entry => (Place: (key(entry), entry.Ref), Entry: entry)).OrderBy(item => item.Place, order);
        // The cursor is the place of the last one shown, so that a page stays right when others come and go before it.
        var after = query.Cursor is { Length: > 0 } cursor ? ReadCursor(cursor, sort) : ((string, string)?)null;
        var rest = after is { } place ? sorted.Where(item => order.Compare(item.Place, place) > 0) : sorted;
        var page = rest.Take(limit + 1).ToList();
        if (page.Count <= limit) return ([.. page.Select(item => item.Entry)], null);
        page.RemoveAt(limit);
        return ([.. page.Select(item => item.Entry)], WriteCursor(sort, page[^1].Place));
    }

    private static Func<CatalogEntry, string> KeyOf(string sort, string[] words) => sort switch
    {
        "title" or "name" => entry => entry.Title,
        "kind" => entry => entry.Entity.Kind,
        "type" => entry => entry.Entity.Type ?? "\uffff",
        "owner" => entry => entry.Owner ?? "\uffff",
        "lifecycle" => entry => entry.Entity.Lifecycle ?? "\uffff",
        "tier" => TierOrder,
        "changed" => entry => entry.ChangedAt.ToUnixTimeMilliseconds().ToString("d15"),
        "since" => entry => entry.Since.ToUnixTimeMilliseconds().ToString("d15"),
        "relevance" => entry => words.Length == 0 ? entry.Title : Relevance(entry, words).ToString("d3") + entry.Title,
        _ => throw new Problem(400, "bad-request", $"There is no sort order {sort}.", null, "Sort by title, kind, type, owner, lifecycle, tier, changed or since; a leading dash turns it round."),
    };

    private static string TierOrder(CatalogEntry entry) => entry.Tier?.ToLowerInvariant() switch
    {
        "platinum" => "1",
        "gold" => "2",
        "silver" => "3",
        "bronze" => "4",
        "unsupported" => "5",
        null => "\uffff",
        var other => "6" + other,
    };

    private static string WriteCursor(string sort, (string Key, string Ref) place) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{sort}\n{place.Ref}\n{place.Key}")).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    private static (string Key, string Ref) ReadCursor(string cursor, string sort)
    {
        var text = cursor.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[cursor.Length];
        if (Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split('\n', 3) is [var sorted, var reference, var key] && sorted == sort)
            return (key, reference);
        throw new Problem(400, "bad-request", "The cursor is not one of this list.", null, "Take next from the page before, and keep the same sort order.");
    }

    private static IReadOnlyList<FacetValue> Values(Dictionary<string, int> counts) =>
        [.. counts.OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.OrdinalIgnoreCase).Take(MostFacetValues).Select(value => new FacetValue(value.Key, value.Value))];
}
