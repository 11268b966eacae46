using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog;

public sealed class EntityHistoryTests
{
    private const string Vouchers = "/api/v1/catalog/entities/component/default/vouchers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_is_kept_with_who_when_where_and_what_differs()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("vouchers"), "user:default/noor");
        await Provide(platform, "one", "commit 2", CatalogFolder.Component("vouchers", "stock"), "user:default/sam");
        await Provide(platform, "one", "commit 3", CatalogFolder.Component("vouchers", "stock").Replace("type: service", "type: [wrong]", StringComparison.Ordinal));
        await Provide(platform, "one", "commit 4", CatalogFolder.Component("vouchers", "stock"));
        await CatalogFolder.Sources(platform).Provide("one", "commit 5", [("other/catalog-info.yaml", CatalogFolder.Component("vouchers", "stock"))], cancellation: Cancellation);
        await CatalogFolder.Sources(platform).Provide("one", "commit 6", [], cancellation: Cancellation);

        var items = Items(await platform.Get(Vouchers + "/history"));
        Assert.Equal(["removed", "moved", "mended", "stale", "changed", "added"], items.Select(item => item["change"]!.GetValue<string>()));
        var changed = items[4];
        Assert.Equal(("user:default/sam", "Sam Okafor", "one", "commit 2", "catalog-info.yaml", 1),
            (Text(changed, "actor"), Text(changed, "actorTitle"), Text(changed, "source"), Text(changed, "description"), Text(changed, "file"), changed["line"]!.GetValue<int>()));
        var field = Assert.Single((JsonArray)changed["changes"]!)!;
        Assert.Equal(("spec.owner", "promotions", "stock"), (Text(field, "field"), Text(field, "before"), Text(field, "after")));
        Assert.Equal("other/catalog-info.yaml", Text(Assert.Single((JsonArray)items[1]["changes"]!)!, "after"));

        // Two pages hold the same.
        var first = await platform.Get(Vouchers + "/history?limit=4");
        var second = await platform.Get(Vouchers + "/history?limit=4&cursor=" + Uri.EscapeDataString(Text(first, "next")));
        Assert.Equal(items.Select(item => item["revision"]!.GetValue<long>()), Items(first).Concat(Items(second)).Select(item => item["revision"]!.GetValue<long>()));
        Assert.Null(second["next"]);

        var since = Items(await platform.Get("/api/v1/catalog/changes?since=" + items[2]["revision"]));
        Assert.Equal(["moved", "removed"], since.Select(item => Text(item, "change")));
        using var refused = await platform.Client.GetAsync("/api/v1/catalog/changes?since=yesterday", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task An_entity_is_answered_as_it_was_at_a_revision_or_a_time()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("vouchers"));
        await Provide(platform, "one", "commit 2", CatalogFolder.Component("vouchers", "stock"));
        await CatalogFolder.Sources(platform).Provide("one", "commit 3", [], cancellation: Cancellation);
        var items = Items(await platform.Get(Vouchers + "/history"));

