using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Tests.Catalog;

public sealed class SourceWebhookTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_that_is_announced_shows_at_once_and_the_same_message_twice_does_nothing()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers")));
        var address = await origin.Serve();
        await using var folder = new CatalogFolder();
        await using var platform = await TestPlatform.Start(options: options => options with { AllowPrivateAddresses = true, Organisation = [folder.Organisation] });
        // Asked for news once a day: only the announcement can bring it within the test.
        await GitSourceTests.Add(platform, "shop", address, input => (input["everySeconds"], input["owner"]) = (86400, "group:default/stock"));
        using var noor = await platform.ClientOf("user:default/noor");
        Assert.Equal("not-owner", (await TestPlatform.TryAct(noor, "source.webhook", new JsonObject { ["name"] = "shop" })).Body["code"]!.GetValue<string>());
        using var sam = await platform.ClientOf("user:default/sam");
        var secret = (await TestPlatform.Act(sam, "source.webhook", new JsonObject { ["name"] = "shop" }))["secret"]!.GetValue<string>();

        var head = await platform.Services.GetRequiredService<Tarmac.Foundation.Events.EventLog>().Head(Cancellation);
        await origin.Commit("Two", ("catalog-info.yaml", CatalogFolder.Component("vouchers", "stock")));
        var body = GitHub(address, "refs/heads/main");
        Assert.Equal("ignored", await Announced(platform, GitHub(address, "refs/heads/other"), secret));
        Assert.Equal("ignored", await Announced(platform, GitHub("https://git.shop.example/shop/other", "refs/heads/main"), secret));
        Assert.Equal("ignored", await Announced(platform, """{"zen": "Keep it calm."}""", secret));
        Assert.Equal("refreshing", await Announced(platform, body, secret));
        await CatalogFolder.NextEvent(platform, head, happened => happened["type"]!.GetValue<string>() == "dev.tarmac.entity.changed");
        Assert.Equal("group:default/stock", CatalogFolder.Index(platform).OwnerOf("component:default/vouchers"));
        Assert.Equal("repeated", await Announced(platform, body, secret, "another-id"));

        var page = await sam.GetStringAsync("/catalog/sources/shop", Cancellation);
        Assert.Contains("/api/v1/catalog/webhooks/shop", page, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, page + (await platform.Get("/api/audit")).ToJsonString() + (await platform.Get("/api/events")).ToJsonString() + (await platform.Get("/api/v1/catalog/sources")).ToJsonString(), StringComparison.Ordinal);

        // A new secret takes the place of the old one, and a source that is removed takes its webhook along.
        var next = (await TestPlatform.Act(sam, "source.webhook", new JsonObject { ["name"] = "shop" }))["secret"]!.GetValue<string>();
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "shop", request => Sign(request, body, secret), body));
        Assert.Equal("repeated", await Announced(platform, body, next));
        await platform.Finished((await TestPlatform.Act(sam, "source.remove", new JsonObject { ["name"] = "shop" }))["operation"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "shop", request => Sign(request, body, next), body));
    }

    [Fact]
    public async Task What_is_unsigned_wrongly_signed_too_large_or_for_nobody_is_refused_alike()
    {
        await using var origin = await GitOrigin.Create();
        await origin.Commit("One", ("catalog-info.yaml", CatalogFolder.Component("vouchers")));
        await using var platform = await TestPlatform.Start();
        await GitSourceTests.Add(platform, "shop", origin.Bare);
        var secret = (await platform.Act("source.webhook", new JsonObject { ["name"] = "shop" }))["secret"]!.GetValue<string>();
        var body = GitHub("https://git.shop.example/shop/vouchers", "refs/heads/main");

        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "shop", _ => { }, body));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "shop", request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", platform.Token), body));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "shop", request => Sign(request, body, "whsec_another"), body));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "shop", request => Sign(request, body + " ", secret), body));
        Assert.Equal(HttpStatusCode.Unauthorized, await Refused(platform, "nothing", request => Sign(request, body, secret), body));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await Refused(platform, "shop", request => Sign(request, body, secret), new string(' ', 6 * 1024 * 1024)));
        Assert.Equal(HttpStatusCode.BadRequest, await Refused(platform, "shop", request => Sign(request, "{", secret), "{"));
        // A path has no address to compare: the branch decides.
        Assert.Equal("refreshing", await Announced(platform, body, secret));
    }

    [Fact]
    public void Each_host_proves_itself_in_its_own_way()
    {
        var secret = Webhook.SecretPrefix + Convert.ToBase64String(Encoding.UTF8.GetBytes("a secret of the shop's own"));
        var body = """{"ref": "refs/heads/main", "commits": []}"""u8.ToArray();
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var hex = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));
        string Standard(long seconds) => Webhook.Sign(secret, "msg-1", seconds, Encoding.UTF8.GetString(body));
        string Basic(string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("tarmac:" + password));
        bool Proves(params (string Name, string Value)[] headers) => WebhookSignature.Proves(Headers(headers), body, secret, now);

        Assert.True(Proves(("X-Hub-Signature-256", "sha256=" + hex)));
        Assert.True(Proves(("X-Gitea-Signature", hex)));
        Assert.True(Proves(("X-Forgejo-Signature", hex)));
        Assert.True(Proves(("X-Gitlab-Token", secret)));
        Assert.True(Proves(("Authorization", Basic(secret))));
        Assert.True(Proves(("webhook-id", "msg-1"), ("webhook-timestamp", "1800000000"), ("webhook-signature", "v1,AAAA " + Standard(1_800_000_000))));

        Assert.False(Proves(("X-Hub-Signature-256", hex)));
        Assert.False(Proves(("X-Hub-Signature-256", "sha256=" + hex[..^1] + (hex[^1] == '0' ? '1' : '0'))));
        Assert.False(Proves(("X-Gitea-Signature", "sha256=" + hex)));
        Assert.False(Proves(("X-Gitlab-Token", hex)));
        Assert.False(Proves(("Authorization", Basic(secret[..^1]))));
        Assert.False(Proves(("Authorization", "Basic ***")));
        Assert.False(Proves(("webhook-id", "msg-2"), ("webhook-timestamp", "1800000000"), ("webhook-signature", Standard(1_800_000_000))));
        Assert.False(Proves(("webhook-id", "msg-1"), ("webhook-timestamp", "1799999000"), ("webhook-signature", Standard(1_799_999_000))));
        Assert.False(Proves());
        // One wrong proof is not made good by another.
        Assert.False(Proves(("X-Hub-Signature-256", "sha256=00"), ("X-Gitlab-Token", secret)));

        // A signed body is the same message under any id; GitLab's names itself.
        Assert.Equal(WebhookSignature.Delivery(Headers(("X-GitHub-Delivery", "1")), body), WebhookSignature.Delivery(Headers(("X-GitHub-Delivery", "2")), body));
        Assert.NotEqual(WebhookSignature.Delivery(Headers(("X-Gitlab-Token", "t"), ("X-Gitlab-Event-UUID", "1")), body), WebhookSignature.Delivery(Headers(("X-Gitlab-Token", "t"), ("X-Gitlab-Event-UUID", "2")), body));
    }

    [Theory]
    [InlineData("""{"ref": "refs/heads/main", "commits": [], "repository": {"clone_url": "https://git.shop.example/shop/vouchers.git", "default_branch": "main"}}""", null, true)]
    [InlineData("""{"ref": "refs/heads/main", "commits": [], "repository": {"clone_url": "https://git.shop.example/shop/vouchers.git", "default_branch": "trunk"}}""", null, false)]
    [InlineData("""{"ref": "refs/heads/main", "commits": [], "repository": {"clone_url": "https://git.shop.example/shop/vouchers.git", "default_branch": "trunk"}}""", "main", true)]
    [InlineData("""{"ref": "refs/tags/main", "commits": [], "repository": {"clone_url": "https://git.shop.example/shop/vouchers.git"}}""", "main", false)]
    [InlineData("""{"object_kind": "push", "ref": "refs/heads/main", "commits": [], "project": {"git_http_url": "https://git.shop.example/Shop/Vouchers.git", "default_branch": "main"}, "repository": {"homepage": 3}}""", null, true)]
    [InlineData("""{"eventType": "git.push", "resource": {"refUpdates": [{"name": "refs/heads/topic"}, {"name": "refs/heads/main"}], "repository": {"remoteUrl": "https://shop@git.shop.example/shop/vouchers", "defaultBranch": "refs/heads/main"}}}""", null, true)]
    [InlineData("""{"eventType": "git.push", "resource": {"refUpdates": 7, "repository": []}}""", null, false)]
    [InlineData("""{"ref": "refs/heads/main", "commits": [], "repository": {"clone_url": "https://git.other.example/shop/vouchers.git"}}""", null, false)]
    public void A_push_is_news_of_its_own_repository_and_branch(string body, string? branch, bool isNews)
    {
        var source = new Registration("shop", SourceKind.Git, "https://git.shop.example/shop/vouchers.git", branch, [], null, "group:default/stock", 60, "user:default/sam", DateTimeOffset.UnixEpoch);
        Assert.Equal(isNews, PushNews.Of((JsonObject)JsonNode.Parse(body)!)!.Passes(source) is null);
    }

    [Theory]
    [InlineData("""{"zen": "Keep it calm.", "hook_id": 3}""")]
    [InlineData("""{"eventType": "workitem.created", "resource": {}}""")]
    [InlineData("""{"ref": "main", "ref_type": "branch"}""")]
    [InlineData("""{"ref": 3, "commits": []}""")]
    public void What_is_no_push_is_no_news(string body) => Assert.Null(PushNews.Of((JsonObject)JsonNode.Parse(body)!));

    private static string GitHub(string repository, string moved) => new JsonObject
    {
        ["ref"] = moved,
        ["commits"] = new JsonArray(),
        ["repository"] = new JsonObject { ["clone_url"] = repository, ["default_branch"] = "main" },
    }.ToJsonString();

    private static async Task<string> Announced(TestPlatform platform, string body, string secret, string id = "one-id")
    {
        using var response = await Send(platform, "shop", request =>
        {
            Sign(request, body, secret);
            request.Headers.Add("X-GitHub-Delivery", id);
        }, body);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode} {text}");
        return JsonNode.Parse(text)!["outcome"]!.GetValue<string>();
    }

    private static async Task<HttpStatusCode> Refused(TestPlatform platform, string source, Action<HttpRequestMessage> prove, string body)
    {
        using var response = await Send(platform, source, prove, body);
        return response.StatusCode;
    }

    private static async Task<HttpResponseMessage> Send(TestPlatform platform, string source, Action<HttpRequestMessage> prove, string body)
    {
        using var stranger = platform.ClientFor(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/catalog/webhooks/" + source) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        // A large body is refused by its length, before the rest is sent.
        request.Headers.ExpectContinue = body.Length > 1_000_000;
        prove(request);
        return await stranger.SendAsync(request, Cancellation);
    }

    private static void Sign(HttpRequestMessage request, string body, string secret) =>
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))));

    private static Microsoft.AspNetCore.Http.HeaderDictionary Headers(params (string Name, string Value)[] headers)
    {
        var given = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var (name, value) in headers) given[name] = value;
        return given;
    }
}
