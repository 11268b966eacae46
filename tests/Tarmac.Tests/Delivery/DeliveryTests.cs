using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Delivery;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Hosting;

namespace Tarmac.Tests.Delivery;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_push_is_built_released_and_served_and_a_rollback_brings_the_old_release_back()
    {
        await using var platform = await StartWithTiny();
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");
        var (exit, output) = copy.Push(platform, "tiny");
        Assert.True(exit == 0, output);
        Assert.Contains("remote: Live: http://tiny.dev.localhost", output);
        Assert.Equal("one", await Body(platform));

        copy.Tiny("two").Commit("Second");
        copy.Push(platform, "tiny");
        Assert.Equal("two", await Body(platform));
        var releases = (JsonArray)await platform.Get("/api/services/tiny/releases");
        Assert.Equal(["current", "previous"], releases.Select(release => release!["state"]!.GetValue<string>()));

        var rolled = await platform.Act("service.rollback", new JsonObject { ["service"] = "tiny" });
        var done = await platform.Finished(rolled["operation"]!.GetValue<string>());
        Assert.Equal("succeeded", done["operation"]!["state"]!.GetValue<string>());
        Assert.Equal("one", await Body(platform));
        Assert.Equal(2, ((JsonArray)await platform.Get("/api/services/tiny/releases")).Count);
        // There is nothing before the first, and back is never forward again.
        var further = await TestPlatform.TryAct(platform.Client, "service.rollback", new JsonObject { ["service"] = "tiny" });
        Assert.Equal("rollback-nothing", further.Body["code"]!.GetValue<string>());
        HomeFolder.Delete(Path.Combine(platform.Home, "artifacts", "tiny", releases[0]!["digest"]!.GetValue<string>()["sha256:".Length..]));
        var gone = await TestPlatform.TryAct(platform.Client, "service.rollback", new JsonObject { ["service"] = "tiny", ["release"] = 2 });
        Assert.Equal("artifact-gone", gone.Body["code"]!.GetValue<string>());

        var logs = (await platform.Get("/api/services/tiny/logs")).ToJsonString();
        Assert.Contains("listening on", logs);
    }

    [Theory]
    [InlineData("no-score", "score-file-missing")]
    [InlineData("bad-score", "invalid-input")]
    [InlineData("build-fails", "build-failed")]
    [InlineData("test-fails", "test-failed")]
    [InlineData("exits", "instance-exited")]
    [InlineData("exits-in-peace", "instance-exited")]
    [InlineData("no-port", "instance-no-port")]
    [InlineData("never-ready", "instance-not-ready")]
    [InlineData("probe-missing", "instance-not-ready")]
    public async Task A_bad_push_says_why_and_leaves_the_old_release_serving(string what, string code)
    {
        await using var platform = await StartWithTiny();
        using var copy = new ServiceRepository().Tiny("good");
        copy.Commit("Good");
        copy.Push(platform, "tiny");
        Assert.Equal("good", await Body(platform));

        var quick = ServiceRepository.Score.Replace("start-timeout: 20s", "start-timeout: 3s");
        switch (what)
        {
            case "no-score": File.Delete(Path.Combine(copy.Folder, "score.yaml")); break;
            case "bad-score": copy.Write("score.yaml", "apiVersion: score.dev/v1b1\nmetadata:\n  name: tiny\n"); break;
            case "build-fails": copy.Tiny("bad", ServiceRepository.Score.Replace("tarmac.dev/build: \"true\"", "tarmac.dev/build: \"echo broken; exit 3\"")); break;
            case "test-fails": copy.Tiny("bad", ServiceRepository.Score.Replace("tarmac.dev/test: \"true\"", "tarmac.dev/test: \"false\"")); break;
            case "exits": copy.Write("app/server.js", "console.log('cannot go on'); process.exit(7);"); break;
            case "exits-in-peace": copy.Write("app/server.js", "console.log('nothing to do');"); break;
            case "probe-missing": copy.Tiny("bad", quick.Replace("httpGet:\n        path: /ready\n        port: 8080", "exec:\n        command: [\"./is-ready\"]")); break;
            case "no-port": copy.Tiny("bad", quick).Write("app/server.js", "setInterval(() => {}, 1000);"); break;
            case "never-ready": copy.Tiny("bad", quick).Write("app/server.js", "require('node:http').createServer((q, r) => { r.statusCode = 503; r.end(); }).listen(process.env.PORT, '127.0.0.1');"); break;
        }
        copy.Commit("Bad");
        var (exit, output) = copy.Push(platform, "tiny");
        Assert.True(exit == 0, output);
        Assert.Contains($"remote: Not deployed: {code}, explained at {platform.Url}/docs/errors/{code}", output);
        var operation = (await platform.Get("/api/operations?subject=component:default/tiny&limit=1"))[0]!;
        Assert.Equal("failed", operation["state"]!.GetValue<string>());
        Assert.Equal(code, operation["problem"]!["code"]!.GetValue<string>());
        Assert.Equal("good", await Body(platform));
        var running = (await platform.Get("/api/services/tiny"))["environments"]![0]!;
        Assert.Equal("running", running["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_platform_that_starts_again_finds_its_services_and_the_pushes_it_missed()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-again-").FullName;
        try
        {
            using var copy = new ServiceRepository().Tiny("one");
            copy.Commit("First");
            string before;
            await using (var platform = await StartWithTiny(home))
            {
                copy.Push(platform, "tiny");
                before = (await platform.Get("/api/services/tiny"))["environments"]![0]!["instances"]!.ToJsonString();
            }
            // What a push leaves when the platform dies before it has decided: a moved branch.
            copy.Tiny("two").Commit("Second");
            copy.Git("push", "--quiet", Path.Combine(home, "repositories", "tiny.git"), "main");
            await using (var platform = await TestPlatform.Start(home))
            {
                var again = (await platform.Get("/api/services/tiny"))["environments"]![0]!["instances"]!.ToJsonString();
                Assert.Equal(before, again);
                var operation = await UntilOperation(platform);
                Assert.Equal("succeeded", (await platform.Finished(operation))["operation"]!["state"]!.GetValue<string>());
                Assert.Equal("two", await Body(platform));
            }
        }
        finally
        {
            await TestPlatform.StopProcesses(home);
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Services_that_ended_with_everything_else_come_back_each_time_the_platform_does()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-back-").FullName;
        try
        {
            using var copy = new ServiceRepository().Tiny("back");
            copy.Commit("First");
            await using (var platform = await StartWithTiny(home)) copy.Push(platform, "tiny");
            for (var time = 1; time <= 2; time++)
            {
                await TestPlatform.StopProcesses(home);
                await using var platform = await TestPlatform.Start(home);
                await platform.Finished(await UntilOperation(platform, nth: time));
                Assert.Equal("back", await Body(platform));
            }
        }
        finally
        {
            await TestPlatform.StopProcesses(home);
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task Stopping_takes_the_route_away_and_removing_keeps_the_repository_for_a_while()
    {
        await using var platform = await StartWithTiny();
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");
        copy.Push(platform, "tiny");

        await Finish(platform, "service.stop", new JsonObject { ["service"] = "tiny" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await platform.ThroughGateway("tiny")).StatusCode);
        await Finish(platform, "service.start", new JsonObject { ["service"] = "tiny" });
        Assert.Equal("one", await Body(platform));

        var refused = await TestPlatform.TryAct(platform.Client, "service.remove", new JsonObject { ["service"] = "tiny", ["confirm"] = "tony" });
        Assert.Equal("confirmation-wrong", refused.Body["code"]!.GetValue<string>());
        await Finish(platform, "service.remove", new JsonObject { ["service"] = "tiny", ["confirm"] = "tiny" });
        Assert.Equal(HttpStatusCode.NotFound, (await platform.ThroughGateway("tiny")).StatusCode);
        await platform.Act("service.restore", new JsonObject { ["service"] = "tiny" });
        await Finish(platform, "service.start", new JsonObject { ["service"] = "tiny" });
        Assert.Equal("one", await Body(platform));
    }

    [Fact]
    public async Task A_file_changed_by_an_action_is_committed_and_deployed_and_a_stale_edit_is_refused()
    {
        await using var platform = await StartWithTiny();
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");
        copy.Push(platform, "tiny");

        var file = await platform.Get("/api/services/tiny/files/app/server.js");
        var edit = new JsonObject { ["service"] = "tiny", ["path"] = "app/server.js", ["content"] = ServiceRepository.Server("edited"), ["expected"] = file["blob"]!.GetValue<string>() };
        var done = await Finish(platform, "repository.commit", edit);
        await platform.Finished(done["operation"]!["result"]!["deploy"]!.GetValue<string>());
        Assert.Equal("edited", await Body(platform));

        var stale = await TestPlatform.TryAct(platform.Client, "repository.commit", edit);
        Assert.Equal("repository-moved", stale.Body["code"]!.GetValue<string>());
        var outside = await TestPlatform.TryAct(platform.Client, "repository.commit", new JsonObject { ["service"] = "tiny", ["path"] = "../outside", ["content"] = "x" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, outside.Status);
    }

    private static async Task<JsonNode> Finish(TestPlatform platform, string action, JsonObject input)
    {
        var answer = await platform.Act(action, input);
        var done = await platform.Finished(answer["operation"]!.GetValue<string>());
        Assert.True(done["operation"]!["state"]!.GetValue<string>() == "succeeded", done.ToJsonString());
        return done;
    }

    private static async Task<string> UntilOperation(TestPlatform platform, int nth = 1)
    {
        await foreach (var happened in platform.Services.GetRequiredService<Tarmac.Foundation.Events.EventLog>().Follow(0, TestContext.Current.CancellationToken))
            if (happened.Type == "dev.tarmac.operation.accepted" && happened.Actor == "service:default/tarmac" && --nth == 0) return happened.Data["operation"]!.GetValue<string>();
        throw new InvalidOperationException("The log ended.");
    }

    private static async Task<string> Body(TestPlatform platform)
    {
        using var response = await platform.ThroughGateway("tiny");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A platform with an empty repository named tiny.</summary>
    internal static async Task<TestPlatform> StartWithTiny(string? home = null, Func<PlatformOptions, PlatformOptions>? options = null)
    {
        var platform = await TestPlatform.Start(home, options);
        await platform.Host("tiny");
        return platform;
    }
}
