using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tarmac.Tests.Trials;

namespace Tarmac.Tests.Journeys;

/// <summary>The main job by the API alone: a member of Promotions goes from nothing to a running, owned service whose score rises.</summary>
public sealed class ApiJourneyTests
{
    [Fact]
    public async Task A_member_creates_a_service_sees_it_live_mends_a_failing_and_rolls_back()
    {
        var roads = TinyRoad.WriteTo(Directory.CreateTempSubdirectory("tarmac-roads-").FullName);
        await File.WriteAllTextAsync(Path.Combine(roads, "org.yaml"), Organisation, TestContext.Current.CancellationToken);
        await using var platform = await TestPlatform.Start(options: options => options with { Roads = roads, Organisation = [Path.Combine(roads, "org.yaml")] });
        using var noor = await platform.ClientOf("user:default/noor");

        var plan = await Post(noor, "service.create/plan", Vouchers());
        Assert.NotEmpty(plan["steps"]!.AsArray());
        Assert.Empty((await Get(noor, "/api/services")).AsArray());

        var created = await Finished(platform, await TestPlatform.Act(noor, "service.create", Vouchers()));
        await platform.Finished(created["operation"]!["result"]!["deploy"]!.GetValue<string>());
        using (var live = await platform.ThroughGateway("vouchers")) Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        var entity = await Get(noor, "/api/v1/catalog/entities/component/default/vouchers");
        Assert.Equal("group:default/promotions", entity["summary"]!["owner"]!.GetValue<string>());

        var before = await Score(noor);
        var runbook = await Get(noor, "/api/services/vouchers/files/RUNBOOK.md");
        var edit = new JsonObject
        {
            ["service"] = "vouchers",
            ["path"] = "RUNBOOK.md",
            ["expected"] = runbook["blob"]!.GetValue<string>(),
            ["content"] = runbook["text"]!.GetValue<string>() + "\n## Contains Personal Data\n\nfalse\n\n## Contains Sensitive Data\n\nfalse\n",
        };
        var committed = await Finished(platform, await TestPlatform.Act(noor, "repository.commit", edit));
        await platform.Finished(committed["operation"]!["result"]!["deploy"]!.GetValue<string>());
        Assert.True(await Score(noor) > before, $"The score was {before} and did not rise.");

        await Finished(platform, await TestPlatform.Act(noor, "service.rollback", new JsonObject { ["service"] = "vouchers" }));
        Assert.Equal(1, (await Get(noor, "/api/services/vouchers"))["environments"]![0]!["release"]!.GetValue<long>());

        using var ravi = await platform.ClientOf("user:default/ravi");
        var refused = await TestPlatform.TryAct(ravi, "service.stop", new JsonObject { ["service"] = "vouchers" });
        Assert.Equal("not-owner", refused.Body["code"]!.GetValue<string>());
        Directory.Delete(roads, recursive: true);
    }

    private static JsonObject Vouchers() => new() { ["road"] = "tiny", ["name"] = "vouchers", ["owner"] = "group:default/promotions" };

    private static async Task<double> Score(HttpClient client)
    {
        await TestPlatform.Act(client, "score.rescore", new JsonObject { ["entity"] = "component:default/vouchers" });
        return (await Get(client, "/api/scores/component/default/vouchers"))["score"]!.GetValue<double>();
    }

    private static async Task<JsonNode> Finished(TestPlatform platform, JsonObject answer)
    {
        var done = await platform.Finished(answer["operation"]!.GetValue<string>());
        Assert.True(done["operation"]!["state"]!.GetValue<string>() == "succeeded", done.ToJsonString());
        return done;
    }

    private static async Task<JsonNode> Get(HttpClient client, string path) => (await client.GetFromJsonAsync<JsonNode>(path, TestContext.Current.CancellationToken))!;

    private static async Task<JsonNode> Post(HttpClient client, string action, JsonObject input)
    {
        using var answer = await client.PostAsJsonAsync("/api/actions/" + action, new JsonObject { ["input"] = input }, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }

    private const string Organisation = """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: { name: promotions }
        spec: { type: stream-aligned, children: [] }
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: { name: purchase }
        spec: { type: stream-aligned, children: [] }
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata: { name: noor }
        spec: { memberOf: [promotions] }
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata: { name: ravi }
        spec: { memberOf: [purchase] }
        """;
}
