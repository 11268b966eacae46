using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Catalog;

public sealed class PushTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_tool_pushes_replaces_what_the_source_said_and_mistakes_keep_the_last_good_version()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        using var sam = await platform.ClientOf("user:default/sam");
        await Register(platform, sam, new JsonArray());

        var (status, first) = await Push(sam, "build-1", ("services/catalog-info.yaml", CatalogFolder.Component("till") + "\n---\n" + CatalogFolder.Component("basket")), ("services/RUNBOOK.md", "# Till\n\nRestart it.\n"));
        Assert.Equal((HttpStatusCode.OK, "ok", 2), (status, first["source"]!["health"]!.GetValue<string>(), first["source"]!["entities"]!.GetValue<int>()));
        var till = await platform.Get("/api/v1/catalog/entities/component/default/till");
        Assert.Equal(("push", "Revision build-1", "services/catalog-info.yaml"), (Text(till["origin"]!, "sourceKind"), Text(till["origin"]!, "description"), Text(till["origin"]!, "file")));
        Assert.Equal("services/RUNBOOK.md", Text(till["runbook"]!, "file"));

        (status, var second) = await Push(sam, "build-2", ("services/catalog-info.yaml", CatalogFolder.Component("till").Replace("type: service", "kind: wrong", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(second["problems"]!.AsArray(), problem => Text(problem!, "file") == "services/catalog-info.yaml" && problem!["line"] is not null && problem["cure"] is not null);
        Assert.True((await platform.Get("/api/v1/catalog/entities/component/default/till"))["origin"]!["stale"]!.GetValue<bool>());
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/basket"));

        // Nothing of what cannot be taken changes anything, and reading again finds what was pushed last.
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid-input"), await Refusal(sam));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid-input"), await Refusal(sam, ("../catalog-info.yaml", "")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid-input"), await Refusal(sam, ("/etc/catalog-info.yaml", "")));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "invalid-input"), await Refusal(sam, ("a.yaml", "one"), ("a.yaml", "two")));
        await platform.Finished((await TestPlatform.Act(sam, "source.refresh", new JsonObject { ["name"] = "inventory" }))["operation"]!.GetValue<string>());
        Assert.Equal("Revision build-2", Text(await platform.Get("/api/v1/catalog/sources/inventory"), "description"));
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/till"));

        await Push(sam, "build-3", ("catalog-info.yaml", CatalogFolder.Component("till")));
        var history = await platform.Get("/api/v1/catalog/entities/component/default/till/history");
        Assert.Contains("user:default/sam", history.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("/api/v1/catalog/sources/inventory/files", await sam.GetStringAsync("/catalog/sources/inventory", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_members_of_the_owner_push_and_only_to_such_a_source()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers")));
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        using var sam = await platform.ClientOf("user:default/sam");
        using var noor = await platform.ClientOf("user:default/noor");
        await Register(platform, sam, new JsonArray());
        (string, string)[] files = [("catalog-info.yaml", CatalogFolder.Component("till"))];
        Assert.Equal((HttpStatusCode.Forbidden, "not-owner"), await Refusal(noor, files));
        var reading = await TestPlatform.Act(sam, "token.create", new JsonObject { ["name"] = "reader", ["scopes"] = new JsonArray("read") });
        using var reader = platform.ClientFor(Text(reading, "secret"));
        Assert.Equal((HttpStatusCode.Forbidden, "read-only"), await Refusal(reader, files));
        using var stranger = platform.ClientFor(null);
        Assert.Equal((HttpStatusCode.Unauthorized, "sign-in-needed"), await Refusal(stranger, files));
        await GitSourceTests.Add(platform, "shop", origin.Bare);
        Assert.Equal((HttpStatusCode.Conflict, "source-input"), await Refusal(platform.Client, "shop", files));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), await Refusal(sam, "nothing", files));
        Assert.Equal("invalid-input", await GitSourceTests.Refusal(sam, "other", "https://git.shop.example/x.git", input => input["type"] = "push"));
    }

    [Fact]
    public async Task A_name_whose_orphans_are_another_teams_is_not_taken()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        using var sam = await platform.ClientOf("user:default/sam");
        using var noor = await platform.ClientOf("user:default/noor");
        await Register(platform, sam, new JsonArray());
        await Push(sam, "build-1", ("catalog-info.yaml", CatalogFolder.Component("till", "stock")));
        await platform.Finished((await TestPlatform.Act(sam, "source.remove", new JsonObject { ["name"] = "inventory" }))["operation"]!.GetValue<string>());
        var taken = await TestPlatform.TryAct(noor, "source.add", new JsonObject { ["name"] = "inventory", ["type"] = "push", ["owner"] = "group:default/promotions" });
        Assert.Equal((HttpStatusCode.Conflict, "source-exists"), (taken.Status, Text(taken.Body, "code")));
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/till"));
        await Register(platform, sam, new JsonArray());
        await Push(sam, "build-2", ("catalog-info.yaml", CatalogFolder.Component("till", "stock")));
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/till")!.OrphanSince);
    }

    [Fact]
    public async Task A_source_declares_only_the_kinds_it_may()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./more.yaml]}\n"),
            ("more.yaml", CatalogFolder.Component("till") + "\n---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: pirates}\nspec: {type: team, children: []}\n"));
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        var refused = "A Group may not come from this source; Component, API may.";
        using var response = await platform.Client.PostAsJsonAsync("/api/actions/source.add/plan", new JsonObject { ["input"] = new JsonObject { ["name"] = "shop", ["location"] = origin.Bare, ["kinds"] = new JsonArray("Component", "API") } }, Cancellation);
        Assert.Contains(refused, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await GitSourceTests.Add(platform, "shop", origin.Bare, input => input["kinds"] = new JsonArray("Component", "API"));

        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/till"));
        Assert.Null(CatalogFolder.Index(platform).Find("group:default/pirates"));
        var problem = Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/problems?source=shop"))!;
        Assert.Equal(("entity-kind-not-allowed", "more.yaml", refused, "group:default/pirates"), (Text(problem, "code"), Text(problem, "file"), Text(problem, "message"), Text(problem, "entity")));
        Assert.NotNull(problem["line"]);
        Assert.NotNull(problem["cure"]);

        using var sam = await platform.ClientOf("user:default/sam");
        await Register(platform, sam, new JsonArray("Component"));
        var (_, answer) = await Push(sam, "1", ("catalog-info.yaml", CatalogFolder.OrganisationText));
        Assert.Equal(0, answer["source"]!["entities"]!.GetValue<int>());
        Assert.All(answer["problems"]!.AsArray(), each => Assert.Equal("entity-kind-not-allowed", Text(each!, "code")));
        Assert.Equal("invalid-input", await GitSourceTests.Refusal(platform.Client, "folder", folder.Outside, input => input["kinds"] = new JsonArray("Component")));
        Assert.Equal("invalid-input", await GitSourceTests.Refusal(platform.Client, "odd", origin.Bare, input => input["kinds"] = new JsonArray("no kind")));
    }

    private static async Task Register(TestPlatform platform, HttpClient client, JsonArray kinds) => await platform.Finished(
        (await TestPlatform.Act(client, "source.add", new JsonObject { ["name"] = "inventory", ["type"] = "push", ["kinds"] = kinds }))["operation"]!.GetValue<string>());

    private static Task<(HttpStatusCode, string)> Refusal(HttpClient client, params (string Path, string Text)[] files) => Refusal(client, "inventory", files);

    private static async Task<(HttpStatusCode, string)> Refusal(HttpClient client, string source, params (string Path, string Text)[] files)
    {
        var (status, body) = await Push(client, source, "refused", files);
        return (status, Text(body, "code"));
    }

    private static Task<(HttpStatusCode, JsonNode)> Push(HttpClient client, string revision, params (string Path, string Text)[] files) => Push(client, "inventory", revision, files);

    private static async Task<(HttpStatusCode, JsonNode)> Push(HttpClient client, string source, string revision, (string Path, string Text)[] files)
    {
        using var response = await client.PutAsJsonAsync($"/api/v1/catalog/sources/{source}/files", new JsonObject
        {
            ["revision"] = revision,
            ["files"] = new JsonArray([.. files.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path, ["text"] = file.Text })]),
        }, Cancellation);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!);
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
