using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Delivery;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Delivery;

/// <summary>Removing and what follows, and who is told of a push.</summary>
public sealed class ServiceLifeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_removed_service_takes_no_push_comes_back_to_the_catalog_when_restored_and_is_forgotten_whole()
    {
        await using var platform = await TestPlatform.Start();
        using var copy = await platform.HostTiny();
        await Remove(platform);
        Assert.Equal(HttpStatusCode.NotFound, await InCatalog(platform));
        var (exit, output) = copy.Push(platform, "tiny");
        Assert.True(exit != 0 && output.Contains("409", StringComparison.Ordinal), output);

        await platform.Act("service.restore", new JsonObject { ["service"] = "tiny" });
        await HostedServices.Until(async () => await InCatalog(platform) == HttpStatusCode.OK, "it is in the catalog again");
        await Remove(platform);
        await platform.Services.GetRequiredService<Database>().Write(session =>
            session.Execute($"update service set removed_at = {DateTimeOffset.UtcNow.AddDays(-31)} where name = {"tiny"}"), Ct);
        await HostedServices.Until(async () => (await platform.Client.GetAsync("/api/services/tiny", Ct)).StatusCode == HttpStatusCode.NotFound, "it is forgotten");

        await platform.Host("tiny");
        Assert.Empty((JsonArray)await platform.Get("/api/services/tiny/releases"));
        Assert.Empty(platform.Services.GetRequiredService<Instances>().Of("tiny", "dev"));
        Assert.False(Directory.Exists(Path.Combine(platform.Home, "artifacts", "tiny")));
        Assert.Equal(["README.md"], await platform.Services.GetRequiredService<Repositories>().Files("tiny", "main", Ct));
    }

    [Fact]
    public async Task A_removal_that_is_canceled_before_its_turn_leaves_the_service_as_it_is()
    {
        await using var platform = await TestPlatform.Start();
        using var copy = await platform.HostTiny();
        using var slow = new ServiceRepository().Tiny("two", ServiceRepository.HangingBuild);
        var commit = slow.Commit("Hang");
        slow.Git("push", "--quiet", Path.Combine(platform.Home, "repositories", "tiny.git"), "main:other");
        var deploy = (await platform.Act("service.deploy", new JsonObject { ["service"] = "tiny", ["commit"] = commit }))["operation"]!.GetValue<string>();

        var removal = (await platform.Act("service.remove", new JsonObject { ["service"] = "tiny", ["confirm"] = "tiny" }))["operation"]!.GetValue<string>();
        var early = await TestPlatform.TryAct(platform.Client, "service.restore", new JsonObject { ["service"] = "tiny" });
        Assert.Equal("service-not-removed", early.Body["code"]!.GetValue<string>());
        await platform.Act("operation.cancel", new JsonObject { ["id"] = removal });
        await platform.Act("operation.cancel", new JsonObject { ["id"] = deploy });
        await platform.Finished(deploy);
        Assert.Equal("active", (await platform.Get("/api/services/tiny"))["state"]!.GetValue<string>());
        Assert.Equal("one", await platform.Body("tiny"));
    }

    [Fact]
    public async Task What_waited_behind_a_removal_does_not_bring_the_service_back()
    {
        await using var platform = await TestPlatform.Start();
        using var copy = await platform.HostTiny();
        await platform.Act("service.remove", new JsonObject { ["service"] = "tiny", ["confirm"] = "tiny" });
        var store = platform.Services.GetRequiredService<OperationStore>();
        var restart = await platform.Services.GetRequiredService<Database>().Write(session =>
            store.Enqueue(session, ActivateOperation.Request("tiny", "dev", 1, "restart", "user:default/noor", null)), Ct);
        Assert.Equal("service-removed", (await platform.Finished(restart))["operation"]!["problem"]!["code"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await platform.ThroughGateway("tiny")).StatusCode);
    }

    [Fact]
    public async Task A_push_is_in_the_audit_with_every_branch_it_moved()
    {
        await using var platform = await TestPlatform.Start();
        await platform.Host("tiny");
        using var copy = new ServiceRepository().Tiny("one");
        var first = copy.Commit("First");
        copy.Push(platform, "tiny", refspec: "main:feature");
        var entry = (await platform.Get("/api/audit?action=repository.push"))[0]!;
        Assert.Equal((first, "user:default/operator"), (entry["after"]!["refs/heads/feature"]!.GetValue<string>(), entry["principal"]!.GetValue<string>()));
        Assert.Null(entry["operation"]);

        copy.Push(platform, "tiny");
        entry = (await platform.Get("/api/audit?action=repository.push"))[0]!;
        Assert.Equal(first, entry["after"]!["refs/heads/main"]!.GetValue<string>());
        Assert.NotNull(entry["before"]!["refs/heads/main"]);
        Assert.NotNull(entry["operation"]);
    }

    [Fact]
    public async Task A_moved_branch_is_its_movers_to_decide_and_only_one_that_nobody_decides_is_caught_up()
    {
        await using var platform = await TestPlatform.Start();
        await platform.Host("tiny");
        var pushes = platform.Services.GetRequiredService<Pushes>();
        var service = (await platform.Services.GetRequiredService<DeliveryStore>().Find("tiny", Ct))!;
        var operations = platform.Services.GetRequiredService<OperationStore>();
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");
        using (await pushes.Turn("tiny", Ct))
        {
            copy.Git("push", "--quiet", "--force", Path.Combine(platform.Home, "repositories", "tiny.git"), "main");
            await pushes.CatchUp(service, Ct);
            Assert.Empty(await operations.List("component:default/tiny", null, 5, Ct));
        }
        await pushes.CatchUp(service, Ct);
        var deploy = Assert.Single(await operations.List("component:default/tiny", null, 5, Ct));
        await platform.Finished(deploy.Id);
    }

    [Theory]
    [InlineData("logs?since=1e300d", "input-pattern")]
    [InlineData("logs?since=NaNs", "input-pattern")]
    [InlineData("logs?instance=tiny.dev.r../../x", "service-not-deployed")]
    [InlineData("files/docs/", "not-found")]
    public async Task Odd_questions_are_answered_and_break_nothing(string path, string code)
    {
        await using var platform = await TestPlatform.Start();
        await platform.Host("tiny");
        if (code == "input-pattern")
        {
            using var copy = new ServiceRepository().Tiny("one");
            copy.Commit("First");
            copy.Push(platform, "tiny");
        }
        using var answer = await platform.Client.GetAsync("/api/services/tiny/" + path, Ct);
        Assert.Contains($"\"{code}\"", await answer.Content.ReadAsStringAsync(Ct));
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    private static async Task Remove(TestPlatform platform)
    {
        var removal = await platform.Act("service.remove", new JsonObject { ["service"] = "tiny", ["confirm"] = "tiny" });
        Assert.Equal("succeeded", (await platform.Finished(removal["operation"]!.GetValue<string>()))["operation"]!["state"]!.GetValue<string>());
    }

    private static async Task<HttpStatusCode> InCatalog(TestPlatform platform) =>
        (await platform.Client.GetAsync("/catalog/component/default/tiny", Ct)).StatusCode;
}
