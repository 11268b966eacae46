using System.Net;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Catalog;

public sealed class ManualEntityTests
{
    private const string Till = "component:default/till";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entity_is_declared_edited_taken_along_as_a_file_and_removed_by_its_team()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        using var sam = await platform.ClientOf("user:default/sam");
        using var noor = await platform.ClientOf("user:default/noor");
        await Done(platform, sam, "entity.declare", Component(input => (input["title"], input["tags"], input["description"]) = ("The <i>till</i>", new JsonArray("shop"), "Takes: money, #1")));

        var shown = await platform.Get("/api/v1/catalog/entities/component/default/till");
        Assert.Equal(("manual", "group:default/stock", "Takes: money, #1"), (Text(shown["origin"]!, "source"), Text(shown["summary"]!, "owner"), Text(shown["summary"]!, "description")));
        Assert.Contains("user:default/sam", (await platform.Get("/api/v1/catalog/entities/component/default/till/history")).ToJsonString(), StringComparison.Ordinal);
        var page = await sam.GetStringAsync("/catalog/component/default/till", Cancellation);
        Assert.Contains("/actions/entity.edit?entity=component%3Adefault%2Ftill", page, StringComparison.Ordinal);
        Assert.Contains("The &lt;i&gt;till&lt;/i&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/actions/entity.edit", await noor.GetStringAsync("/catalog/component/default/till", Cancellation), StringComparison.Ordinal);
        var link = WebUtility.HtmlDecode(page[(page.IndexOf("href=\"/actions/entity.edit", StringComparison.Ordinal) + 6)..].Split('"')[0]);
        var form = await sam.GetStringAsync(link, Cancellation);
        Assert.Contains("value=\"The &lt;i&gt;till&lt;/i&gt;\"", form, StringComparison.Ordinal);
        Assert.Contains("value=\"experimental\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing changes.", form, StringComparison.Ordinal);

        // What the file says, read by any other catalog, is what was declared.
        var descriptor = await platform.Client.GetStringAsync("/api/v1/catalog/entities/component/default/till/descriptor", Cancellation);
        Assert.Equal(shown["entity"]!.ToJsonString(), Assert.Single(Tarmac.Model.Catalog.EntityReader.Read(descriptor, "catalog-info.yaml").Entities).ToJson().ToJsonString());

        var edit = new JsonObject { ["entity"] = Till, ["type"] = "service", ["lifecycle"] = "production", ["description"] = "Takes money.", ["owner"] = "group:default/stock" };
        Assert.Equal("not-owner", await Refusal(noor, "entity.edit", edit));
        await Done(platform, sam, "entity.edit", edit);
        shown = await platform.Get("/api/v1/catalog/entities/component/default/till");
        Assert.Equal(("production", "Takes money.", "till"), (Text(shown["summary"]!, "lifecycle"), Text(shown["summary"]!, "description"), Text(shown["summary"]!, "title")));
        Assert.Empty(shown["summary"]!["tags"]!.AsArray());
        Assert.Equal("invalid-input", await Refusal(sam, "entity.edit", new JsonObject { ["entity"] = Till, ["type"] = "service" }));

