using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Facts;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Operability;

namespace Tarmac.Tests.Facts;

public sealed class FactTests
{
    [Fact]
    public async Task The_owning_team_reports_a_fact_and_nobody_else_does()
    {
        await using var folder = await ScoredFolder.Start();
        using var noor = await folder.Platform.ClientOf("user:default/noor");
        var input = new JsonObject { ["entity"] = ScoredFolder.Entity, ["key"] = "drill.rollback", ["value"] = """{"done": true}""", ["expires"] = "2099-01-01T00:00:00Z" };
        Assert.True((await TestPlatform.Act(noor, "fact.report", input))["result"]!["changed"]!.GetValue<bool>());
        Assert.False((await TestPlatform.Act(noor, "fact.report", input))["result"]!["changed"]!.GetValue<bool>());

        var fact = Assert.Single((JsonArray)(await folder.Platform.Get("/api/facts/component/default/till"))["facts"]!, each => each!["key"]!.GetValue<string>() == "drill.rollback")!;
        Assert.Equal("user:default/noor", fact["source"]!.GetValue<string>());
        Assert.True(fact["value"]!["done"]!.GetValue<bool>());

        Assert.Equal(HttpStatusCode.Forbidden, (await TestPlatform.TryAct(folder.Platform.Client, "fact.report", input)).Status);
    }

    [Theory]
    [InlineData("drill", "[1]", null, null, "fact-value")]
    [InlineData("drill", "{", null, null, "fact-value")]
    [InlineData("drill", "{\"a\": 1, \"a\": 2}", null, null, "fact-value")]
    [InlineData("readiness", "{\"ready\": \"yes\"}", null, null, "fact-value")]
    [InlineData("release", "{\"at\": \"lately\"}", null, null, "fact-value")]
    [InlineData("runbook", "{}", null, null, "fact-key-reserved")]
    [InlineData("drill", "{}", "2199-01-01T00:00:00Z", null, "fact-time")]
    [InlineData("drill", "{}", "soon", null, "fact-time")]
    [InlineData("drill", "{}", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", "fact-time")]
    public async Task A_fact_that_makes_no_sense_is_refused_with_a_cure(string key, string value, string? observed, string? expires, string code)
    {
        await using var folder = await ScoredFolder.Start();
        var input = new JsonObject { ["entity"] = ScoredFolder.Entity, ["key"] = key, ["value"] = value };
        if (observed is not null) input["observed"] = observed;
        if (expires is not null) input["expires"] = expires;
        using var noor = await folder.Platform.ClientOf("user:default/noor");
        var (status, body) = await TestPlatform.TryAct(noor, "fact.report", input);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var problem = Assert.Single((JsonArray)body["problems"]!)!;
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.NotEmpty(problem["cure"]!.GetValue<string>());
        Assert.True(File.Exists(Path.Combine(PublicData.Repository, "docs", "errors", code + ".md")));
    }

    [Fact]
    public async Task An_older_observation_never_replaces_a_newer_one_and_a_deleted_fact_is_as_if_never_seen()
    {
        await using var folder = await ScoredFolder.Start();
        var (facts, database, cancellation) = (folder.Platform.Services.GetRequiredService<FactLedger>(), folder.Platform.Services.GetRequiredService<Database>(), TestContext.Current.CancellationToken);
        var now = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        Fact Seen(int minutes, int value) => new(ScoredFolder.Entity, "size", "test", new JsonObject { ["value"] = value }, now.AddMinutes(minutes), null);

        Assert.True(await database.Write(session => facts.Put(session, Seen(0, 1)), cancellation));
        Assert.False(await database.Write(session => facts.Put(session, Seen(-1, 2)), cancellation));
        Assert.False(await database.Write(session => facts.Put(session, Seen(1, 1)), cancellation));
        var stored = (await facts.Of(ScoredFolder.Entity, cancellation)).Find("size", "test")!;
        Assert.Equal(1, stored.Value["value"]!.GetValue<int>());
        Assert.Equal(now.AddMinutes(1), stored.ObservedAt);
        Assert.True(await database.Write(session => facts.Delete(session, ScoredFolder.Entity, "size", "test"), cancellation));
        Assert.False(await database.Write(session => facts.Delete(session, ScoredFolder.Entity, "size", "test"), cancellation));
        Assert.Null((await facts.Of(ScoredFolder.Entity, cancellation)).Find("size", "test"));
        Assert.Empty((await facts.Of("component:default/nothing", cancellation)).All);
    }
}
