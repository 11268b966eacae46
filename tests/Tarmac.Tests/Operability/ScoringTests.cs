using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Operability;
using Tarmac.Tests.Catalog;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Tarmac.Tests.Operability;

public sealed class ScoringTests
{
    [Fact]
    public async Task A_change_of_the_runbook_is_scored_by_itself_and_told_as_events()
    {
        await using var folder = await ScoredFolder.Start();
        var before = await folder.Judged();
        var head = await folder.Platform.Services.GetRequiredService<EventLog>().Head(TestContext.Current.CancellationToken);

        folder.Write("till/RUNBOOK.md", CheckTests.WithSection("First Line Troubleshooting", "TODO"));
        var opened = await CatalogFolder.NextEvent(folder.Platform, head, happened => happened["type"]!.GetValue<string>() == Scoring.Opened);
        Assert.Equal(ScoredFolder.Entity, opened["subject"]!.GetValue<string>());
        Assert.Equal("RBK-01", opened["data"]!["check"]!.GetValue<string>());
        Assert.NotEmpty(opened["data"]!["remedy"]!.GetValue<string>());
        var changed = await CatalogFolder.NextEvent(folder.Platform, head, happened => happened["type"]!.GetValue<string>() == Scoring.Changed);
        Assert.True(changed["data"]!["after"]!.GetValue<double>() < changed["data"]!["before"]!.GetValue<double>());
        Assert.Equal(before["score"]!.GetValue<double>(), changed["data"]!["before"]!.GetValue<double>());

        folder.Write("till/RUNBOOK.md", ScoredFolder.Runbook);
        var closed = await CatalogFolder.NextEvent(folder.Platform, head, happened => happened["type"]!.GetValue<string>() == Scoring.Closed);
        Assert.Equal("RBK-01", closed["data"]!["check"]!.GetValue<string>());
        var history = (JsonArray)(await folder.Platform.Get(ScoredFolder.Score))["history"]!;
        Assert.True(history.Count >= 3, history.ToJsonString());
    }