        Assert.Equal("not-owner", await Refusal(noor, "entity.remove", new JsonObject { ["entity"] = Till }));
        await Done(platform, sam, "entity.remove", new JsonObject { ["entity"] = Till });
        Assert.Null(CatalogFolder.Index(platform).Find(Till));
        Assert.Equal("not-found", await Refusal(sam, "entity.remove", new JsonObject { ["entity"] = Till }));
        Assert.Equal("source-exists", await GitSourceTests.Refusal(platform.Client, "manual", folder.Outside));
    }

    [Fact]
    public async Task Names_that_are_taken_teams_of_others_and_broken_rules_are_refused()
    {
        await using var folder = new CatalogFolder();
        folder.Write("catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var platform = await folder.Start();
        using var sam = await platform.ClientOf("user:default/sam");
        var taken = await TestPlatform.TryAct(sam, "entity.declare", Component(input => input["name"] = "Vouchers"));
        Assert.Equal((HttpStatusCode.Conflict, "entity-exists"), (taken.Status, Text(taken.Body, "code")));
        Assert.Contains("catalog-info.yaml", Text(taken.Body, "title"), StringComparison.Ordinal);
        Assert.Equal("not-member", await Refusal(sam, "entity.declare", Component(input => input["owner"] = "group:default/promotions")));
        Assert.Equal("invalid-input", await Refusal(sam, "entity.declare", Component(input => input.Remove("lifecycle"))));
        Assert.Equal("invalid-input", await Refusal(sam, "entity.declare", Component(input => input["kind"] = "Group")));
        Assert.Equal("invalid-input", await Refusal(sam, "entity.declare", Component(input => input["dependsOn"] = new JsonArray("no-kind"))));
        Assert.Equal("entity-not-manual", await Refusal(sam, "entity.edit", new JsonObject { ["entity"] = "component:default/vouchers", ["type"] = "service" }));
        await Done(platform, sam, "entity.declare", Component());
        Assert.Equal("entity-exists", await Refusal(sam, "entity.declare", Component(input => input["description"] = "Another.")));
    }

    [Fact]
    public async Task A_file_that_declares_it_later_is_told_and_counts_once_it_is_removed_here_and_ownership_moves_by_offer()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        using var sam = await platform.ClientOf("user:default/sam");
        using var noor = await platform.ClientOf("user:default/noor");
        await Done(platform, sam, "entity.declare", Component());
        var given = new JsonObject { ["entity"] = Till, ["type"] = "service", ["lifecycle"] = "production", ["owner"] = "group:default/promotions" };
        Assert.Equal("not-member", await Refusal(sam, "entity.edit", given));
        var offer = Text((await TestPlatform.Act(sam, "ownership.offer", new JsonObject { ["entity"] = Till, ["to"] = "group:default/promotions" }))["result"]!, "offer");
        await Done(platform, noor, "ownership.accept", new JsonObject { ["offer"] = offer });
        Assert.Equal("group:default/promotions", CatalogFolder.Index(platform).OwnerOf(Till));

        folder.Write("till/catalog-info.yaml", CatalogFolder.Component("till", description: "From a file."));
        await CatalogFolder.Sources(platform).LookAgain("catalog:catalog", Cancellation);
        Assert.Equal("manual", CatalogFolder.Index(platform).Find(Till)!.Source.Name);
        Assert.Equal(["catalog:catalog", "manual"], ((JsonArray)await platform.Get("/api/v1/catalog/problems")).Where(problem => Text(problem!, "code") == "entity-conflict").Select(problem => Text(problem!, "source")).Order(StringComparer.Ordinal));
        await Done(platform, noor, "entity.remove", new JsonObject { ["entity"] = Till });
        Assert.Equal("From a file.", CatalogFolder.Index(platform).Find(Till)!.Entity.Metadata.Description);
        Assert.Empty((JsonArray)await platform.Get("/api/v1/catalog/problems"));
    }

    private static JsonObject Component(Action<JsonObject>? more = null)
    {
        var input = new JsonObject { ["kind"] = "Component", ["name"] = "till", ["type"] = "service", ["lifecycle"] = "experimental" };
        more?.Invoke(input);
        return input;
    }

    private static async Task Done(TestPlatform platform, HttpClient client, string action, JsonObject input)
    {
        var done = await platform.Finished(Text(await TestPlatform.Act(client, action, input), "operation"));
        Assert.True(Text(done["operation"]!, "state") == "succeeded", done.ToJsonString());
    }

    private static async Task<string> Refusal(HttpClient client, string action, JsonObject input) => Text((await TestPlatform.TryAct(client, action, input)).Body, "code");

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
