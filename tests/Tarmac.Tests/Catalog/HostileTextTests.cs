using System.Net;
using System.Text.Json.Nodes;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog;

/// <summary>Descriptors that are well formed and mean harm: pages hold their promises, and nothing of it is lost or shown for what it is not.</summary>
public sealed class HostileTextTests
{
    private const string Hostile = """</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; ${7*7} {{7*7}}""";
    private const int ManyRelations = 10_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Markup_in_every_text_is_text_on_every_page()
    {
        await using var folder = new CatalogFolder();
        folder.Write("hostile.yaml", string.Join("\n---\n", Documents.Select(document => document.Replace("HOSTILE", $"\"{Hostile}\"", StringComparison.Ordinal))));
        folder.Write("RUNBOOK.md", $"# {Hostile}\n\n## Architecture\n\n{Hostile}\n\n[go](javascript:alert(3)) ![x](javascript:alert(4))\n");
        folder.Write("broken.yaml", $"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: \"{Hostile}\"}}\nspec: {{type: \"{Hostile}\", lifecycle: x, owner: \"{Hostile}\"}}\n");
        var platform = await folder.Start();
        var problems = (JsonArray)await platform.Get("/api/v1/catalog/problems");
        Assert.True(problems.All(problem => problem!["file"]!.GetValue<string>() == "broken.yaml"), problems.ToJsonString());
        var shown = await platform.Get("/api/v1/catalog/entities/component/default/hostile");
        Assert.Equal(Hostile.Replace("\\", "", StringComparison.Ordinal), shown["entity"]!["metadata"]!["description"]!.GetValue<string>());
        foreach (var kind in new[] { "component", "api", "resource", "system", "domain", "group", "user", "location", "widget" })
            foreach (var page in new[] { "", "/history", "/graph" })
                await Read(platform, $"/catalog/{kind}/default/hostile{page}");
        foreach (var path in new[]
        {
            "/catalog", "/catalog?q=" + WebUtility.UrlEncode(Hostile), "/catalog?tag=" + WebUtility.UrlEncode(Hostile), "/catalog/problems", "/catalog/sources", "/catalog/sources/catalog:catalog",
            "/catalog/api/default/hostile/definition", "/teams", "/teams/chart", "/teams/default/hostile", "/people", "/search?q=" + WebUtility.UrlEncode(Hostile), "/",
        })
            await Read(platform, path);
    }

