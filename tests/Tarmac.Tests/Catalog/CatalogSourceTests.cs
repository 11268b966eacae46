using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Principals;

namespace Tarmac.Tests.Catalog;

public sealed class CatalogSourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edit_of_a_file_is_seen_with_what_changed_and_nothing_is_written_when_nothing_did()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var platform = await folder.Start();
        var log = platform.Services.GetRequiredService<EventLog>();

        var head = await log.Head(Cancellation);
        folder.Write("vouchers/catalog-info.yaml", CatalogFolder.Component("vouchers", "stock"));
        var changed = await CatalogFolder.NextEvent(platform, head, happened => happened["type"]!.GetValue<string>() == "dev.tarmac.entity.changed");
        Assert.Equal("component:default/vouchers", changed["subject"]!.GetValue<string>());
        var change = Assert.Single((JsonArray)changed["data"]!["changes"]!)!;
        Assert.Equal(("spec.owner", "promotions", "stock"), (change["field"]!.GetValue<string>(), change["before"]!.GetValue<string>(), change["after"]!.GetValue<string>()));
        var seen = await platform.Get("/api/v1/catalog/entities/component/default/vouchers?revision=" + changed["revision"]);
        Assert.Equal("group:default/stock", seen["summary"]!["owner"]!.GetValue<string>());

        head = await log.Head(Cancellation);
        File.SetLastWriteTimeUtc(Path.Combine(folder.Catalog, "vouchers/catalog-info.yaml"), DateTime.UnixEpoch);
        await CatalogFolder.Sources(platform).Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        Assert.Equal(head, await log.Head(Cancellation));

        File.Delete(Path.Combine(folder.Catalog, "vouchers/catalog-info.yaml"));
        await CatalogFolder.NextEvent(platform, head, happened => happened["type"]!.GetValue<string>() == "dev.tarmac.entity.removed");
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/vouchers"));
    }

    [Fact]
    public async Task A_bad_edit_keeps_the_last_good_version_and_says_what_is_wrong()
    {
        await using var folder = new CatalogFolder();
        folder.Write("all.yaml", CatalogFolder.Component("vouchers") + "\n---\n" + CatalogFolder.Component("baskets"));
        var platform = await folder.Start();
        var sources = CatalogFolder.Sources(platform);

        folder.Write("all.yaml", CatalogFolder.Component("vouchers").Replace("type: service", "type: [wrong]", StringComparison.Ordinal) + "\n---\n" + CatalogFolder.Component("till"));
        await sources.Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        var vouchers = await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        Assert.Equal("service", vouchers["entity"]!["spec"]!["type"]!.GetValue<string>());
        Assert.True(vouchers["origin"]!["stale"]!.GetValue<bool>());
        var problem = Assert.Single((JsonArray)vouchers["problems"]!)!;
        Assert.Equal(("entity-field-type", "all.yaml", 9), (problem["code"]!.GetValue<string>(), problem["file"]!.GetValue<string>(), problem["line"]!.GetValue<int>()));
        // Only the broken document is kept: what was taken out is gone, what is new is there.
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/baskets"));
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/till"));

        folder.Write("all.yaml", "apiVersion: backstage.io/v1alpha1\nkind: [broken\n");
        await sources.Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/till"));
        Assert.Equal("problems", Source(await platform.Get("/api/v1/catalog/sources"), "catalog:catalog")["health"]!.GetValue<string>());

        folder.Write("all.yaml", CatalogFolder.Component("vouchers"));
        await sources.Refresh("catalog:catalog", "user:default/operator", anyway: true, Cancellation);
        vouchers = await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        Assert.False(vouchers["origin"]!["stale"]!.GetValue<bool>());
        Assert.Empty((JsonArray)vouchers["problems"]!);
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/till"));
    }

    [Fact]
    public async Task Of_two_sources_that_declare_one_entity_the_first_keeps_it_and_both_are_told()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        var sources = CatalogFolder.Sources(platform);
        await sources.Provide("repository:first", "a commit", [("catalog-info.yaml", CatalogFolder.Component("vouchers"))], cancellation: Cancellation);
        await sources.Provide("repository:another", "a commit", [("catalog-info.yaml", CatalogFolder.Component("Vouchers", "stock"))], cancellation: Cancellation);

        Assert.Equal("group:default/promotions", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        var problems = (JsonArray)await platform.Get("/api/v1/catalog/problems");
        Assert.Equal(["repository:another", "repository:first"], problems.Where(problem => problem!["code"]!.GetValue<string>() == "entity-conflict")
            .Select(problem => problem!["source"]!.GetValue<string>()).Order(StringComparer.Ordinal));

        await sources.Withdraw("repository:first", cancellation: Cancellation);
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        Assert.Empty((JsonArray)await platform.Get("/api/v1/catalog/problems"));
    }

    [Fact]
    public async Task Membership_gives_rights_only_when_an_organisation_source_says_so()
    {
        await using var folder = new CatalogFolder();
        folder.Write("grab.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata: {name: mallory}
            spec: {memberOf: [promotions]}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Group
            metadata: {name: promotions}
            spec: {type: team, children: [], members: [mallory]}
            """);
        var platform = await folder.Start();
        await CatalogFolder.Sources(platform).Provide("repository:grab", "a commit",
            [("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: sam}\nspec: {memberOf: [promotions]}\n")], cancellation: Cancellation);
        var organisation = platform.Services.GetRequiredService<IOrganisation>();

        Assert.Equal(["group:default/promotions"], organisation.TeamsOf("user:default/noor"));
        Assert.Equal(["group:default/stock"], organisation.TeamsOf("user:default/sam"));
        Assert.Empty(organisation.TeamsOf("user:default/mallory"));
        var team = await platform.Get("/api/teams/default/promotions");
        Assert.Equal("Promotions", team["summary"]!["title"]!.GetValue<string>());
        Assert.Equal([("user:default/mallory", false), ("user:default/noor", true)],
            ((JsonArray)team["members"]!).Select(member => (member!["ref"]!.GetValue<string>(), member["hasRights"]!.GetValue<bool>())).Order());
        using var client = await platform.ClientOf("user:default/noor");
        Assert.Contains("group:default/promotions", await client.GetStringAsync("/api/whoami", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_handed_in_is_there_again_after_a_restart_and_after_a_rebuild()
    {
        await using var folder = new CatalogFolder();
        folder.Write("stock.yaml", CatalogFolder.Component("stock-levels", "stock"));
        var home = Directory.CreateTempSubdirectory("tarmac-test-").FullName;
        try
        {
            long claim;
            await using (var first = await folder.Start(home))
            {
                await CatalogFolder.Sources(first).Provide("repository:vouchers", "commit 1",
                    [("catalog-info.yaml", CatalogFolder.Component("vouchers")), ("RUNBOOK.md", "# Vouchers\n\nRestart it.\n")], "user:default/noor", Cancellation);
                claim = CatalogFolder.Index(first).Find("component:default/vouchers")!.Claim;
            }
            await using var second = await folder.Start(home);
            Check(second);
            var rebuilt = await CatalogFolder.Sources(second).Rebuild(Cancellation);
            Assert.Equal(3, rebuilt.Count);
            Check(second);
            Assert.Equal(claim, CatalogFolder.Index(second).Find("component:default/vouchers")!.Claim);
            Assert.Single((JsonArray)await second.Get("/api/events?subject=component:default/vouchers"), happened => happened!["type"]!.GetValue<string>().StartsWith("dev.tarmac.entity.", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }

        static void Check(TestPlatform platform)
        {
            var index = CatalogFolder.Index(platform);
            Assert.Contains("Restart it.", index.RunbookOf("component:default/vouchers")!.Text, StringComparison.Ordinal);
            Assert.NotNull(index.Find("component:default/stock-levels"));
            Assert.Equal(["group:default/promotions"], index.TeamsOf("user:default/noor"));
        }
    }

    [Fact]
    public async Task A_source_is_added_read_again_and_removed_by_actions()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        var extra = Path.Combine(folder.Outside, "extra");
        Directory.CreateDirectory(extra);
        await File.WriteAllTextAsync(Path.Combine(extra, "catalog-info.yaml"), CatalogFolder.Component("extra"), Cancellation);

        var added = await platform.Finished((await platform.Act("source.add", new JsonObject { ["name"] = "extra", ["location"] = extra }))["operation"]!.GetValue<string>());
        Assert.Equal("succeeded", added["operation"]!["state"]!.GetValue<string>());
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/extra"));
        Assert.Equal(HttpStatusCode.Conflict, (await TestPlatform.TryAct(platform.Client, "source.add", new JsonObject { ["name"] = "extra", ["location"] = extra })).Status);
        Assert.Equal("source-not-added", (await TestPlatform.TryAct(platform.Client, "source.remove", new JsonObject { ["name"] = "catalog:catalog" })).Body["code"]!.GetValue<string>());
        Assert.Equal("source-not-found", (await TestPlatform.TryAct(platform.Client, "source.add", new JsonObject { ["name"] = "gone", ["location"] = extra + "/none" })).Body["code"]!.GetValue<string>());
        using var noor = await platform.ClientOf("user:default/noor");
        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(noor, "source.remove", new JsonObject { ["name"] = "extra" })).Status);

        var refreshed = await platform.Finished((await TestPlatform.Act(noor, "source.refresh", new JsonObject { ["name"] = "extra" }))["operation"]!.GetValue<string>());
        Assert.Equal(1, refreshed["operation"]!["result"]!["entities"]!.GetValue<int>());
        await platform.Finished((await platform.Act("source.remove", new JsonObject { ["name"] = "extra" }))["operation"]!.GetValue<string>());
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/extra")!.OrphanSince);
    }

    private static JsonNode Source(JsonNode sources, string name) => ((JsonArray)sources).Single(source => source!["name"]!.GetValue<string>() == name)!;
}
