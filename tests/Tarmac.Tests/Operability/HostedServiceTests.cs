using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Delivery;
using Tarmac.Delivery.Git;
using Tarmac.Facts;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Catalog;
using Tarmac.Tests.Delivery;

namespace Tarmac.Tests.Operability;

/// <summary>A service that is pushed, built and run here is scored by what it really does.</summary>
public sealed class HostedServiceTests
{
    private const string Entity = "component:default/tiny";

    [Fact]
    public async Task A_push_is_seen_released_and_ready_and_a_pushed_answer_raises_the_score()
    {
        await using var platform = await TestPlatform.Start();
        await Host(platform);
        using var copy = new ServiceRepository().Tiny();
        copy.Write("RUNBOOK.md", CheckTests.WithSection("Contains Personal Data", "<!-- yes or no -->")).Commit("First");
        var (exit, output) = copy.Push(platform, "tiny");
        Assert.True(exit == 0, output);
        await CatalogFolder.NextEvent(platform, 0, happened => happened["type"]!.GetValue<string>() == FactLedger.Changed && happened["data"]!["key"]!.GetValue<string>() == FactKeys.Release);

        var fresh = await Judged(platform);
        Assert.Equal(("ok", "tarmac/instance/dev"), Seen(fresh, "HLT-01"));
        Assert.Equal(("ok", "tarmac"), Seen(fresh, "REL-03"));
        // It answers text at /__health, which is no report.
        Assert.Equal(("info", "tarmac/instance/dev"), Seen(fresh, "HLT-02"));
        var finding = ScoredFolder.FindingOf(fresh, "DAT-02");
        Assert.Equal("critical", finding["outcome"]!.GetValue<string>());
        Assert.Equal("/services/tiny/edit/RUNBOOK.md?section=containsPersonalData", finding["fix"]!["href"]!.GetValue<string>());

        copy.Write("RUNBOOK.md", ScoredFolder.Runbook).Commit("Answer");
        (exit, output) = copy.Push(platform, "tiny");
        Assert.True(exit == 0, output);
        var mended = await Judged(platform);
        Assert.True(mended["score"]!.GetValue<double>() > fresh["score"]!.GetValue<double>(), mended.ToJsonString());
        Assert.Equal("ok", ScoredFolder.FindingOf(mended, "DAT-02")["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_its_team_stopped_is_unknown_later_and_costs_nothing()
    {
        await using var platform = await TestPlatform.Start();
        await Host(platform);
        using var copy = new ServiceRepository().Tiny();
        copy.Commit("First");
        copy.Push(platform, "tiny");
        var running = await Judged(platform);
        Assert.Equal("ok", ScoredFolder.FindingOf(running, "HLT-01")["outcome"]!.GetValue<string>());

        var stopped = await platform.Act("service.stop", new JsonObject { ["service"] = "tiny" });
        await platform.Finished(stopped["operation"]!.GetValue<string>());
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Empty(await platform.Services.GetRequiredService<Probing>().Observe(Entity, cancellation));
        var (facts, database) = (platform.Services.GetRequiredService<FactLedger>(), platform.Services.GetRequiredService<Database>());
        await database.Write(session => facts.Delete(session, Entity, FactKeys.Readiness, "tarmac/instance/dev"), cancellation);
        var later = await Judged(platform);
        Assert.Equal("unknown", ScoredFolder.FindingOf(later, "HLT-01")["outcome"]!.GetValue<string>());
        Assert.Equal("ok", ScoredFolder.FindingOf(later, "HLT-01")["held"]!.GetValue<string>());
        Assert.Equal(running["score"]!.GetValue<double>(), later["score"]!.GetValue<double>());
        Assert.True(later["coverage"]!.GetValue<double>() < running["coverage"]!.GetValue<double>());
    }

    private static async Task<JsonNode> Judged(TestPlatform platform)
    {
        await platform.Act("score.rescore", new JsonObject { ["entity"] = Entity });
        return await platform.Get("/api/scores/component/default/tiny");
    }

    private static (string Outcome, string? Source) Seen(JsonNode score, string check)
    {
        var finding = ScoredFolder.FindingOf(score, check);
        return (finding["outcome"]!.GetValue<string>(), finding["evidence"]?["source"]?.GetValue<string>());
    }

    private static async Task Host(TestPlatform platform)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var repositories = platform.Services.GetRequiredService<Repositories>();
        await repositories.Create("tiny", [new RepositoryFile("README.md", "tiny\n"u8.ToArray())], "Begin\n", new CommitAuthor("Noor", "noor@example.test", DateTimeOffset.UnixEpoch), cancellation);
        var head = await repositories.Head("tiny", cancellation);
        await platform.Services.GetRequiredService<Database>().Write(session => DeliveryStore.Add(session, new Service("tiny", "user:default/operator", Service.Active, head, "user:default/noor", DateTimeOffset.UnixEpoch, null)), cancellation);
    }
}
