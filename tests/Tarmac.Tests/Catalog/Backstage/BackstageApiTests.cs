using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Catalog.Backstage;

namespace Tarmac.Tests.Catalog.Backstage;

/// <summary>What the client does not ask for itself, and what it must never see; the client's own methods are driven in <see cref="BackstageClientTests"/>.</summary>
public sealed class BackstageApiTests
{
    private const string Entities = "/api/catalog/entities";
    private const string ByQuery = Entities + "/by-query";

    [Fact]
    public async Task Pages_go_on_where_they_ended_whatever_comes_and_goes_meanwhile()
    {
        await using var folder = new CatalogFolder();
        foreach (var name in "bdfhj") folder.Write($"{name}.yaml", CatalogFolder.Component($"{name}{name}"));
        var platform = await folder.Start();

        var first = await platform.Get(ByQuery + "?filter=kind=component&orderField=metadata.name,desc&limit=2");
        Assert.Equal(["jj", "hh"], Names(first));
        Assert.Equal(5, first["totalItems"]!.GetValue<int>());
        Assert.Null(first["pageInfo"]!["prevCursor"]);
        // One comes before the place, one behind it, and the very one the page ended with goes.
        await CatalogFolder.Sources(platform).Provide("repository:new", "a commit", [("catalog-info.yaml", CatalogFolder.Component("ii") + "\n---\n" + CatalogFolder.Component("gg"))], cancellation: TestContext.Current.CancellationToken);
        File.Delete(Path.Combine(folder.Catalog, "h.yaml"));
        await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, TestContext.Current.CancellationToken);

