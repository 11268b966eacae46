using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Events;

namespace Tarmac.Tests.Catalog;

public sealed class GitSourceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_is_read_with_what_its_locations_name_and_says_by_which_commit()
    {
        await using var origin = await GitOrigin.Create();
        origin.Link("linked", "/etc");
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(origin.Bare)!, "work", "leak"));
        origin.Link("leak/catalog-info.yaml", "/etc/passwd");
        var commit = await origin.Commit("Describe the <b>shop</b>",
            ("catalog-info.yaml", CatalogFolder.Component("vouchers") + "\n---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more}\nspec: {targets: [./more/one.yaml]}\n"),
            ("RUNBOOK.md", "# Vouchers\n\nRestart it.\n"), ("more/one.yaml", CatalogFolder.Component("baskets")), ("more/unnamed.yaml", CatalogFolder.Component("unnamed")),
            (".hidden/catalog-info.yaml", CatalogFolder.Component("hidden")), ("large.bin", new string('x', 3_000_000)));
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();

        await Add(platform, "shop", origin.Bare);
        var index = CatalogFolder.Index(platform);
        Assert.NotNull(index.Find("component:default/baskets"));
        Assert.Null(index.Find("component:default/unnamed"));
        Assert.Null(index.Find("component:default/hidden"));
        Assert.Contains("Restart it.", index.RunbookOf("component:default/vouchers")!.Text, StringComparison.Ordinal);
        var entity = await platform.Get("/api/v1/catalog/entities/component/default/baskets");
        Assert.StartsWith($"Commit {commit[..7]} “Describe the <b>shop</b>” by Noor, ", entity["origin"]!["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(("git", "more/one.yaml"), (entity["origin"]!["sourceKind"]!.GetValue<string>(), entity["origin"]!["file"]!.GetValue<string>()));
        var problem = Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/problems"))!;
        Assert.Equal(("source-link-not-followed", "leak/catalog-info.yaml"), (problem["code"]!.GetValue<string>(), problem["file"]!.GetValue<string>()));
        var page = await platform.Client.GetStringAsync("/catalog/sources/shop", Cancellation);
        Assert.Contains("&lt;b&gt;shop&lt;/b&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepting_ownership_gives_a_patch_of_the_repositorys_file_and_a_file_that_held_a_name_keeps_it()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("zoo/catalog-info.yaml", "# Kept.\n" + CatalogFolder.Component("vouchers") + "\n"));
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Add(platform, "shop", origin.Bare);
        using var noor = await platform.ClientOf("user:default/noor");
        var offer = (await TestPlatform.Act(noor, "ownership.offer", new JsonObject { ["entity"] = "component:default/vouchers", ["to"] = "stock" }))["result"]!["offer"]!.GetValue<string>();
        using var sam = await platform.ClientOf("user:default/sam");
        var patch = (await TestPlatform.Act(sam, "ownership.accept", new JsonObject { ["offer"] = offer }))["result"]!["patch"]!.GetValue<string>();
        Assert.Contains("-  owner: promotions\n+  owner: stock\n", await sam.GetStringAsync(patch, Cancellation), StringComparison.Ordinal);

        await origin.Commit("Two", ("aaa/catalog-info.yaml", CatalogFolder.Component("vouchers", "stock")));
        await platform.Services.GetRequiredService<Tarmac.Catalog.Sources.RegisteredSources>().Fetch("shop", "user:default/operator", anyway: true, Cancellation);
        Assert.Equal("group:default/promotions", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        var problem = Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/problems"))!;
        Assert.Equal("aaa/catalog-info.yaml", problem["file"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_push_is_seen_an_unchanged_commit_writes_nothing_and_a_vanished_repository_keeps_what_it_said()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers")));
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        await Add(platform, "shop", origin.Bare, input => input["everySeconds"] = 5);
        var log = platform.Services.GetRequiredService<EventLog>();

        var head = await log.Head(Cancellation);
        await origin.Commit("Two", ("catalog-info.yaml", CatalogFolder.Component("vouchers", "stock")));
        await CatalogFolder.NextEvent(platform, head, happened => happened["type"]!.GetValue<string>() == "dev.tarmac.entity.changed");
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));

        var registered = platform.Services.GetRequiredService<Tarmac.Catalog.Sources.RegisteredSources>();
        head = await log.Head(Cancellation);
        await registered.Fetch("shop", "user:default/operator", anyway: false, Cancellation);
        Assert.Equal(head, await log.Head(Cancellation));

        Directory.Move(origin.Bare, origin.Bare + ".gone");
        await registered.Fetch("shop", "user:default/operator", anyway: false, Cancellation);
        var source = await platform.Get("/api/v1/catalog/sources/shop");
        Assert.Equal(("unreadable", 1), (source["health"]!.GetValue<string>(), source["entities"]!.GetValue<int>()));
        Assert.NotNull(source["readAt"]);
        Assert.NotNull(source["nextAt"]);
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/vouchers"));
        head = await log.Head(Cancellation);
        await registered.Fetch("shop", "user:default/operator", anyway: false, Cancellation);
        Assert.Equal(head, await log.Head(Cancellation));

        Directory.Move(origin.Bare + ".gone", origin.Bare);
        await registered.Fetch("shop", "user:default/operator", anyway: false, Cancellation);
        Assert.Equal("ok", (await platform.Get("/api/v1/catalog/sources/shop"))["health"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Over_http_a_branch_and_patterns_are_read_with_the_token_that_an_operator_named_whether_or_not_the_host_filters_blobs(bool filters)
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("Main", ("catalog-info.yaml", CatalogFolder.Component("main")));
        await origin.Git("checkout", "-q", "-b", "release");
        await origin.Commit("Release", ("services/one/service.yaml", CatalogFolder.Component("one")), ("docs/two.yaml", CatalogFolder.Component("two")));
        await origin.Git("-C", origin.Bare, "config", "uploadpack.allowFilter", filters ? "true" : "false");
        var address = await origin.Serve();
        origin.Wanted = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:s3cret-of-shop"));
        await using var folder = new CatalogFolder();
        var token = Path.Combine(folder.Outside, "token");
        await File.WriteAllTextAsync(token, "s3cret-of-shop\n", Cancellation);
        await using var platform = await TestPlatform.Start(options: options => options with { AllowPrivateAddresses = true });

        var (status, refused) = await TestPlatform.TryAct(platform.Client, "source.add", new JsonObject { ["name"] = "shop", ["location"] = address });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "source-unreachable"), (status, refused["code"]!.GetValue<string>()));
        await Add(platform, "shop", address, input => (input["branch"], input["patterns"], input["credential"]) = ("release", new JsonArray("services/*/service.yaml"), "file:" + token));
        Assert.Equal(["component:default/one"], CatalogFolder.Index(platform).All.Select(entry => entry.Ref));
        Assert.Contains(origin.Wanted, origin.Credentials);

        var told = (await platform.Get("/api/v1/catalog/sources/shop")).ToJsonString() + (await platform.Get("/api/audit")).ToJsonString() + (await platform.Get("/api/events")).ToJsonString();
        Assert.DoesNotContain("s3cret-of-shop", told, StringComparison.Ordinal);
        Assert.All(Directory.EnumerateFiles(Path.Combine(platform.Home, "cache"), "config", SearchOption.AllDirectories), file => Assert.DoesNotContain("s3cret", File.ReadAllText(file), StringComparison.Ordinal));

        (status, refused) = await TestPlatform.TryAct(platform.Client, "source.add", new JsonObject { ["name"] = "moved", ["location"] = address.Replace("/origin.git", "/moved/origin.git", StringComparison.Ordinal), ["credential"] = "file:" + token });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "source-unreachable"), (status, refused["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Anyone_adds_addresses_only_operators_add_paths_and_credentials_and_an_owner_removes()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers")));
        var address = await origin.Serve();
        await using var folder = new CatalogFolder();
        await using var platform = await TestPlatform.Start(options: options => options with { AllowPrivateAddresses = true, Organisation = [folder.Organisation] });
        using var noor = await platform.ClientOf("user:default/noor");
        using var sam = await platform.ClientOf("user:default/sam");

        Assert.Equal("operator-only", await Refusal(noor, "paths", origin.Bare));
        Assert.Equal("operator-only", await Refusal(noor, "paths", folder.Catalog));
        Assert.Equal("operator-only", await Refusal(noor, "token", address, input => input["credential"] = "env:HOME"));
        Assert.Equal("not-member", await Refusal(noor, "other", address, input => input["owner"] = "group:default/stock"));
        Assert.Equal("invalid-input", await Refusal(noor, "inside", address.Replace("http://", "http://noor:pass@", StringComparison.Ordinal)));
        Assert.Equal("invalid-input", await Refusal(noor, "ext", "ext::sh -c touch%20/tmp/x://"));
        Assert.Equal("source-branch-missing", await Refusal(noor, "branch", address, input => input["branch"] = "nope"));

        var added = await TestPlatform.Act(noor, "source.add", new JsonObject { ["name"] = "shop", ["location"] = address });
        await platform.Finished(added["operation"]!.GetValue<string>());
        Assert.Equal("group:default/promotions", (await platform.Get("/api/v1/catalog/sources/shop"))["owner"]!.GetValue<string>());
        Assert.Equal("source-exists", await Refusal(noor, "shop", address));
        Assert.Equal("not-owner", (await TestPlatform.TryAct(sam, "source.remove", new JsonObject { ["name"] = "shop" })).Body["code"]!.GetValue<string>());
        await platform.Finished((await TestPlatform.Act(noor, "source.remove", new JsonObject { ["name"] = "shop" }))["operation"]!.GetValue<string>());
        Assert.Empty(Directory.GetDirectories(Path.Combine(platform.Home, "cache", "sources")));
        Assert.NotNull(CatalogFolder.Index(platform).Find("component:default/vouchers")!.OrphanSince);
    }

    [Fact]
    public async Task Addresses_inside_are_refused_before_anything_is_asked()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers")));
        await origin.Serve();
        await using var platform = await TestPlatform.Start();
        foreach (var location in (string[])["https://127.0.0.1/origin.git", "https://2130706433/origin.git", "https://[::1]/x.git", "https://localhost/x.git", "https://169.254.169.254/latest/x.yaml", "https://10.0.0.1/catalog-info.yaml"])
            Assert.Equal("source-address-refused", await Refusal(platform.Client, "inside", location));
        Assert.Equal("invalid-input", await Refusal(platform.Client, "inside", "http://git.shop.example/x.git"));
        Assert.Empty(origin.Credentials);
    }

    [Fact]
    public async Task The_plan_says_what_comes_in_what_collides_and_what_fails_and_leaves_nothing()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers") + "\n---\n" + CatalogFolder.Component("till") + "\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: broken}\nspec: {type: service}\n"));
        await using var folder = new CatalogFolder();
        folder.Write("catalog-info.yaml", CatalogFolder.Component("vouchers"));
        var platform = await folder.Start();
        using var response = await platform.Client.PostAsync("/api/actions/source.add/plan", new StringContent(
            new JsonObject { ["input"] = new JsonObject { ["name"] = "shop", ["location"] = origin.Bare } }.ToJsonString(), Encoding.UTF8, "application/json"), Cancellation);
        var plan = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Contains(plan["steps"]!.AsArray(), step => step!.GetValue<string>() == "2 entities come in from 1 file: 2 Component.");
        Assert.Contains(plan["warnings"]!.AsArray(), warning => warning!.GetValue<string>().Contains("component:default/vouchers by catalog:catalog", StringComparison.Ordinal));
        Assert.Contains(plan["warnings"]!.AsArray(), warning => warning!.GetValue<string>().StartsWith("catalog-info.yaml:", StringComparison.Ordinal));
        Assert.Null(CatalogFolder.Index(platform).Find("component:default/till"));
        Assert.Empty(Directory.GetDirectories(Path.Combine(platform.Home, "cache", "sources")));
        Assert.DoesNotContain((JsonArray)await platform.Get("/api/v1/catalog/sources"), source => source!["name"]!.GetValue<string>() == "shop");
    }

    internal static async Task Add(TestPlatform platform, string name, string location, Action<JsonObject>? more = null)
    {
        var input = new JsonObject { ["name"] = name, ["location"] = location };
        more?.Invoke(input);
        var done = await platform.Finished((await platform.Act("source.add", input))["operation"]!.GetValue<string>());
        Assert.Equal("succeeded", done["operation"]!["state"]!.GetValue<string>());
    }

    internal static async Task<string> Refusal(HttpClient client, string name, string location, Action<JsonObject>? more = null)
    {
        var input = new JsonObject { ["name"] = name, ["location"] = location };
        more?.Invoke(input);
        var (status, body) = await TestPlatform.TryAct(client, "source.add", input);
        Assert.True((int)status is >= 400 and < 500, $"{location}: {(int)status} {body}");
        return body["code"]!.GetValue<string>();
    }
}