        var then = await platform.Get($"{Vouchers}?asOf={items[2]["revision"]}");
        Assert.Equal(("promotions", "commit 1"), (Text(then["entity"]!["spec"]!, "owner"), Text(then, "description")));
        Assert.Contains(((JsonArray)then["relations"]!), relation => Text(relation!, "target") == "group:default/promotions");
        then = await platform.Get($"{Vouchers}?asOf={Uri.EscapeDataString(Text(items[1], "at"))}");
        Assert.Equal("stock", Text(then["entity"]!["spec"]!, "owner"));
        foreach (var absent in (string[])[items[0]["revision"]!.ToString(), (items[2]["revision"]!.GetValue<long>() - 1).ToString(System.Globalization.CultureInfo.InvariantCulture), "2001-01-01T00:00:00Z"])
            Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.GetAsync($"{Vouchers}?asOf={absent}", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await platform.Client.GetAsync($"{Vouchers}?asOf=soon", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task What_is_read_again_unchanged_writes_nothing()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("vouchers"));
        var log = platform.Services.GetRequiredService<EventLog>();
        var head = await log.Head(Cancellation);
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("vouchers"));
        await CatalogFolder.Sources(platform).Refresh("one", "user:default/operator", anyway: true, Cancellation);
        // The scores of what was added may still be on their way; of the catalog there is nothing new.
        Assert.DoesNotContain(await log.After(head, 100, Cancellation), happened => happened.Type.StartsWith("dev.tarmac.entity.", StringComparison.Ordinal) || happened.Type.StartsWith("dev.tarmac.source.", StringComparison.Ordinal));
        // Another line is another place, and no news.
        await Provide(platform, "one", "commit 1", "# A remark.\n" + CatalogFolder.Component("vouchers"));
        Assert.Single(Items(await platform.Get(Vouchers + "/history")));
    }

    [Fact]
    public async Task A_rename_continues_the_history_and_the_old_name_points_to_the_new()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("coupons"));
        await Provide(platform, "one", "commit 2", CatalogFolder.Component("coupons", "stock"));
        var since = CatalogFolder.Index(platform).Find("component:default/coupons")!.Since;
        await Provide(platform, "one", "commit 3", CatalogFolder.Component("vouchers", "stock"));

        Assert.Equal(since, CatalogFolder.Index(platform).Find("component:default/vouchers")!.Since);
        var items = Items(await platform.Get(Vouchers + "/history"));
        Assert.Equal([("renamed", "component:default/vouchers"), ("changed", "component:default/coupons"), ("added", "component:default/coupons")], items.Select(item => (Text(item, "change"), Text(item, "ref"))));
        var first = await platform.Get(Vouchers + "/history?limit=1");
        var rest = Items(await platform.Get(Vouchers + "/history?cursor=" + Uri.EscapeDataString(Text(first, "next"))));
        Assert.Equal(["changed", "added"], rest.Select(item => Text(item, "change")));
        Assert.Equal("promotions", Text((await platform.Get($"{Vouchers}?asOf={items[2]["revision"]}"))["entity"]!["spec"]!, "owner"));

        using var old = await platform.Client.GetAsync("/api/v1/catalog/entities/component/default/coupons", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, old.StatusCode);
        Assert.Contains("renamed to component:default/vouchers", await old.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var (status, page) = await platform.Client.TryPage("/catalog/component/default/coupons");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.NotNull(page.QuerySelector("a[href='/catalog/component/default/vouchers']"));
    }

    [Fact]
    public async Task A_name_given_away_and_back_is_asked_for_at_a_time_before_both()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        foreach (var (name, commit) in new[] { ("coupons", 1), ("vouchers", 2), ("coupons", 3) }) await Provide(platform, "one", "commit " + commit, CatalogFolder.Component(name));
        using var before = await platform.Client.GetAsync("/api/v1/catalog/entities/component/default/coupons?asOf=1", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);
        var items = Items(await platform.Get("/api/v1/catalog/entities/component/default/coupons/history"));
        Assert.Equal("promotions", Text((await platform.Get($"/api/v1/catalog/entities/component/default/coupons?asOf={items[^1]["revision"]}"))["entity"]!["spec"]!, "owner"));
    }

    [Fact]
    public async Task A_document_as_deep_as_any_that_is_taken_can_be_read_wherever_it_is_told_of()
    {
        const int Depth = 60;
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        foreach (var (commit, nested) in new[] { (1, new string('[', Depth) + new string(']', Depth)), (2, "1") })
            await Provide(platform, "one", "commit " + commit, CatalogFolder.Component("vouchers", more: "nested: " + nested));
        await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        var items = Items(await platform.Get(Vouchers + "/history"));
        Assert.Equal(["changed", "added"], items.Select(item => Text(item, "change")));
        Assert.Contains("[[[", (await platform.Get($"{Vouchers}?asOf={items[1]["revision"]}")).ToJsonString(Deep), StringComparison.Ordinal);
        Assert.Contains("dev.tarmac.entity.changed", (await platform.Get("/api/events?limit=500")).ToJsonString(Deep), StringComparison.Ordinal);
        await platform.Client.GetStringAsync("/catalog/component/default/vouchers/history", Cancellation);
        await CatalogFolder.Sources(platform).Abandon("one", "user:default/operator", Cancellation);
        await TestPlatform.Act(platform.Client, "entity.remove-orphan", new JsonObject { ["entity"] = "component:default/vouchers" });
        await platform.Get("/api/audit");
    }

    private static readonly System.Text.Json.JsonSerializerOptions Deep = new() { MaxDepth = 256 };

    [Fact]
    public async Task Two_names_that_go_or_come_at_once_are_no_rename()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("coupons") + "\n---\n" + CatalogFolder.Component("baskets"));
        await Provide(platform, "one", "commit 2", CatalogFolder.Component("vouchers"));
        Assert.Equal(["added"], Items(await platform.Get(Vouchers + "/history")).Select(item => Text(item, "change")));
        await CatalogFolder.Sources(platform).Provide("one", "commit 3", [("elsewhere/catalog-info.yaml", CatalogFolder.Component("tills"))], cancellation: Cancellation);
        Assert.Equal("removed", Text(Items(await platform.Get(Vouchers + "/history"))[0], "change"));
    }

    [Fact]
    public async Task Two_sources_that_fight_over_a_name_never_flip_by_themselves()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "first", CatalogFolder.Component("vouchers"));
        for (var round = 0; round < 4; round++)
        {
            await Provide(platform, "two", $"round {round}", CatalogFolder.Component("vouchers", "stock", $"Round {round}."));
            await Provide(platform, "one", $"round {round}", CatalogFolder.Component("vouchers", "promotions", $"Round {round}."));
            Assert.Equal("group:default/promotions", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        }
        var items = Items(await platform.Get(Vouchers + "/history"));
        Assert.Single(items, item => Text(item, "change") == "contested");
        Assert.DoesNotContain(items, item => Text(item, "change") == "takenOver");

        // Whoever goes and comes back is the later one.
        await CatalogFolder.Sources(platform).Withdraw("one", cancellation: Cancellation);
        await Provide(platform, "one", "back", CatalogFolder.Component("vouchers"));
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        Assert.Equal(["contested", "takenOver"], Items(await platform.Get(Vouchers + "/history")).Take(2).Select(item => Text(item, "change")));
    }

    [Fact]
    public async Task What_only_a_removed_source_declared_is_kept_as_an_orphan_that_another_source_can_adopt()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        var extra = Path.Combine(folder.Outside, "extra");
        Directory.CreateDirectory(extra);
        await File.WriteAllTextAsync(Path.Combine(extra, "catalog-info.yaml"), CatalogFolder.Component("vouchers") + "\n---\n" + CatalogFolder.Component("tills"), Cancellation);
        await platform.Finished((await platform.Act("source.add", new JsonObject { ["name"] = "extra", ["location"] = extra }))["operation"]!.GetValue<string>());
        await platform.Finished((await platform.Act("source.remove", new JsonObject { ["name"] = "extra" }))["operation"]!.GetValue<string>());

        var origin = (await platform.Get(Vouchers))["origin"]!;
        Assert.NotNull(origin["orphanSince"]);
        var source = ((JsonArray)await platform.Get("/api/v1/catalog/sources")).Single(source => Text(source!, "name") == "extra")!;
        Assert.Equal(("gone", 2), (Text(source, "health"), source["entities"]!.GetValue<int>()));
        Assert.Contains("Nobody declares this any more", (await platform.Client.Page("/catalog/component/default/vouchers")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        await Provide(platform, "two", "commit 1", CatalogFolder.Component("vouchers", "stock"));
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        Assert.Empty((JsonArray)await platform.Get("/api/v1/catalog/problems"));
        Assert.Equal(["adopted", "orphaned", "added"], Items(await platform.Get(Vouchers + "/history")).Select(item => Text(item, "change")));

        // The same source again gives the rest back, and nothing is left of the orphans.
        await platform.Finished((await platform.Act("source.add", new JsonObject { ["name"] = "extra", ["location"] = extra }))["operation"]!.GetValue<string>());
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/tills")!.OrphanSince);
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
    }

    [Fact]
    public async Task A_home_without_history_begins_it_with_what_there_is()
    {
        using var home = new TemporaryFolder();
        await using var database = Database.Open(await TestDatabase.ForHome(home.Path) ?? Path.Combine(home.Path, "tarmac.db"), TimeProvider.System);
        await database.Write(session => session.Script(Migration("001-catalog.sql")), Cancellation);
        await database.Write(async session =>
        {
            await session.Execute($"update catalog_state set revision = 9 where id = 1");
            foreach (var (name, kind, claim) in new[] { ("late", "Provided", 5), ("early", "Provided", 3), ("org", "Organisation", 7) })
            {
                await session.Execute($"insert into catalog_source (name, kind, location, added_by, added_at, files, revision) values ({name}, {kind}, {"at " + name}, 'x', 0, 1, 9)");
                foreach (var reference in name == "org" ? (string[])["group:default/a"] : ["group:default/a", "component:default/b"])
                    await session.Execute($"insert into catalog_entity (ref, source, document, hash, file, line, stale, since, changed_at, claim) values ({reference}, {name}, {"\"" + name + "\""}, 'h', 'f.yaml', 1, {false}, 1, 2, {claim})");
            }
        }, Cancellation);
        await database.Write(session => session.Script(Migration("002-history.sql")), Cancellation);
        var known = await database.Read(session => session.List($"select ref, source, kind, revision, description from catalog_history order by ref", row => (row.Text(0), row.Text(1), row.Text(2), row.Number(3), row.Text(4))), Cancellation);
        Assert.Equal([("component:default/b", "early", "Known", 9L, "at early"), ("group:default/a", "org", "Known", 9L, "at org")], known);
    }

    [Fact]
    public async Task The_history_is_read_on_a_page_of_its_own_and_on_the_entitys()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Provide(platform, "one", "commit 1", CatalogFolder.Component("vouchers"), "user:default/noor");
        await Provide(platform, "one", "commit 2", CatalogFolder.Component("vouchers", "stock", "<script>alert(1)</script>"), "user:default/noor");
        foreach (var path in (string[])["/catalog/component/default/vouchers", "/catalog/component/default/vouchers/history"])
        {
            var text = (await platform.Client.Page(path)).QuerySelector(".changes")!.TextContent;
            Assert.Contains("owner: promotions → stock", text, StringComparison.Ordinal);
            Assert.Contains("by Noor Haddad", text, StringComparison.Ordinal);
            Assert.Contains("catalog-info.yaml:1 in one, commit 2", text, StringComparison.Ordinal);
            Assert.Contains("→ <script>alert(1)</script>", text, StringComparison.Ordinal);
        }
        Assert.NotNull((await platform.Client.Page("/catalog/component/default/vouchers")).QuerySelector("a[href='/catalog/component/default/vouchers/history']"));
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.TryPage("/catalog/component/default/nothing/history")).Status);
    }

    private static string Migration(string name) => File.ReadAllText(Path.Combine(PublicData.Repository, "src/Tarmac/Catalog", name));

    private static Task<long> Provide(TestPlatform platform, string source, string description, string text, string? actor = null) =>
        CatalogFolder.Sources(platform).Provide(source, description, [("catalog-info.yaml", text)], actor, Cancellation);

    private static List<JsonNode> Items(JsonNode answer) => [.. ((JsonArray)answer["items"]!).OfType<JsonNode>()];

    private static string Text(JsonNode node, string field) => node[field]!.ToString();
}
