using Tarmac.Tests.Catalog;

namespace Tarmac.Bench;

/// <summary>What the catalog is asked: at least a thousand different questions of each sort where it is large enough for as many, the same each time.</summary>
internal static class CatalogQuestions
{
    private const int Each = 1200;
    private const string Ours = "/api/v1/catalog/entities";
    private const string Backstage = "/api/catalog";

    private static readonly string[] Lifecycles = ["production", "experimental", "deprecated"];
    private static readonly string[] Sorts = ["title", "-title", "owner", "type", "-changed"];

    public static IReadOnlyList<string> ByName(GeneratedCatalog catalog) =>
        [.. Spread(catalog.Components).Select(number => $"{Ours}/component/default/{GeneratedCatalog.Component(number)}")];

    /// <summary>Twenty in some order, filtered in more than a thousand ways.</summary>
    public static IReadOnlyList<string> Lists(GeneratedCatalog catalog) =>
        [.. Spread(catalog.Groups * Lifecycles.Length * Sorts.Length).Select(number => $"{Ours}?limit=20&facets=false&{Filters(catalog, number)}&sort={Sorts[number % Sorts.Length]}")];

    public static IReadOnlyList<string> Facets(GeneratedCatalog catalog) =>
        [.. Spread(catalog.Groups * Lifecycles.Length * Sorts.Length).Select(number => $"{Ours}?limit=1&facets=true&{Filters(catalog, number)}&sort={Sorts[number % Sorts.Length]}")];

    /// <summary>One word, the beginning of one, or two words.</summary>
    public static IReadOnlyList<string> Texts(GeneratedCatalog catalog) =>
        [.. Spread(catalog.Components).Select(number => (Words: GeneratedCatalog.Component(number).Split('-'), number)).Select(asked =>
            $"{Ours}?limit=20&facets=false&q={(asked.number % 3) switch { 0 => asked.Words[^1], 1 => $"{asked.Words[0]}%20{asked.Words[1]}&owner={GeneratedCatalog.Group(asked.number / 20)}", _ => $"{asked.Words[0]}%20{asked.Words[^1]}" }}")];

    /// <summary>What Backstage's own figures were measured with, by the name of the figure.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> OfBackstage(GeneratedCatalog catalog) => new Dictionary<string, IReadOnlyList<string>>
    {
        ["backstageByName"] = [.. Spread(catalog.Components).Select(number => $"{Backstage}/entities/by-name/component/default/{GeneratedCatalog.Component(number)}")],
        ["backstageList"] = [.. Spread(catalog.Groups * 3).Select(number => $"{Backstage}/entities/by-query?limit=20&orderField=metadata.name,asc&filter={OwnedBy(catalog, number)}")],
        ["backstageFacet"] = [.. Spread(catalog.Groups * 3).Select(number => $"{Backstage}/entity-facets?facet=spec.type&filter={OwnedBy(catalog, number)}")],
        ["backstageText"] = [.. Spread(catalog.Components).Select(number => $"{Backstage}/entities/by-query?limit=20&filter=kind=component&fullTextFilterTerm={GeneratedCatalog.Component(number)[..^1]}")],
        ["backstageAncestry"] = [.. Spread(catalog.Components).Select(number => $"{Backstage}/entities/by-name/component/default/{GeneratedCatalog.Component(number)}/ancestry")],
    };

    /// <summary>The one answer whose cost must not grow with the catalog, whatever is filtered in the others.</summary>
    public static IReadOnlyList<string> UnfilteredFacets => [Ours + "?limit=1&facets=true"];

    private static string OwnedBy(GeneratedCatalog catalog, int number) =>
        $"kind=component,spec.owner={GeneratedCatalog.Group(number % catalog.Groups)},spec.lifecycle={Lifecycles[number / catalog.Groups % Lifecycles.Length]}";

    private static string Filters(GeneratedCatalog catalog, int number) =>
        $"kind=Component&lifecycle={Lifecycles[number / Sorts.Length % Lifecycles.Length]}&owner={GeneratedCatalog.Group(number / Sorts.Length / Lifecycles.Length % catalog.Groups)}";

    // Evenly over what there is, in an order that jumps; fewer than wanted repeat.
    private static IEnumerable<int> Spread(int many) => Enumerable.Range(0, Each).Select(number => (int)((long)number * 7919 % Each * Math.Max(many, Each) / Each % many));
}
