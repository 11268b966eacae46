using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog;

public sealed class EntityHoldersTests
{
    private const string Ref = "component:default/vouchers";
    private const string Vouchers = "/api/v1/catalog/entities/component/default/vouchers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_owner_hands_a_contested_entity_over_and_it_stays_so()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", CatalogFolder.Component("vouchers"));
        await Provide(platform, "two", CatalogFolder.Component("vouchers", "stock"));
        using var noor = await platform.ClientOf("user:default/noor");
        using var sam = await platform.ClientOf("user:default/sam");
        var input = new JsonObject { ["entity"] = Ref, ["source"] = "two" };

        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(sam, "entity.hand-over", input)).Status);
        Assert.Equal("entity-not-contested", (await TestPlatform.TryAct(noor, "entity.hand-over", new JsonObject { ["entity"] = Ref, ["source"] = "three" })).Body["code"]!.GetValue<string>());
        Assert.NotNull((await noor.Page("/catalog/component/default/vouchers")).QuerySelector("#problems a[href^='/actions/entity.hand-over?entity=component%3Adefault%2Fvouchers&source=two']"));
        Assert.Null((await sam.Page("/catalog/component/default/vouchers")).QuerySelector("a[href^='/actions/entity.hand-over']"));

        var answer = await TestPlatform.Act(noor, "entity.hand-over", input);
        Assert.Contains("Changes owner: promotions → stock.", answer["steps"]!.AsArray().Select(step => step!.GetValue<string>()));
        await platform.Finished(answer["operation"]!.GetValue<string>());
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf(Ref));
        var handed = ((JsonArray)(await platform.Get(Vouchers + "/history"))["items"]!)[0]!;
        Assert.Equal(("handedOver", "user:default/noor", "two", "one"), (Text(handed, "change"), Text(handed, "actor"), Text(handed, "source"), Text(handed, "other")));

        // What both say again, also with other words, and a start from the tables, change nothing about it.
        await Provide(platform, "one", CatalogFolder.Component("vouchers", "promotions", "Mine!"));
        await Provide(platform, "two", CatalogFolder.Component("vouchers", "stock", "No, mine."));
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf(Ref));
        await CatalogFolder.Sources(platform).Rebuild(Cancellation);
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf(Ref));
        Assert.Equal(2, ((JsonArray)(await platform.Get(Vouchers))["problems"]!).Count(problem => Text(problem!, "code") == "entity-conflict"));
    }

    [Fact]
    public async Task What_the_organisation_says_is_not_handed_over()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "two", CatalogFolder.OrganisationText);
        var refused = await TestPlatform.TryAct(platform.Client, "entity.hand-over", new JsonObject { ["entity"] = "group:default/promotions", ["source"] = "two" });
        Assert.Equal("entity-hand-over-refused", Text(refused.Body, "code"));
    }

    [Fact]
    public async Task An_orphan_is_removed_by_its_owner_or_an_operator_and_nothing_else_is()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", CatalogFolder.Component("vouchers") + "\n---\n" + CatalogFolder.Component("tills"));
        var input = new JsonObject { ["entity"] = Ref };
        Assert.Equal("entity-not-orphan", Text((await TestPlatform.TryAct(platform.Client, "entity.remove-orphan", input)).Body, "code"));
        await CatalogFolder.Sources(platform).Abandon("one", "user:default/operator", Cancellation);

        using var sam = await platform.ClientOf("user:default/sam");
        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(sam, "entity.remove-orphan", input)).Status);
        using var noor = await platform.ClientOf("user:default/noor");
        Assert.NotNull((await noor.Page("/catalog/component/default/vouchers")).QuerySelector("a[href^='/actions/entity.remove-orphan']"));
        await platform.Finished((await TestPlatform.Act(noor, "entity.remove-orphan", input))["operation"]!.GetValue<string>());
        Assert.Null(CatalogFolder.Index(platform).Find(Ref));
        Assert.Equal("removed", Text(((JsonArray)(await platform.Get(Vouchers + "/history"))["items"]!)[0]!, "change"));
        await platform.Finished((await platform.Act("entity.remove-orphan", new JsonObject { ["entity"] = "component:default/tills" }))["operation"]!.GetValue<string>());
        Assert.DoesNotContain(CatalogFolder.Index(platform).Sources, state => state.Source.Name == "one");
    }

    [Fact]
    public async Task Orphans_nobody_decided_about_go_after_thirty_days()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        await Provide(platform, "one", CatalogFolder.Component("vouchers"));
        await CatalogFolder.Sources(platform).Abandon("one", "user:default/operator", Cancellation);
        var sweep = new OrphanSweep(platform.Services.GetRequiredService<EntityHolders>(), platform.Services.GetRequiredService<CurrentCatalog>(), clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<OrphanSweep>.Instance);
        clock.Jump(TimeSpan.FromDays(29.9));
        await sweep.Sweep(Cancellation);
        Assert.NotNull(CatalogFolder.Index(platform).Find(Ref));
        clock.Jump(TimeSpan.FromDays(0.2));
        await sweep.Sweep(Cancellation);
        Assert.Null(CatalogFolder.Index(platform).Find(Ref));
    }

    [Fact]
    public async Task A_relation_says_who_declares_it_and_where()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", CatalogFolder.Component("vouchers", more: "dependsOn: [component:tills, component:baskets]"));
        await Provide(platform, "two", CatalogFolder.Component("tills", more: "dependencyOf: [component:vouchers]") + "\n---\n" + CatalogFolder.Component("prices", more: "dependencyOf: [component:vouchers]"));

        var relations = ((JsonArray)(await platform.Get(Vouchers))["relations"]!).Where(relation => Text(relation!, "type") == "dependsOn")
            .ToDictionary(relation => Text(relation!, "target"), relation => relation!);
        Assert.All(relations.Values, relation => Assert.Equal("declared", Text(relation, "kind")));
        Assert.Equal(("both", "this", "other"), (Text(relations["component:default/tills"], "declaredBy"), Text(relations["component:default/baskets"], "declaredBy"), Text(relations["component:default/prices"], "declaredBy")));
        Assert.Equal([("component:default/vouchers", "one", 1), ("component:default/tills", "two", 1)],
            relations["component:default/tills"]["origins"]!.AsArray().Select(origin => (Text(origin!, "by"), Text(origin!, "source"), origin!["line"]!.GetValue<int>())));
        Assert.Equal(14, relations["component:default/prices"]["origins"]![0]!["line"]!.GetValue<int>());
        Assert.Contains("the other's file catalog-info.yaml:14 in two", (await platform.Client.Page("/catalog/component/default/vouchers")).QuerySelector("#relations")!.TextContent, StringComparison.Ordinal);
    }

    private static Task<long> Provide(TestPlatform platform, string source, string text) =>
        CatalogFolder.Sources(platform).Provide(source, "From " + source, [("catalog-info.yaml", text)], cancellation: Cancellation);

    private static string Text(JsonNode node, string field) => node[field]!.ToString();
}