        var second = await Cursor(platform, first["pageInfo"]!["nextCursor"]!);
        Assert.Equal(["gg", "ff"], Names(second));
        Assert.Equal(6, second["totalItems"]!.GetValue<int>());
        var third = await Cursor(platform, second["pageInfo"]!["nextCursor"]!);
        Assert.Equal(["dd", "bb"], Names(third));
        Assert.Null(third["pageInfo"]!["nextCursor"]);
        var back = await Cursor(platform, third["pageInfo"]!["prevCursor"]!);
        Assert.Equal(["gg", "ff"], Names(back));
        Assert.Equal(["jj", "ii"], Names(await Cursor(platform, back["pageInfo"]!["prevCursor"]!)));
        Assert.Equal(["dd", "bb"], Names(await Cursor(platform, back["pageInfo"]!["nextCursor"]!)));
    }

    [Fact]
    public async Task What_lacks_the_field_of_an_order_stands_last_in_either_direction()
    {
        await using var folder = new CatalogFolder();
        folder.Write("a.yaml", CatalogFolder.Component("aa"));
        folder.Write("b.yaml", CatalogFolder.Component("bb", more: "zone: south"));
        folder.Write("c.yaml", CatalogFolder.Component("cc", more: "zone: North"));
        var platform = await folder.Start();
        Assert.Equal(["cc", "bb", "aa"], Names(await platform.Get(ByQuery + "?filter=kind=component&orderField=spec.zone,asc")));
        Assert.Equal(["bb", "cc", "aa"], Names(await platform.Get(ByQuery + "?filter=kind=component&orderField=spec.zone,desc")));
        Assert.Equal(["bb", "cc", "aa"], Names(await platform.Get(Entities + "?filter=kind=component&order=desc:spec.zone")));
        Assert.Equal(["cc", "bb"], Names(await platform.Get(ByQuery + "?filter=kind=component&orderField=spec.type&orderField=metadata.name,desc&limit=2")));
    }

    [Fact]
    public async Task The_older_list_says_where_its_next_part_is()
    {
        await using var folder = new CatalogFolder();
        foreach (var name in "abc") folder.Write($"{name}.yaml", CatalogFolder.Component($"{name}{name}"));
        var platform = await folder.Start();
        using var first = await platform.Client.GetAsync(Entities + "?filter=kind=component&fields=metadata.name&limit=2&offset=0", TestContext.Current.CancellationToken);
        var link = Assert.Single(first.Headers.GetValues("Link"));
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        var rest = (JsonArray)await platform.Get(link[1..link.IndexOf('>', StringComparison.Ordinal)]);
        Assert.Equal("""[{"metadata":{"name":"cc"}}]""", rest.ToJsonString());
        Assert.Equal(["bb"], Names(await platform.Get(Entities + "?filter=kind=component&limit=1&offset=1")));
    }

    [Fact]
    public async Task Broken_files_show_on_the_entities_they_leave_stale()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers.yaml", CatalogFolder.Component("vouchers"));
        folder.Write("stock.yaml", CatalogFolder.Component("stock-levels"));
        var platform = await folder.Start();
        var before = await platform.Get(Entities + "/by-name/component/default/vouchers");
        Assert.Null(before["status"]);
        folder.Write("vouchers.yaml", CatalogFolder.Component("vouchers").Replace("type: service", "kind: service", StringComparison.Ordinal));
        folder.Write("stock.yaml", "kind: [");
        await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, TestContext.Current.CancellationToken);

        var vouchers = await platform.Get(Entities + "/by-name/component/default/vouchers");
        var item = Assert.Single((JsonArray)vouchers["status"]!["items"]!)!;
        Assert.Equal(("backstage.io/catalog-processing", "error"), (item["type"]!.GetValue<string>(), item["level"]!.GetValue<string>()));
        Assert.Contains("spec.type", item["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("service", vouchers["spec"]!["type"]!.GetValue<string>());
        Assert.Equal(before["metadata"]!["uid"]!.GetValue<string>(), vouchers["metadata"]!["uid"]!.GetValue<string>());
        Assert.NotEqual(before["metadata"]!["etag"]!.GetValue<string>(), vouchers["metadata"]!["etag"]!.GetValue<string>());
        Assert.Equal("yaml-syntax", Assert.Single((JsonArray)(await platform.Get(Entities + "/by-name/component/default/stock-levels"))["status"]!["items"]!)!["error"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_link_that_is_a_script_is_not_handed_on()
    {
        await using var folder = new CatalogFolder();
        folder.Write("a.yaml", CatalogFolder.Component("aa").Replace("annotations: {", "annotations: {backstage.io/view-url: \" \\u0001java\\tscript:alert(1)\", backstage.io/edit-url: 'https://example.com', ", StringComparison.Ordinal));
        var platform = await folder.Start();
        var annotations = (await platform.Get(Entities + "/by-name/component/default/aa"))["metadata"]!["annotations"]!;
        Assert.Equal("about:blank", annotations["backstage.io/view-url"]!.GetValue<string>());
        Assert.Equal("https://example.com", annotations["backstage.io/edit-url"]!.GetValue<string>());
        Assert.Equal(1, (await platform.Get(ByQuery + "?filter=metadata.annotations.backstage.io/view-url=about:blank"))["totalItems"]!.GetValue<int>());
    }

    private static readonly (string Method, string Path, string? Body)[] Unclear =
    [
        ("GET", ByQuery + "?limit=-1", null),
        ("GET", ByQuery + "?limit=many", null),
        ("GET", ByQuery + "?offset=-1", null),
        ("GET", ByQuery + "?cursor=bm90aGluZw==", null),
        ("GET", ByQuery + "?cursor=%F0%9F%98%80", null),
        ("GET", ByQuery + "?orderField=kind,up", null),
        ("GET", ByQuery + "?orderField=,asc", null),
        ("GET", ByQuery + "?totalItems=about", null),
        ("GET", ByQuery + "?fields=spec.ports[0]", null),
        ("GET", ByQuery + "?filter==a", null),
        ("GET", Entities + "?limit=0", null),
        ("GET", Entities + "?order=kind", null),
        ("GET", Entities + "?after=e30=", null),
        ("GET", "/api/catalog/entity-facets", null),
        ("POST", ByQuery, "[]"),
        ("POST", ByQuery, "{"),
        ("POST", ByQuery, """{"query": "kind"}"""),
        ("POST", ByQuery, """{"query": {"$nor": []}}"""),
        ("POST", ByQuery, """{"limit": "2"}"""),
        ("POST", ByQuery, """{"cursor": "e30="}"""),
        ("POST", ByQuery, """{"orderBy": ["kind"]}"""),
        ("POST", Entities + "/by-refs", """{"entityRefs": "kind"}"""),
        ("POST", Entities + "/by-refs", """{}"""),
        ("POST", "/api/catalog/entity-facets", """{"facets": []}"""),
        ("POST", "/api/catalog/locations/by-query", """{"query": {"owner": "a"}}"""),
        ("POST", "/api/catalog/locations/by-query", """{"limit": 0}"""),
        ("POST", "/api/catalog/locations/by-query", """{"cursor": "a"}"""),
        ("POST", "/api/catalog/locations", """{"type": "file"}"""),
        ("POST", "/api/catalog/locations?onConflict=fight", """{"type": "file", "target": "/"}"""),
        ("POST", "/api/catalog/refresh", """{"entityRef": "vouchers"}"""),
        ("POST", "/api/catalog/analyze-location", """{"location": {"type": "url", "target": "nowhere"}}"""),
    ];

    [Fact]
    public async Task What_cannot_be_understood_is_refused_in_both_forms()
    {
        await using var platform = await TestPlatform.Start();
        foreach (var (method, path, body) in Unclear)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            using var answer = await platform.Client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{method} {path} {body}: {(int)answer.StatusCode} {text}");
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            var json = JsonNode.Parse(text)!;
            Assert.Equal(("bad-request", 400), (json["code"]!.GetValue<string>(), json["status"]!.GetValue<int>()));
            Assert.Equal(("InputError", 400), (json["error"]!["name"]!.GetValue<string>(), json["response"]!["statusCode"]!.GetValue<int>()));
            Assert.NotNull(json["title"]);
        }
    }

    [Fact]
    public async Task Without_a_token_or_an_address_the_form_is_the_same_and_other_apis_keep_theirs()
    {
        await using var platform = await TestPlatform.Start();
        using var nobody = platform.ClientFor(null);
        using var refused = await nobody.GetAsync(Entities, TestContext.Current.CancellationToken);
        Assert.Equal("AuthenticationError", (await refused.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["error"]!["name"]!.GetValue<string>());
        using var nowhere = await platform.Client.GetAsync("/api/catalog/nowhere", TestContext.Current.CancellationToken);
        Assert.Equal("NotFoundError", (await nowhere.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["error"]!["name"]!.GetValue<string>());
        using var ours = await platform.Client.GetAsync("/api/v1/catalog/entities?sort=colour", TestContext.Current.CancellationToken);
        Assert.Equal("application/problem+json", ours.Content.Headers.ContentType!.MediaType);
        Assert.Null((await ours.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["error"]);
    }

    [Fact]
    public async Task Changes_need_the_same_rights_as_everywhere_and_are_audited()
    {
        await using var folder = new CatalogFolder();
        folder.Write("a.yaml", CatalogFolder.Component("aa"));
        var platform = await folder.Start();
        using var shelf = new TemporaryFolder();
        shelf.Write("catalog-info.yaml", CatalogFolder.Component("kept"));
        using var noor = await platform.ClientOf("user:default/noor");
        var place = new JsonObject { ["type"] = "file", ["target"] = shelf.Path };

        // Even to look: whoever may not add a folder may not have it read.
        foreach (var path in new[] { "/api/catalog/locations", "/api/catalog/locations?dryRun=true" })
            Assert.Equal((HttpStatusCode.Forbidden, "operator-only"), await Post(noor, path, place));
        Assert.Equal((HttpStatusCode.Forbidden, "operator-only"), await Post(noor, "/api/catalog/analyze-location", new JsonObject { ["location"] = place.DeepClone() }));
        Assert.Equal((HttpStatusCode.Created, null), await Post(platform.Client, "/api/catalog/locations", place));
        Assert.Equal((HttpStatusCode.Conflict, "source-exists"), await Post(platform.Client, "/api/catalog/locations", place));
        Assert.Equal((HttpStatusCode.OK, null), await Post(noor, "/api/catalog/refresh", new JsonObject { ["entityRef"] = "component:default/kept" }));
        var location = await platform.Get("/api/catalog/locations/by-entity/component/default/kept");
        using var forbidden = await noor.DeleteAsync("/api/catalog/locations/" + location["id"], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var removed = await platform.Client.DeleteAsync("/api/catalog/locations/" + location["id"], TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var named = await platform.Client.DeleteAsync("/api/catalog/locations/catalog:catalog", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, named.StatusCode);
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/kept")!.OrphanSince);

        var audited = (await platform.Get("/api/audit")).ToJsonString();
        foreach (var action in new[] { "source.add", "source.refresh", "source.remove" }) Assert.Contains($"\"{action}\"", audited, StringComparison.Ordinal);

        static async Task<(HttpStatusCode, string?)> Post(HttpClient client, string path, JsonObject body)
        {
            using var answer = await client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!["code"]?.GetValue<string>());
        }
    }

    [Fact]
    public void A_uid_is_what_it_was_before_every_rebuild_and_upgrade() => Assert.Equal("9a8a84be-a562-8c39-97f4-c0f227241926", EntityUid.Of("component:default/vouchers"));

    private static async Task<JsonNode> Cursor(TestPlatform platform, JsonNode cursor)
    {
        using var answer = await platform.Client.PostAsJsonAsync(ByQuery, new JsonObject { ["cursor"] = cursor.DeepClone() }, TestContext.Current.CancellationToken);
        var byBody = (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        var byAddress = await platform.Get($"{ByQuery}?cursor={Uri.EscapeDataString(cursor.GetValue<string>())}");
        Assert.True(JsonNode.DeepEquals(byBody, byAddress));
        return byBody;
    }

    private static List<string> Names(JsonNode page) => [.. (page as JsonArray ?? (JsonArray)page["items"]!).Select(item => item!["metadata"]!["name"]!.GetValue<string>())];
}
