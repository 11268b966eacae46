using System.Net;
using System.Text.Json.Nodes;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog.Graph;

/// <summary>What stands around an entity, who is hit when it fails, and how two are connected: by API and as a page.</summary>
public sealed class GraphTests
{
    // till consumes prices-api, which prices provides; prices depends on the price database, and the shelf depends on prices.
    private const string Shop = """
        apiVersion: backstage.io/v1alpha1
        kind: System
        metadata: {name: selling}
        spec: {owner: promotions}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: API
        metadata: {name: prices-api, title: "Prices <script>alert(1)</script>"}
        spec: {type: openapi, lifecycle: production, owner: promotions, definition: "openapi: 3.1.0"}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Resource
        metadata: {name: price-database}
        spec: {type: database, owner: stock}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: {name: prices}
        spec: {type: service, lifecycle: production, owner: promotions, system: selling, providesApis: [prices-api], dependsOn: ["resource:price-database", "component:lost"]}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: {name: till}
        spec: {type: service, lifecycle: production, owner: stock, system: selling, consumesApis: [prices-api]}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: {name: shelf}
        spec: {type: website, lifecycle: production, owner: stock, dependsOn: ["component:prices"], dependencyOf: ["component:till"]}
        """;

    [Fact]
    public async Task The_neighbours_are_found_by_depth_direction_relation_and_kind()
    {
        await using var folder = new CatalogFolder();
        folder.Write("shop.yaml", Shop);
        var platform = await folder.Start();
        Assert.Equal(["component:default/prices", "api:default/prices-api", "component:default/lost", "component:default/shelf", "resource:default/price-database", "system:default/selling"], await Nodes(platform, "prices", "depth=1"));
        Assert.Equal(["component:default/prices", "component:default/lost", "resource:default/price-database", "system:default/selling"], await Nodes(platform, "prices", "direction=needs&depth=5"));
        // What needs it: its API, who consumes that, and what is above.
        Assert.Equal(["component:default/prices", "api:default/prices-api", "component:default/shelf", "component:default/till"], await Nodes(platform, "prices", "direction=neededBy&depth=5"));
        Assert.Equal(["component:default/prices", "component:default/shelf"], await Nodes(platform, "prices", "direction=neededBy&depth=1&relation=dependencyOf"));
        Assert.Equal(["component:default/prices", "resource:default/price-database"], await Nodes(platform, "prices", "direction=needs&only=resource"));
        // The till is not needed by prices and does not need it directly, yet it is around.
        Assert.Contains("component:default/till", await Nodes(platform, "price-database", "direction=around&depth=3", "resource"));

        var found = await platform.Get("/api/v1/catalog/entities/component/default/prices/graph?depth=5&limit=2");
        Assert.Equal(2, found["nodes"]!.AsArray().Count);
        Assert.Equal(5, found["leftOut"]!.GetValue<int>());
        found = await platform.Get("/api/v1/catalog/entities/component/default/till/graph?direction=needs&depth=2");
        Assert.Contains(found["edges"]!.AsArray(), edge => edge!["from"]!.GetValue<string>() == "api:default/prices-api" && edge["type"]!.GetValue<string>() == "apiProvidedBy" && edge["to"]!.GetValue<string>() == "component:default/prices");
        foreach (var wrong in (string[])["direction=sideways", "relation=likes"])
        {
            using var refused = await platform.Client.GetAsync("/api/v1/catalog/entities/component/default/prices/graph?" + wrong, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Impact_goes_through_apis_to_those_who_consume_them_and_says_whom_to_tell()
    {
        await using var folder = new CatalogFolder();
        folder.Write("shop.yaml", Shop);
        var platform = await folder.Start();
        var impact = await platform.Get("/api/v1/catalog/entities/resource/default/price-database/impact");
        Assert.Equal(["component:default/prices 1", "api:default/prices-api 2", "component:default/shelf 2", "component:default/till 3"],
            impact["items"]!.AsArray().Select(item => $"{item!["ref"]} {item["distance"]}"));
        Assert.Equal(["group:default/promotions 2", "group:default/stock 2"], impact["owners"]!.AsArray().Select(owner => $"{owner!["owner"]} {owner["entities"]}"));
        // A system fails with its parts.
        impact = await platform.Get("/api/v1/catalog/entities/system/default/selling/impact");
        Assert.Equal(["api:default/prices-api", "component:default/shelf"], impact["items"]!.AsArray().Select(item => item!["ref"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_shortest_way_between_two_entities_is_found_or_there_is_none()
    {
        await using var folder = new CatalogFolder();
        folder.Write("shop.yaml", Shop);
        var platform = await folder.Start();
        var path = await platform.Get("/api/v1/catalog/path?from=till&to=resource:price-database");
        Assert.True(path["connected"]!.GetValue<bool>());
        Assert.Equal(["component:default/till consumesApi api:default/prices-api", "api:default/prices-api apiProvidedBy component:default/prices", "component:default/prices dependsOn resource:default/price-database"],
            path["steps"]!.AsArray().Select(step => $"{step!["from"]} {step["type"]} {step["to"]}"));
        path = await platform.Get("/api/v1/catalog/path?from=resource:price-database&to=till");
        Assert.False(path["connected"]!.GetValue<bool>());
        Assert.Empty(path["steps"]!.AsArray());
    }

    [Fact]
    public async Task The_page_draws_links_says_the_same_in_words_and_keeps_what_was_chosen()
    {
        await using var folder = new CatalogFolder();
        folder.Write("shop.yaml", Shop);
        var platform = await folder.Start();
        var page = await platform.Client.Page("/catalog/component/default/prices/graph?depth=2&direction=neededBy");
        var drawn = page.QuerySelectorAll(".graph a.node").Select(node => node.GetAttribute("href")).ToList();
        Assert.Equal(["/catalog/api/default/prices-api", "/catalog/component/default/prices", "/catalog/component/default/shelf", "/catalog/component/default/till"], drawn.Order(StringComparer.Ordinal));
        var words = page.QuerySelector("section[aria-labelledby=in-words]")!;
        Assert.Equal(3, words.QuerySelectorAll("a").Length);
        Assert.Contains("is provided by prices", words.TextContent, StringComparison.Ordinal);
        Assert.Equal("neededBy", ((AngleSharp.Html.Dom.IHtmlSelectElement)page.QuerySelector("#g-direction")!).Value);
        Assert.Empty(page.QuerySelectorAll(".graph script"));
        page = await platform.Client.Page("/catalog/component/default/prices/graph?direction=needs");
        Assert.Equal("lost (not in the catalog)", page.QuerySelector(".node.lost title")!.TextContent);
        Assert.NotNull((await platform.Client.Page("/catalog/component/default/prices")).QuerySelector("#around .graph a.node.here"));
        page = await platform.Client.Page("/catalog/resource/default/price-database/graph?direction=needs");
        Assert.Contains("Nothing stands around it", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.TryPage("/catalog/component/default/nobody/graph")).Status);
    }

    [Fact]
    public async Task Two_hundred_entities_fit_on_the_page_and_the_rest_is_counted()
    {
        await using var folder = new CatalogFolder();
        var random = new Random(5);
        folder.Write("many.yaml", string.Join("\n---\n", Enumerable.Range(0, 260).Select(number => CatalogFolder.Component($"component-with-a-longish-name-{number}", more:
            number == 0 ? "" : $"dependsOn: [\"component:component-with-a-longish-name-{random.Next(Math.Max(1, number / 4))}\", \"component:component-with-a-longish-name-{random.Next(number)}\"]"))));
        var platform = await folder.Start();
        var page = await platform.Client.Page("/catalog/component/default/component-with-a-longish-name-0/graph?direction=neededBy&depth=6");
        Assert.Equal(200, page.QuerySelectorAll(".graph a.node").Length);
        Assert.Contains("60 more are not drawn", page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        page = await platform.Client.Page(page.QuerySelectorAll("main p > a").Single(link => link.TextContent == "The same in words").GetAttribute("href")!);
        Assert.Equal(199, page.QuerySelectorAll("section[aria-labelledby=in-words] li a").Length);
        Assert.Null(page.QuerySelector(".graph"));
    }

    /// <summary>The start, which comes first, and the others by name.</summary>
    private static async Task<List<string>> Nodes(TestPlatform platform, string name, string query, string kind = "component")
    {
        var nodes = (await platform.Get($"/api/v1/catalog/entities/{kind}/default/{name}/graph?{query}"))["nodes"]!.AsArray().Select(node => node!["ref"]!.GetValue<string>()).ToList();
        return [nodes[0], .. nodes.Skip(1).Order(StringComparer.Ordinal)];
    }
}
