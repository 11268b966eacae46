namespace Tarmac.Catalog;

/// <summary>What to list. Filters narrow together; the values of one filter widen. Empty filters match everything.</summary>
public sealed record CatalogQuery
{
    public const int LargestPage = 500;

    public IReadOnlyList<string> Kinds { get; init; } = [];

    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>Full references, or names of groups in the default namespace; <c>none</c> for what has no owner.</summary>
    public IReadOnlyList<string> Owners { get; init; } = [];

    public IReadOnlyList<string> Lifecycles { get; init; } = [];

    /// <summary>Full references, or names of systems in the default namespace.</summary>
    public IReadOnlyList<string> Systems { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Tiers { get; init; } = [];

    /// <summary><c>known</c>, <c>unknown</c>, <c>missing</c>, <c>notOwned</c>.</summary>
    public IReadOnlyList<string> Ownerships { get; init; } = [];

    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Every word must begin some word of the name, title, description, runbook, owner or a tag.</summary>
    public string? Text { get; init; }

    /// <summary>title, kind, type, owner, lifecycle, tier, changed or since; a leading dash turns it round. By relevance when null and there is text, else title.</summary>
    public string? Sort { get; init; }

    public int Limit { get; init; } = 50;

    /// <summary>Whether to count the values of every filter.</summary>
    public bool Facets { get; init; } = true;

    /// <summary>Where the last page ended, as that page said.</summary>
    public string? Cursor { get; init; }
}

/// <param name="Next">The cursor of the next page; null on the last.</param>
/// <param name="Meant">The words that were looked for instead, when nothing is spelt like those asked for; else null.</param>
/// <param name="Facets">For each filter the values there are and how many entities each would show, the other filters kept.</param>
public sealed record CatalogListing(
    IReadOnlyList<CatalogEntry> Items, int Total, IReadOnlyDictionary<string, IReadOnlyList<FacetValue>> Facets, string? Next, string? Meant);

public sealed record FacetValue(string Value, int Count)
{
    private const int Most = 200;

    /// <summary>Those that occur most often, up to as many as a person would look through.</summary>
    internal static IReadOnlyList<FacetValue> Commonest(IEnumerable<KeyValuePair<string, int>> counts) => [.. counts.Select(value => new FacetValue(value.Key, value.Value))
        .OrderByDescending(value => value.Count).ThenBy(value => value.Value, StringComparer.OrdinalIgnoreCase).Take(Most)];
}
