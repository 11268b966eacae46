using System.Net;
using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Model.Catalog;
using Tarmac.Tests.Delivery;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog;

public sealed class OwnershipTransferTests
{
    private const string Ref = "component:default/vouchers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_offer_is_accepted_by_the_other_team_and_done_when_the_file_says_so()
    {
        await using var folder = new CatalogFolder();
        var text = "# Kept.\n" + CatalogFolder.Component("vouchers").Replace("owner: promotions", "owner: promotions # for now", StringComparison.Ordinal) + "\n";
        folder.Write("vouchers/catalog-info.yaml", text);
        var platform = await folder.Start();
        using var noor = await platform.ClientOf("user:default/noor");
        using var sam = await platform.ClientOf("user:default/sam");
        var input = new JsonObject { ["entity"] = Ref, ["to"] = "stock", ["note"] = "You know it best." };

        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(sam, "ownership.offer", input)).Status);
        var offer = (await TestPlatform.Act(noor, "ownership.offer", input))["result"]!["offer"]!.GetValue<string>();
        Assert.Equal("ownership-offer-refused", Text((await TestPlatform.TryAct(noor, "ownership.offer", input)).Body, "code"));
        var id = new JsonObject { ["offer"] = offer };
        Assert.Equal("not-owner", Text((await TestPlatform.TryAct(noor, "ownership.accept", id)).Body, "code"));
        Assert.Contains("vouchers is offered to Stock Management", (await sam.Page("/")).QuerySelector("#needs")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await sam.Page("/catalog/component/default/vouchers")).QuerySelector($"a[href^='/actions/ownership.accept?offer={offer}']"));

        var patchAt = Text((await TestPlatform.Act(sam, "ownership.accept", id))["result"]!, "patch");
        Assert.Equal("ownership-offer-refused", Text((await TestPlatform.TryAct(sam, "ownership.decline", id)).Body, "code"));
        var patch = await sam.GetStringAsync(patchAt, Cancellation);
        Assert.Contains("-  owner: promotions # for now\n+  owner: stock # for now\n", patch, StringComparison.Ordinal);
        Assert.Equal("group:default/promotions", CatalogFolder.Index(platform).OwnerOf(Ref));
        Assert.Contains("Accepted by Stock Management, waiting for the file", (await noor.Page("/catalog/component/default/vouchers")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        folder.Write("vouchers/catalog-info.yaml", text.Replace("promotions # for now", "stock # for now", StringComparison.Ordinal));
        await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf(Ref));
        Assert.Empty((JsonArray)await platform.Get("/api/v1/catalog/offers"));
        Assert.Equal("done", Text(Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/offers?entity=" + Ref))!, "state"));
    }

    [Fact]
    public async Task Where_Tarmac_hosts_the_file_accepting_commits_it()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        using var copy = await platform.HostTiny();
        copy.Write("catalog-info.yaml", CatalogFolder.Component("tiny") + "\n").Commit("Say whose it is");
        Assert.Equal(0, copy.Push(platform, "tiny").ExitCode);
        Assert.Equal("group:default/promotions", CatalogFolder.Index(platform).OwnerOf("component:default/tiny"));
        using var noor = await platform.ClientOf("user:default/noor");
        using var sam = await platform.ClientOf("user:default/sam");
        var offer = (await TestPlatform.Act(noor, "ownership.offer", new JsonObject { ["entity"] = "component:default/tiny", ["to"] = "stock" }))["result"]!["offer"]!.GetValue<string>();
        var accepted = await TestPlatform.Act(sam, "ownership.accept", new JsonObject { ["offer"] = offer });
        Assert.Null(accepted["result"]!["patch"]);
        await HostedServices.Until(() => Task.FromResult(CatalogFolder.Index(platform).OwnerOf("component:default/tiny") == "group:default/stock"), "stock owns tiny");
        var commits = (JsonArray)await platform.Get("/api/services/tiny/commits");
        Assert.Contains("Hand component:default/tiny over", commits[0]!.ToJsonString(), StringComparison.Ordinal);
        await HostedServices.Until(async () => Text(Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/offers?entity=component:default/tiny"))!, "state") == "done", "the offer is done");
    }

    [Fact]
    public async Task An_offer_is_declined_or_withdrawn_and_what_nobody_owns_anybody_may_offer()
    {
        await using var folder = new CatalogFolder();
        folder.Write("all.yaml", CatalogFolder.Component("vouchers", "nobody"));
        var platform = await folder.Start();
        using var noor = await platform.ClientOf("user:default/noor");
        using var sam = await platform.ClientOf("user:default/sam");
        var input = new JsonObject { ["entity"] = Ref, ["to"] = "group:default/stock" };
        foreach (var (who, verb, state) in new[] { (sam, "decline", "declined"), (noor, "withdraw", "withdrawn") })
        {
            var offer = (await TestPlatform.Act(noor, "ownership.offer", input))["result"]!["offer"]!.GetValue<string>();
            await TestPlatform.Act(who, "ownership." + verb, new JsonObject { ["offer"] = offer });
            Assert.Contains((JsonArray)await platform.Get("/api/v1/catalog/offers?entity=" + Ref), each => Text(each!, "id") == offer && Text(each!, "state") == state);
        }
        Assert.Equal((HttpStatusCode)422, (await TestPlatform.TryAct(noor, "ownership.offer", new JsonObject { ["entity"] = Ref, ["to"] = "nobody" })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await TestPlatform.TryAct(noor, "ownership.offer", new JsonObject { ["entity"] = "group:default/stock", ["to"] = "retail" })).Status);
    }

    [Theory]
    [InlineData("  owner: a # why", "  owner: stock # why")]
    [InlineData("  owner: \"a\"", "  owner: stock")]
    [InlineData("  owner: 'group:default/a'  # x", "  owner: stock  # x")]
    [InlineData("  owner:   a", "  owner:   stock")]
    [InlineData("  owner: a\r", "  owner: stock\r")]
    public void Only_the_owners_text_changes(string line, string wanted)
    {
        var text = $"# Top\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: other}}\nspec: {{type: a, lifecycle: b, owner: a}}\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: vouchers\nspec:\n{line}\n  type: service # what\n  lifecycle: production\n";
        Assert.Equal(text.Replace(line + "\n  type", wanted + "\n  type", StringComparison.Ordinal), OwnerEdit.Apply(text, EntityRef.Parse(Ref), EntityRef.Parse("group:default/stock")));
        Assert.Equal(text.Replace("owner: a}", "owner: stock}", StringComparison.Ordinal), OwnerEdit.Apply(text, EntityRef.Parse("component:default/other"), EntityRef.Parse("group:default/stock")));
    }

    [Fact]
    public void A_line_that_means_more_than_it_seems_is_left_to_a_person()
    {
        const string Anchored = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: vouchers\n  title: &team a\nspec:\n  type: service\n  lifecycle: production\n  owner: *team\n";
        Assert.Null(OwnerEdit.Apply(Anchored, EntityRef.Parse(Ref), EntityRef.Parse("group:default/stock")));
        Assert.Null(OwnerEdit.Apply(Anchored, EntityRef.Parse("component:default/none"), EntityRef.Parse("group:default/stock")));
    }

    private static string Text(JsonNode node, string field) => node[field]!.ToString();
}
