using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Outgoing;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Foundation.Outgoing;

public sealed class WebhookTests
{
    [Fact]
    public async Task A_team_is_told_of_broken_glass_by_a_signed_message_that_is_sent_until_it_is_taken()
    {
        var arrived = new TaskCompletionSource<(string Id, string Time, string Signature, string Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var refusals = 0;
        await using var receiver = Receiver();
        receiver.MapPost("/hook", async (HttpRequest request) =>
        {
            if (Interlocked.Increment(ref refusals) == 1) return Results.StatusCode(503);
            var body = await new StreamReader(request.Body).ReadToEndAsync();
            arrived.TrySetResult((request.Headers["webhook-id"].ToString(), request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body));
            return Results.Ok();
        });
        var address = await Started(receiver);
        using var catalog = new TemporaryFolder();
        await using var platform = await StartWithOwners(catalog);
        var added = await platform.Act("webhook.add", new JsonObject { ["team"] = "group:default/promotions", ["url"] = address + "/hook" });
        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/vouchers", ["reason"] = "Nobody answers the phone" });

        var message = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(Webhook.Sign(added["secret"]!.GetValue<string>(), message.Id, long.Parse(message.Time), message.Body), message.Signature);
        Assert.Equal("dev.tarmac.break-glass.started", JsonNode.Parse(message.Body)!["type"]!.GetValue<string>());
        Assert.True(refusals >= 2);
        Assert.DoesNotContain(added["secret"]!.GetValue<string>(), (await platform.Get("/api/webhooks")).ToJsonString());
    }

    [Theory]
    [InlineData("https://chat.example.test:99999/x")]
    [InlineData("https://noor:secret@chat.example.test/x")]
    [InlineData("https://")]
    [InlineData("ftp://chat.example.test/x")]
    [InlineData("/x")]
    public async Task An_address_that_cannot_be_used_is_refused_at_its_field(string url)
    {
        await using var platform = await TestPlatform.Start();
        var (status, body) = await TestPlatform.TryAct(platform.Client, "webhook.add", new JsonObject { ["team"] = "group:default/promotions", ["url"] = url });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "url"), (status, body["problems"]![0]!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task One_webhook_that_cannot_be_sent_or_never_answers_keeps_no_other_waiting()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Receiver();
        receiver.MapPost("/never", async (HttpContext context) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        receiver.MapPost("/hook", () =>
        {
            arrived.TrySetResult();
            return Results.Ok();
        });
        var address = await Started(receiver);
        using var catalog = new TemporaryFolder();
        await using var platform = await StartWithOwners(catalog);
        // As an earlier version took it.
        await platform.Services.GetRequiredService<Database>().Write(session => WebhookStore.Add(session, new Webhook(
            "hook-0", "group:default/promotions", "https://chat.example.test:99999/x", [], Webhook.SecretPrefix + "AAAA", "user:default/operator", DateTimeOffset.UnixEpoch)), TestContext.Current.CancellationToken);
        await platform.Act("webhook.add", new JsonObject { ["team"] = "group:default/promotions", ["url"] = address + "/never" });
        var glass = new JsonObject { ["subject"] = "component:default/vouchers", ["reason"] = "Nobody answers the phone" };
        await platform.Act("break-glass.start", glass);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await platform.Act("webhook.add", new JsonObject { ["team"] = "group:default/promotions", ["url"] = address + "/hook" });
        await platform.Act("break-glass.start", glass);
        // Sooner than the one that is asked already is given up.
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Others_see_only_the_host_of_an_address_in_the_list_the_plan_and_the_audit()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<IOrganisation>(new TestOrganisation()));
        using var noor = await platform.ClientOf(TestOrganisation.Noor);
        using var sam = await platform.ClientOf(TestOrganisation.Sam);
        var added = await TestPlatform.Act(noor, "webhook.add", new JsonObject { ["team"] = TestOrganisation.Promotions, ["url"] = "https://chat.example.test/hooks/t0p-s3cret" });
        async Task<string> Seen(HttpClient client, string path) => await client.GetStringAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains("t0p-s3cret", await Seen(noor, "/api/webhooks"), StringComparison.Ordinal);
        Assert.Contains("t0p-s3cret", await Seen(platform.Client, "/api/webhooks"), StringComparison.Ordinal);
        await TestPlatform.Act(noor, "webhook.remove", new JsonObject { ["id"] = added["result"]!["id"]!.DeepClone() });
        await TestPlatform.Act(noor, "webhook.add", new JsonObject { ["team"] = TestOrganisation.Promotions, ["url"] = "https://chat.example.test/hooks/t0p-s3cret" });
        foreach (var path in (string[])["/api/webhooks", "/api/audit", "/api/events?after=0"])
        {
            var seen = await Seen(sam, path);
            Assert.DoesNotContain("t0p-s3cret", seen, StringComparison.Ordinal);
            if (path != "/api/events?after=0") Assert.Contains("https://chat.example.test", seen, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.20.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("93.184.216.34", true)]
    [InlineData("2606:2800:220:1::1", true)]
    public void Only_public_addresses_are_reached_unless_an_operator_allows_more(string address, bool isPublic) =>
        Assert.Equal(isPublic, GuardedHttp.IsPublic(IPAddress.Parse(address)));

    private static WebApplication Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }

    private static async Task<string> Started(WebApplication receiver)
    {
        await receiver.StartAsync(TestContext.Current.CancellationToken);
        return receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    private static async Task<TestPlatform> StartWithOwners(TemporaryFolder catalog)
    {
        catalog.Write("catalog-info.yaml", Owned);
        return await TestPlatform.Start(options: options => options with { Organisation = [catalog.Path], AllowPrivateAddresses = true });
    }

    private const string Owned = """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: { name: promotions }
        spec: { type: stream-aligned, children: [] }
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: { name: vouchers }
        spec: { type: service, lifecycle: production, owner: promotions }
        """;
}
