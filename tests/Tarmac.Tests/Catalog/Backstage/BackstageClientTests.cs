using System.Text.Json.Nodes;

namespace Tarmac.Tests.Catalog.Backstage;

/// <summary>Every method of the real client, against a running platform. docs/backstage.md tells the same in words.</summary>
[Trait("database", "sqlite")]
public sealed class BackstageClientTests(BackstageClientPackage package) : IClassFixture<BackstageClientPackage>
{
    // Other helpers of the class: its own business.
    private static readonly string[] Private =
        ["constructor", "queryEntitiesByPredicate", "getEntityFacetsByPredicate", "requestIgnored", "requestRequired", "requestOptional", "getFilterValue"];

    private const string Vouchers = "component:default/vouchers";

    [Fact]
    public async Task Every_method_answers_as_the_client_expects()
    {
        Assert.SkipUnless(BackstageClientPackage.IsPossible, "node and npm are not installed; the client of Backstage's catalog is not driven");
        await using var folder = new CatalogFolder();
        folder.Write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./vouchers/*.yaml, stock.yaml]}\n");
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers", description: "Issues discount vouchers at the till.", more: "dependsOn: [component:stock-levels]"));
        folder.Write("stock.yaml", CatalogFolder.Component("stock-levels", "stock"));
        var platform = await folder.Start();
        using var client = new BackstageClient(package, platform, platform.Token);

        await Entities(client, folder);
        await Pages(client);
        await Facets(client);
        await Locations(client, folder);
        await Changes(client);
        await Checks(client, folder);

        var methods = (await client.Call("methods"))!.AsArray().Select(name => name!.GetValue<string>());
        Assert.Equal(methods.Except(Private).Order(StringComparer.Ordinal), client.Called.Except(["methods"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_client_without_a_token_is_told_so()
    {
        Assert.SkipUnless(BackstageClientPackage.IsPossible, "node and npm are not installed; the client of Backstage's catalog is not driven");
        await using var platform = await TestPlatform.Start();
        using var nobody = new BackstageClient(package, platform, null);
        Assert.Equal((401, "AuthenticationError"), Kind(await nobody.Fails("getEntityByRef", Vouchers)));
        using var stranger = new BackstageClient(package, platform, "tarmac_nothing");
        Assert.Equal((401, "AuthenticationError"), Kind(await stranger.Fails("getEntities", new JsonObject())));
    }

    private static async Task Entities(BackstageClient client, CatalogFolder folder)
    {
        var vouchers = (await client.Call("getEntityByRef", Vouchers))!;
        Assert.Equal(("backstage.io/v1alpha1", "Component", "default"), (Text(vouchers, "apiVersion"), Text(vouchers, "kind"), Text(vouchers["metadata"]!, "namespace")));
        Assert.Equal($"file:{folder.Catalog}/vouchers/catalog-info.yaml", Text(vouchers["metadata"]!["annotations"]!, "backstage.io/managed-by-location"));
        Assert.Equal($"file:{folder.Catalog}", Text(vouchers["metadata"]!["annotations"]!, "backstage.io/managed-by-origin-location"));
        Assert.Equal("Gold", Text(vouchers["metadata"]!["annotations"]!, "tarmac.dev/service-tier"));
        Assert.Equal("""[{"type":"dependsOn","targetRef":"component:default/stock-levels"},{"type":"ownedBy","targetRef":"group:default/promotions"}]""", vouchers["relations"]!.ToJsonString());
        Assert.Equal("promotions", Text(vouchers["spec"]!, "owner"));
        Assert.NotEmpty(Text(vouchers["metadata"]!, "etag"));
        Assert.True(JsonNode.DeepEquals(vouchers, await client.Call("getEntityByRef", Object("""{"kind": "Component", "namespace": "Default", "name": "Vouchers"}"""))));
        Assert.True(JsonNode.DeepEquals(vouchers, await client.Call("getEntityByName", Object("""{"kind": "component", "name": "vouchers"}"""))));
        Assert.Null(await client.Call("getEntityByRef", "component:default/nothing"));

        var refs = (await client.Call("getEntitiesByRefs", Object($$"""{"entityRefs": ["{{Vouchers}}", "component:default/nothing", "group:default/stock"], "fields": ["kind", "metadata.name"]}""")))!["items"]!;
        Assert.Equal("""[{"kind":"Component","metadata":{"name":"vouchers"}},null,{"kind":"Group","metadata":{"name":"stock"}}]""", refs.ToJsonString());
        refs = (await client.Call("getEntitiesByRefs", Object($$$"""{"entityRefs": ["{{{Vouchers}}}", "group:default/stock"], "fields": ["kind"], "filter": {"kind": "group"}}""")))!["items"]!;
        Assert.Equal("""[null,{"kind":"Group"}]""", refs.ToJsonString());
        refs = (await client.Call("getEntitiesByRefs", Object($$$"""{"entityRefs": ["{{{Vouchers}}}", "group:default/stock"], "fields": ["kind"], "filter": {"kind": "component"}, "query": {"spec.type": {"$in": ["service"]} } }""")))!["items"]!;
        Assert.Equal("""[{"kind":"Component"},null]""", refs.ToJsonString());

        Assert.Equal(8, (await client.Call("getEntities", Object("{}")))!["items"]!.AsArray().Count);
        Assert.Equal(["stock-levels", "vouchers"], Names(await client.Call("getEntities", Object("""{"filter": {"kind": ["API", "Component"], "metadata.tags.till": "true"}}"""))));
        Assert.Equal(["noor", "sam", "vouchers"], Names(await client.Call("getEntities", Object("""{"filter": [{"kind": "user"}, {"relations.ownedBy": "group:default/promotions"}], "order": {"field": "metadata.name", "order": "asc"}}"""))));
        Assert.Equal(["vouchers"], Names(await client.Call("getEntities", Object($$$"""{"filter": {"spec.dependsOn": "{{{BackstageClient.Exists}}}"}}"""))));
        Assert.Equal(["stock", "retail"], Names(await client.Call("getEntities", Object("""{"filter": {"kind": "group"}, "order": [{"field": "metadata.name", "order": "desc"}], "limit": 2}"""))));
        Assert.Equal(["promotions"], Names(await client.Call("getEntities", Object("""{"filter": {"kind": "group"}, "order": [{"field": "metadata.name", "order": "desc"}], "limit": 2, "offset": 2}"""))));

        var ancestors = (await client.Call("getEntityAncestors", Object($$"""{"entityRef": "{{Vouchers}}"}""")))!;
        Assert.Equal(Vouchers, Text(ancestors, "rootEntityRef"));
        Assert.Equal(["vouchers", "all"], ancestors["items"]!.AsArray().Select(item => Text(item!["entity"]!["metadata"]!, "name")));
        Assert.Equal("""["location:default/all"]""", ancestors["items"]![0]!["parentEntityRefs"]!.ToJsonString());
        ancestors = (await client.Call("getEntityAncestors", Object("""{"entityRef": "component:default/stock-levels"}""")))!;
        Assert.Equal("""["location:default/all"]""", ancestors["items"]![0]!["parentEntityRefs"]!.ToJsonString());
        Assert.Equal((404, "NotFoundError"), Kind(await client.Fails("getEntityAncestors", Object("""{"entityRef": "component:default/nothing"}"""))));
    }

    private static async Task Pages(BackstageClient client)
    {
        foreach (var asked in new[] { """{"filter": {"kind": ["group", "user"]}""", """{"query": {"$any": [{"kind": "group"}, {"kind": {"$hasPrefix": "us"}}]}""" })
        {
            var first = (await client.Call("queryEntities", Object(asked + """, "orderFields": {"field": "metadata.name", "order": "asc"}, "limit": 2, "fields": ["metadata.name"]}""")))!;
            Assert.Equal("""[{"metadata":{"name":"noor"}},{"metadata":{"name":"promotions"}}]""", first["items"]!.ToJsonString());
            Assert.Equal(5, first["totalItems"]!.GetValue<int>());
            var second = (await client.Call("queryEntities", new JsonObject { ["cursor"] = first["pageInfo"]!["nextCursor"]!.DeepClone(), ["limit"] = 3 }))!;
            Assert.Equal(["retail", "sam", "stock"], Names(second));
            Assert.Null(second["pageInfo"]!["nextCursor"]);
            Assert.Equal(["noor", "promotions"], Names(await client.Call("queryEntities", new JsonObject { ["cursor"] = second["pageInfo"]!["prevCursor"]!.DeepClone() })));
            Assert.Equal(["sam", "stock"], Names(await client.Call("queryEntities", Object(asked + """, "orderFields": [{"field": "metadata.name", "order": "asc"}], "offset": 3}"""))));
            Assert.Equal(0, (await client.Call("queryEntities", Object(asked + """, "totalItems": "exclude"}""")))!["totalItems"]!.GetValue<int>());
            var pages = (await client.Call("streamEntities", Object(asked + """, "pageSize": 2}""")))!.AsArray();
            Assert.Equal([2, 2, 1], pages.Select(page => page!.AsArray().Count));
            Assert.Equal(5, pages.SelectMany(page => Names(page)).Distinct().Count());
        }
        Assert.Equal(["vouchers"], Names(await client.Call("queryEntities", Object("""{"fullTextFilter": {"term": "DISCOUNT"}}"""))));
        Assert.Equal(["vouchers"], Names(await client.Call("queryEntities", Object("""{"filter": {"kind": "component"}, "fullTextFilter": {"term": "till.", "fields": ["metadata.description", "metadata.name"]}}"""))));
        Assert.Empty(Names(await client.Call("queryEntities", Object("""{"query": {"kind": "component"}, "fullTextFilter": {"term": "discount", "fields": ["metadata.name"]}}"""))));
        Assert.Equal(["vouchers"], Names(await client.Call("queryEntities", Object("""
            {"query": {"$all": [{"kind": "component"}, {"$not": {"spec.owner": "stock"}}, {"metadata.tags": {"$contains": "till"}},
              {"relations": {"$contains": {"type": "ownedBy", "targetRef": {"$in": ["group:default/promotions"]}}}}, {"spec.subcomponentOf": {"$exists": false}}]}}
            """))));
        Assert.Equal((400, "InputError"), Kind(await client.Fails("queryEntities", Object("""{"query": {"kind": {"$like": "c"}}}"""))));
    }

    private static async Task Facets(BackstageClient client)
    {
        const string counted = """{"kind":[{"value":"Component","count":2}],"spec.owner":[{"value":"promotions","count":1},{"value":"stock","count":1}]}""";
        foreach (var asked in new[] { """{"filter": {"kind": "component"}""", """{"query": {"kind": "component"}""", """{"query": {"kind": "component"}, "filter": {"spec.type": "service"}""" })
            Assert.Equal(counted, (await client.Call("getEntityFacets", Object(asked + """, "facets": ["kind", "spec.owner"]}""")))!["facets"]!.ToJsonString());
        Assert.Equal("""{"kind":[{"value":"Component","count":2},{"value":"Group","count":3},{"value":"Location","count":1},{"value":"User","count":2}]}""",
            (await client.Call("getEntityFacets", Object("""{"facets": ["kind"]}""")))!["facets"]!.ToJsonString());
    }

    private static async Task Locations(BackstageClient client, CatalogFolder folder)
    {
        var all = (await client.Call("getLocations", Object("{}")))!["items"]!.AsArray();
        Assert.Equal(["catalog:catalog", "organisation:organisation"], all.Select(location => Text(location!, "id")).Where(id => id != "tarmac"));
        var catalog = (await client.Call("getLocationById", "catalog:catalog"))!;
        Assert.Equal(("file", folder.Catalog), (Text(catalog, "type"), Text(catalog, "target")));
        Assert.Matches("^location:default/generated-[0-9a-f]{40}$", Text(catalog, "entityRef"));
        Assert.Null(await client.Call("getLocationById", "nothing"));
        Assert.True(JsonNode.DeepEquals(catalog, await client.Call("getLocationByRef", "file:" + folder.Catalog)));
        Assert.True(JsonNode.DeepEquals(catalog, await client.Call("getLocationByEntity", Vouchers)));
        Assert.Null(await client.Call("getLocationByEntity", "component:default/nothing"));

        var found = (await client.Call("queryLocations", Object($$$"""{"query": {"target": {"$hasPrefix": "{{{folder.Outside}}}/cat"}, "type": "file"}}""")))!;
        Assert.Equal(1, found["totalItems"]!.GetValue<int>());
        Assert.True(JsonNode.DeepEquals(catalog, found["items"]![0]));
        var pages = (await client.Call("streamLocations", Object("""{"limit": 1}""")))!.AsArray();
        Assert.Equal(all.Select(location => Text(location!, "id")), pages.Select(page => Text(page![0]!, "id")));
    }

    private static async Task Changes(BackstageClient client)
    {
        using var shelf = new TemporaryFolder();
        shelf.Write("catalog-info.yaml", CatalogFolder.Component("shelf-labels"));
        var place = new JsonObject { ["type"] = "file", ["target"] = shelf.Path };

        var tried = (await client.Call("addLocation", With(place, "dryRun", true)))!;
        Assert.False(tried["exists"]!.GetValue<bool>());
        Assert.Equal("ownedBy", Text(Assert.Single(tried["entities"]!.AsArray())!["relations"]![0]!, "type"));
        Assert.Null(await client.Call("getEntityByRef", "component:default/shelf-labels"));

        var added = (await client.Call("addLocation", place))!["location"]!;
        Assert.Equal(Text(tried["location"]!, "id"), Text(added, "id"));
        Assert.NotNull(await client.Call("getEntityByRef", "component:default/shelf-labels"));
        Assert.Equal((409, "ConflictError"), Kind(await client.Fails("addLocation", place)));
        Assert.True(JsonNode.DeepEquals(added, (await client.Call("addLocation", With(place, "onConflict", "refresh")))!["location"]));
        Assert.True((await client.Call("addLocation", With(place, "dryRun", true)))!["exists"]!.GetValue<bool>());

        shelf.Write("catalog-info.yaml", CatalogFolder.Component("shelf-labels", description: "Prints them."));
        Assert.Null(await client.Call("refreshEntity", "component:default/shelf-labels"));
        var entity = (await client.Call("getEntityByRef", "component:default/shelf-labels"))!;
        Assert.Equal("Prints them.", Text(entity["metadata"]!, "description"));
        Assert.Equal((404, "NotFoundError"), Kind(await client.Fails("refreshEntity", "component:default/nothing")));

        // These are answered with what to do instead.
        var kept = await client.Fails("removeEntityByUid", Text(entity["metadata"]!, "uid"));
        Assert.Equal((501, "NotImplementedError"), Kind(kept));
        Assert.Contains(shelf.Path, kept.Message, StringComparison.Ordinal);
        Assert.Equal((404, "NotFoundError"), Kind(await client.Fails("removeEntityByUid", "nothing")));
        Assert.Equal((501, "NotImplementedError"), Kind(await client.Fails("updateLocation", Text(added, "id"), Object("""{"target": "https://example.com/catalog-info.yaml"}"""))));
        foreach (var dryRun in (bool[])[true, false])
        {
            var inside = await client.Fails("addLocation", With(Object("""{"target": "https://127.0.0.1/catalog-info.yaml"}"""), "dryRun", dryRun));
            Assert.Equal(422, inside.Status);
            Assert.Contains("127.0.0.1", inside.Message, StringComparison.Ordinal);
        }
        Assert.Equal((400, "InputError"), Kind(await client.Fails("addLocation", Object("""{"type": "github-discovery", "target": "https://example.com/*"}"""))));

        Assert.Null(await client.Call("removeLocationById", Text(added, "id")));
        Assert.Equal("true", Text((await client.Call("getEntityByRef", "component:default/shelf-labels"))!["metadata"]!["annotations"]!, "backstage.io/orphan"));
        Assert.Equal(["shelf-labels"], Names(await client.Call("getEntities", Object("""{"filter": {"metadata.annotations.backstage.io/orphan": "true"}}"""))));
        Assert.Null(await client.Call("getLocationByEntity", "component:default/shelf-labels"));
        Assert.Null(await client.Call("removeEntityByUid", Text(entity["metadata"]!, "uid")));
        Assert.Null(await client.Call("getEntityByRef", "component:default/shelf-labels"));
        Assert.Equal((404, "NotFoundError"), Kind(await client.Fails("removeLocationById", Text(added, "id"))));
    }

    private static async Task Checks(BackstageClient client, CatalogFolder folder)
    {
        var vouchers = (await client.Call("getEntityByRef", Vouchers))!;
        Assert.Equal("""{"valid":true}""", (await client.Call("validateEntity", vouchers, "url:https://example.com/catalog-info.yaml"))!.ToJsonString());
        vouchers["spec"]!.AsObject().Remove("owner");
        vouchers["metadata"]!["name"] = "not a name";
        var checkedOnce = (await client.Call("validateEntity", vouchers, "url:https://example.com/catalog-info.yaml"))!;
        Assert.False(checkedOnce["valid"]!.GetValue<bool>());
        Assert.Equal(["metadata.name", "spec.owner"], checkedOnce["errors"]!.AsArray().Select(error => Text(error!, "field")).Order(StringComparer.Ordinal));
        Assert.False((await client.Call("validateEntity", vouchers, "nowhere"))!["valid"]!.GetValue<bool>());

        var known = (await client.Call("analyzeLocation", Object($$$"""{"location": {"type": "file", "target": "{{{folder.Catalog}}}/vouchers"}}""")))!;
        Assert.Empty(known["generateEntities"]!.AsArray());
        var file = Assert.Single(known["existingEntityFiles"]!.AsArray())!;
        Assert.Equal((true, $"{folder.Catalog}/vouchers/catalog-info.yaml"), (file["isRegistered"]!.GetValue<bool>(), Text(file["location"]!, "target")));
        var draft = Assert.Single((await client.Call("analyzeLocation", Object("""{"location": {"type": "url", "target": "https://github.com/example/Till.Server.git"}}""")))!["generateEntities"]!.AsArray())!;
        Assert.Equal(("Till.Server", "example/Till.Server"), (Text(draft["entity"]!["metadata"]!, "name"), Text(draft["entity"]!["metadata"]!["annotations"]!, "github.com/project-slug")));
        Assert.Equal("spec.owner", Text(draft["fields"]![0]!, "field"));
    }

    private static (int, string) Kind((int Status, string Name, string Message) error) => (error.Status, error.Name);

    private static JsonObject Object(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static JsonObject With(JsonObject json, string name, JsonNode value)
    {
        var copy = (JsonObject)json.DeepClone();
        copy[name] = value;
        return copy;
    }

    private static string Text(JsonNode json, string field) => json[field]!.GetValue<string>();

    private static IEnumerable<string> Names(JsonNode? page) => (page as JsonArray ?? (JsonArray)page!["items"]!).Select(item => Text(item!["metadata"]!, "name"));
}
