using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Catalog;

public sealed class CatalogApiTests
{
    [Fact]
    public async Task Entities_are_listed_with_filters_words_facets_and_a_cursor()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers", description: "Issues discount vouchers at the till.", more: "system: promotions"));
        folder.Write("stock.yaml", CatalogFolder.Component("stock-levels", "stock"));
        folder.Write("other.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: nothing-of-ours}\n");
        var platform = await folder.Start();

        var all = await platform.Get("/api/v1/catalog/entities?limit=3&sort=title");
        Assert.Equal(7, all["total"]!.GetValue<int>());
        Assert.Equal(3, ((JsonArray)all["items"]!).Count);
        var seen = Names(all);
        for (var page = all; page["next"]?.GetValue<string>() is { } next;)
        {
            page = await platform.Get("/api/v1/catalog/entities?limit=3&sort=title&cursor=" + next);
            seen.AddRange(Names(page));
        }
        Assert.Equal(["noor", "promotions", "retail", "sam", "stock", "stock-levels", "vouchers"], seen.Order(StringComparer.Ordinal));

        var services = await platform.Get("/api/v1/catalog/entities?kind=component&owner=stock");
        Assert.Equal(["stock-levels"], Names(services));
        // A facet keeps the other filters and drops its own, so that one sees what else there is.
        Assert.Equal(["group:default/promotions", "group:default/stock"], ((JsonArray)services["facets"]!["owner"]!).Select(facet => facet!["value"]!.GetValue<string>()));
        Assert.Equal(["vouchers"], Names(await platform.Get("/api/v1/catalog/entities?q=disc%20till&tier=gold&tag=till&lifecycle=production&type=service")));
        Assert.Equal(["vouchers"], Names(await platform.Get("/api/v1/catalog/entities?system=promotions")));
        Assert.Empty(Names(await platform.Get("/api/v1/catalog/entities?q=disc%20nowhere")));

        using var wrong = await platform.Client.GetAsync("/api/v1/catalog/entities?sort=colour", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task An_entity_tells_its_relations_both_ways_where_it_is_from_and_its_runbook()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers", more: "dependsOn: [component:stock-levels, resource:ledger]"));
        folder.Write("vouchers/RUNBOOK.md", "# Vouchers\n\n## Symptoms\n\nNone yet.\n\n## Rollback\n\ntarmac rollback vouchers\n");
        folder.Write("stock.yaml", CatalogFolder.Component("stock-levels", "nobody-knows"));
        var platform = await folder.Start();

        var vouchers = await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        Assert.Equal("known", vouchers["summary"]!["ownership"]!.GetValue<string>());
        Assert.Equal("Promotions", vouchers["summary"]!["ownerTitle"]!.GetValue<string>());
        Assert.Equal("vouchers/catalog-info.yaml", vouchers["origin"]!["file"]!.GetValue<string>());
        Assert.Equal(1, vouchers["origin"]!["line"]!.GetValue<int>());
        Assert.Equal("catalog:catalog", vouchers["origin"]!["source"]!.GetValue<string>());
        Assert.Equal(["Symptoms", "Rollback"], ((JsonArray)vouchers["runbook"]!["sections"]!).Select(section => section!.GetValue<string>()));
        Assert.Contains(("dependsOn", "resource:default/ledger", "declared", false), Relations(vouchers));
        Assert.Contains(("dependsOn", "component:default/stock-levels", "declared", true), Relations(vouchers));
        Assert.Contains(("dependencyOf", "component:default/vouchers", "inferred", true), Relations(await platform.Get("/api/v1/catalog/entities/component/default/stock-levels")));
        Assert.Equal("unknown", (await platform.Get("/api/v1/catalog/entities/Component/default/Stock-Levels"))["summary"]!["ownership"]!.GetValue<string>());
        using var runbook = await platform.Client.GetAsync("/api/v1/catalog/entities/component/default/vouchers/runbook", TestContext.Current.CancellationToken);
        Assert.StartsWith("# Vouchers", await runbook.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var missing = await platform.Client.GetAsync("/api/v1/catalog/entities/component/default/nothing", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Teams_show_their_place_members_and_what_they_own()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var platform = await folder.Start();

        var team = await platform.Get("/api/teams/default/promotions");
        Assert.Equal("group:default/retail", team["summary"]!["parent"]!.GetValue<string>());
        Assert.Equal("Noor Haddad", Assert.Single((JsonArray)team["members"]!)!["title"]!.GetValue<string>());
        Assert.Equal("component:default/vouchers", Assert.Single((JsonArray)team["owns"]!)!["ref"]!.GetValue<string>());
        Assert.Equal(2, ((JsonArray)(await platform.Get("/api/teams/default/retail"))["children"]!).Count);
        Assert.Equal(3, ((JsonArray)await platform.Get("/api/teams")).Count);
    }

    [Fact]
    public async Task The_palette_finds_by_the_first_letters_and_links_only_to_our_own_pages()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var platform = await folder.Start();
        var first = ((JsonArray)(await platform.Get("/api/search?q=vou"))["results"]!)[0]!;
        Assert.Equal("vouchers", first["title"]!.GetValue<string>());
        Assert.Equal("component", first["kind"]!.GetValue<string>());
        Assert.Equal("Promotions", first["detail"]!.GetValue<string>());
        Assert.Equal("/catalog/component/default/vouchers", first["href"]!.GetValue<string>());
        Assert.Empty((JsonArray)(await platform.Get("/api/search?q="))["results"]!);
    }

    [Fact]
    public async Task An_answer_that_has_not_changed_is_not_sent_again()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var platform = await folder.Start();
        foreach (var path in new[] { "/api/v1/catalog/entities", "/api/v1/catalog/entities/component/default/vouchers" })
        {
            using var first = await platform.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, await Again(path, first.Headers.ETag!));
            var revision = await CatalogFolder.Sources(platform).Provide("repository:" + path.Length, "a commit",
                [("catalog-info.yaml", CatalogFolder.Component("added-" + path.Length))], cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, await Again(path + "?revision=" + revision, first.Headers.ETag!));
        }

        async Task<HttpStatusCode> Again(string path, EntityTagHeaderValue tag)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.IfNoneMatch.Add(tag);
            using var response = await platform.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }

    private static List<string> Names(JsonNode page) => [.. ((JsonArray)page["items"]!).Select(item => item!["name"]!.GetValue<string>())];

    private static IEnumerable<(string, string, string, bool)> Relations(JsonNode entity) => ((JsonArray)entity["relations"]!).Select(end =>
        (end!["type"]!.GetValue<string>(), end["target"]!.GetValue<string>(), end["direction"]!.GetValue<string>(), end["exists"]!.GetValue<bool>()));
}