    [Fact]
    public async Task A_dependency_that_goes_rescores_who_needs_it()
    {
        await using var folder = await ScoredFolder.Start();
        await folder.Judged();
        var head = await folder.Platform.Services.GetRequiredService<EventLog>().Head(TestContext.Current.CancellationToken);
        folder.Write("till/catalog-info.yaml", ScoredFolder.Descriptor.Replace("metadata: {name: ledger}", "metadata: {name: journal}", StringComparison.Ordinal));
        var opened = await CatalogFolder.NextEvent(folder.Platform, head, happened => happened["type"]!.GetValue<string>() == Scoring.Opened);
        Assert.Equal("DEP-06", opened["data"]!["check"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_deploy_event_from_anywhere_counts_as_a_release_and_a_restart_does_not()
    {
        await using var folder = await ScoredFolder.Start();
        await folder.Judged();
        var head = await Deployed(folder, "restart");
        await CatalogFolder.NextEvent(folder.Platform, head - 1, happened => happened["type"]!.GetValue<string>() == "dev.cdevents.service.upgraded.0.2.0");
        await Deployed(folder, "deploy");
        var fact = await CatalogFolder.NextEvent(folder.Platform, head, happened => happened["type"]!.GetValue<string>() == "dev.tarmac.fact.changed");
        Assert.Equal("release", fact["data"]!["key"]!.GetValue<string>());
        var stored = (JsonArray)(await folder.Platform.Get("/api/facts/component/default/till"))["facts"]!;
        var release = Assert.Single(stored, each => each!["key"]!.GetValue<string>() == "release")!;
        Assert.Equal("/some/pipeline", release["source"]!.GetValue<string>());
        Assert.Equal("deploy", release["value"]!["release"]!.GetValue<string>());
        Assert.Equal("ok", (await folder.Finding("REL-03"))["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task Rescoring_does_not_wait_for_a_service_that_hangs()
    {
        using var deaf = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var descriptor = ScoredFolder.Descriptor.Replace("tarmac.dev/service-tier: gold",
            $"tarmac.dev/service-tier: gold\n    tarmac.dev/health-url: \"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}/\"", StringComparison.Ordinal);
        await using var folder = await ScoredFolder.Start(descriptor, allowPrivate: true);
        var started = Stopwatch.GetTimestamp();
        await folder.Rescore();
        // The service would be given ten seconds; the rest is for a machine that is busy with other tests.
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 9);
        // It did not answer in time, so nothing was seen; that is no failing.
        Assert.Equal("unknown", ScoredFolder.FindingOf(await folder.Platform.Get(ScoredFolder.Score), "HLT-01")["outcome"]!.GetValue<string>());
    }

    [Fact]
    public async Task Scores_are_listed_by_owner_with_the_mean_of_production()
    {
        await using var folder = await ScoredFolder.Start();
        var till = await folder.Judged();
        var list = await folder.Platform.Get("/api/scores?owner=promotions");
        var item = Assert.Single((JsonArray)list["items"]!, each => each!["entity"]!.GetValue<string>() == ScoredFolder.Entity)!;
        Assert.Equal(till["score"]!.GetValue<double>(), item["score"]!.GetValue<double>());
        Assert.Equal("group:default/promotions", item["owner"]!.GetValue<string>());
        Assert.NotNull(item["asOf"]);
        // The ledger is experimental: shown, and not held against the team.
        Assert.Equal(1, list["team"]!["n"]!.GetValue<int>());
        Assert.Equal(2, list["team"]!["owned"]!.GetValue<int>());
        Assert.Equal(till["score"]!.GetValue<double>(), list["team"]!["mean"]!.GetValue<double>(), 1);
        Assert.Empty((JsonArray)(await folder.Platform.Get("/api/scores?owner=group:default/nobody"))["items"]!);
        Assert.Single((JsonArray)(await folder.Platform.Get("/api/scores?limit=1"))["items"]!);
    }

    [Fact]
    public async Task What_is_not_a_component_has_no_score()
    {
        await using var folder = await ScoredFolder.Start();
        var (status, body) = await TestPlatform.TryAct(folder.Platform.Client, "score.rescore", new JsonObject { ["entity"] = "group:default/promotions" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("score-component-only", body["code"]!.GetValue<string>());
        using var missing = await folder.Platform.Client.GetAsync("/api/scores/component/default/nothing", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task A_component_that_leaves_the_catalog_loses_its_score_and_goes_on_with_its_history_when_it_returns()
    {
        await using var folder = await ScoredFolder.Start();
        await folder.Judged();
        folder.Write("till/catalog-info.yaml", ScoredFolder.Descriptor.Replace("name: till", "name: checkout", StringComparison.Ordinal));
        var (status, _) = await TestPlatform.TryAct(folder.Platform.Client, "score.rescore", new JsonObject { ["entity"] = ScoredFolder.Entity });
        await folder.Platform.Services.GetRequiredService<Scoring>().Judge([ScoredFolder.Entity], "test", TestContext.Current.CancellationToken);
        Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.NotFound]);
        using var gone = await folder.Platform.Client.GetAsync(ScoredFolder.Score, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);

        folder.Write("till/catalog-info.yaml", ScoredFolder.Descriptor);
        await folder.Platform.Act("score.rescore", new JsonObject { ["entity"] = "component:default/ledger" });
        Assert.True(((JsonArray)(await folder.Judged())["history"]!).Count >= 2);
    }

    private static async Task<long> Deployed(ScoredFolder folder, string kind)
    {
        var log = folder.Platform.Services.GetRequiredService<EventLog>();
        return await folder.Platform.Services.GetRequiredService<Database>().Write(session => log.Append(session, new NewEvent(
            "/some/pipeline", kind, "dev.cdevents.service.upgraded.0.2.0", ScoredFolder.Entity, DateTimeOffset.UtcNow, null,
            new JsonObject { ["kind"] = kind, ["release"] = kind })), TestContext.Current.CancellationToken);
    }
}
