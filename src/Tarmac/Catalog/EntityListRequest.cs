namespace Tarmac.Catalog;

/// <summary>What <c>GET /api/v1/catalog/entities</c> may be asked; values of one filter widen it, filters narrow each other.</summary>
/// <remarks>Properties, not a constructor: the generator of request delegates cannot name nullable parameters of one.</remarks>
public sealed class EntityListRequest
{
    public string[]? Kind { get; init; }

    public string[]? Type { get; init; }

    public string[]? Owner { get; init; }

    public string[]? Lifecycle { get; init; }

    public string[]? System { get; init; }

    public string[]? Tag { get; init; }

    public string[]? Tier { get; init; }

    public string[]? Ownership { get; init; }

    public string[]? Source { get; init; }

    /// <summary>Words in names, titles and descriptions.</summary>
    public string? Q { get; init; }

    public string? Sort { get; init; }

    public int? Limit { get; init; }

    /// <summary>False leaves the counts of the filters' values out.</summary>
    public bool? Facets { get; init; }

    /// <summary>Where the page before ended.</summary>
    public string? Cursor { get; init; }

    /// <summary>Wait until the catalog has seen this event.</summary>
    public long? Revision { get; init; }

    internal CatalogQuery Query => new()
    {
        Kinds = Kind ?? [],
        Types = Type ?? [],
        Owners = Owner ?? [],
        Lifecycles = Lifecycle ?? [],
        Systems = System ?? [],
        Tags = Tag ?? [],
        Tiers = Tier ?? [],
        Ownerships = Ownership ?? [],
        Sources = Source ?? [],
        Text = Q,
        Sort = Sort,
        Limit = Limit ?? 50,
        Cursor = Cursor,
        Facets = Facets ?? true,
    };
}