    [Fact]
    public async Task Ten_thousand_relations_of_one_entity_are_all_there_and_its_pages_stay_small()
    {
        await using var folder = new CatalogFolder();
        var needs = string.Join(", ", Enumerable.Range(0, ManyRelations).Select(number => "component:part-" + number));
        folder.Write("hub.yaml", CatalogFolder.Component("hub", more: $"dependsOn: [{needs}]") + "\n---\n" + CatalogFolder.Component("part-7"));
        var platform = await folder.Start();
        var hub = await platform.Get("/api/v1/catalog/entities/component/default/hub");
        Assert.Equal(ManyRelations, hub["relations"]!.AsArray().Count(relation => relation!["type"]!.GetValue<string>() == "dependsOn"));
        var page = await platform.Client.Page("/catalog/component/default/hub");
        Assert.Contains("9980 more", page.QuerySelector("#relations")!.TextContent, StringComparison.Ordinal);
        await platform.Client.Page("/catalog/component/default/hub/graph?depth=3");
        await platform.Client.Page("/catalog/component/default/part-7");
        await platform.Client.Page("/catalog/component/default/hub/history");
        var impact = await platform.Get("/api/v1/catalog/entities/component/default/part-7/impact");
        Assert.Contains("component:default/hub", impact.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vоuchers")] // a Cyrillic o
    [InlineData("ｖouchers")] // a full-width v
    [InlineData("vouch\\u200Ders")] // a joiner that nobody sees
    [InlineData("vouch\\u202Esre")] // turns what follows round
    [InlineData("vouchers\\u0000")]
    [InlineData("vouchers\\n")]
    [InlineData("Ⅷ")]
    public async Task A_name_that_only_looks_right_is_refused_with_its_place_and_the_right_one_stays(string name)
    {
        await using var folder = new CatalogFolder();
        folder.Write("all.yaml", CatalogFolder.Component("vouchers") + "\n---\n" + CatalogFolder.Component($"\"{name}\"", description: "Another."));
        var platform = await folder.Start();
        var problem = Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/problems"))!;
        Assert.Equal(("all.yaml", 17), (problem["file"]!.GetValue<string>(), problem["line"]!.GetValue<int>()));
        Assert.Contains("metadata.name", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("What vouchers does.", CatalogFolder.Index(platform).Find("component:default/vouchers")!.Entity.Metadata.Description);
    }

    [Fact]
    public async Task Names_that_differ_only_by_case_are_one_name_and_the_first_keeps_it()
    {
        await using var folder = new CatalogFolder();
        folder.Write("a.yaml", CatalogFolder.Component("vouchers", description: "First."));
        folder.Write("b.yaml", CatalogFolder.Component("VOUCHERS", description: "Second."));
        var platform = await folder.Start();
        Assert.Equal("First.", CatalogFolder.Index(platform).Find("Component:Default/Vouchers")!.Entity.Metadata.Description);
        var problem = Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/problems"))!;
        Assert.Equal("b.yaml", problem["file"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_file_that_flips_between_good_and_bad_never_loses_the_last_good_version()
    {
        await using var folder = new CatalogFolder();
        folder.Write("all.yaml", CatalogFolder.Component("vouchers", description: "Edition 0."));
        var platform = await folder.Start();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asking = Task.Run(async () =>
        {
            var asked = 0;
            for (; !over.IsCancellationRequested; asked++)
                Assert.StartsWith("Edition", (await platform.Get("/api/v1/catalog/entities/component/default/vouchers"))["entity"]!["metadata"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
            return asked;
        }, Cancellation);
        for (var edition = 1; edition <= 30; edition++)
        {
            folder.Write("all.yaml", edition % 2 == 0 ? CatalogFolder.Component("vouchers", description: $"Edition {edition}.") : "kind: [broken");
            if (edition % 3 == 0) await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        }
        await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        await over.CancelAsync();
        Assert.True(await asking > 0);
        var last = await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        Assert.Equal("Edition 30.", last["entity"]!["metadata"]!["description"]!.GetValue<string>());
        Assert.False(last["origin"]!["stale"]!.GetValue<bool>());
        Assert.Empty((JsonArray)await platform.Get("/api/v1/catalog/problems"));
    }

    private static async Task Read(TestPlatform platform, string path)
    {
        var page = await platform.Client.Page(path);
        Assert.Empty(page.QuerySelectorAll("img[src='x']"));
        Assert.DoesNotContain(page.QuerySelectorAll("[href], [src], [action]"), element => new[] { "href", "src", "action" }.Any(name =>
            element.GetAttribute(name)?.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase) == true));
    }

    private static string[] Documents =>
    [
        Document("Component", "type: HOSTILE, lifecycle: HOSTILE, owner: 'group:default/hostile', system: hostile, providesApis: [hostile], dependsOn: ['resource:hostile']"),
        Document("API", "type: openapi, lifecycle: HOSTILE, owner: hostile, definition: HOSTILE"),
        Document("Resource", "type: HOSTILE, owner: hostile"),
        Document("System", "owner: hostile, domain: hostile, type: HOSTILE"),
        Document("Domain", "owner: hostile, type: HOSTILE"),
        Document("Group", "type: HOSTILE, children: [], members: [hostile], profile: {displayName: HOSTILE, email: HOSTILE, picture: 'javascript:alert(5)'}"),
        Document("User", "memberOf: [hostile], profile: {displayName: HOSTILE, email: HOSTILE, picture: 'javascript:alert(6)'}"),
        Document("Location", "type: file, targets: []"),
        Document("Widget", "anything: HOSTILE, more: {deep: [HOSTILE]}"),
    ];

    private static string Document(string kind, string spec) => $$"""
        apiVersion: {{(kind == "Widget" ? "example.org/v1" : "backstage.io/v1alpha1")}}
        kind: {{kind}}
        metadata:
          name: hostile
          title: HOSTILE
          description: HOSTILE
          annotations: {example.org/note: HOSTILE, tarmac.dev/service-tier: HOSTILE}
          links: [{url: "javascript:alert(7)", title: HOSTILE, icon: dashboard, type: HOSTILE}, {url: "https://example.org/", title: HOSTILE}]
        spec: { {{spec}} }
        """;
}
