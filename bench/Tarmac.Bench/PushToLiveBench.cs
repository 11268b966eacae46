using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tarmac.Bench;

/// <summary>What stands between <c>git push</c> and the switched traffic when there is next to nothing to build and to test.</summary>
internal static class PushToLiveBench
{
    private const int Rounds = 11;

    public static async Task<BenchResult> RunAsync(string root)
    {
        await using var platform = new BenchPlatform(Path.Combine(root, "artifacts", "tarmac", "server"), root, Path.Combine(root, "roads"));
        await platform.Start("/sign-in");
        var created = await platform.Act("service.create", new JsonObject { ["road"] = "node-api", ["name"] = "pushed", ["owner"] = "group:default/promotions", ["description"] = "A service made to be measured.", ["deploy"] = false });
        await platform.Finished(created["operation"]!.GetValue<string>());
        // Pushing is for the owning team; the bench's operator takes the right openly.
        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/pushed", ["reason"] = "Measuring how long a push takes" });
        var folder = Directory.CreateTempSubdirectory("pushed-").FullName;
        try
        {
            return await Measure(platform, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<BenchResult> Measure(BenchPlatform platform, string folder)
    {
        await platform.Git(folder, "clone", "--quiet", $"{platform.Api.BaseAddress}git/pushed.git", ".");
        await BuildByCopying(Path.Combine(folder, "score.yaml"));
        var (lives, answers, readies) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "NOTES.md"), $"Round {round}\n");
            await platform.Git(folder, "add", "--all");
            await platform.Git(folder, "commit", "--quiet", "--message", $"Round {round}");
            var pushed = DateTimeOffset.UtcNow;
            var clock = Stopwatch.StartNew();
            await platform.Git(folder, "push", "--quiet");
            var answered = clock.Elapsed.TotalSeconds;
            // The first carries the build of the road in cold caches.
            if (round == 0) continue;
            var deployed = await platform.Finished(await platform.LastOperation("pushed"));
            lives.Add((Time(Step(deployed, "switch"), "finishedAt") - pushed).TotalSeconds);
            readies.Add((Time(Step(deployed, "ready"), "finishedAt") - Time(Step(deployed, "start"), "startedAt")).TotalSeconds);
            answers.Add(answered);
        }
        await platform.UntilLive("pushed");
        var live = BenchPlatform.Median(lives);
        return new BenchResult("push-to-live",
            $"`git push` to a service of the road node-api whose build copies its files and whose test is `true`, so that nearly all there is is the platform: from starting the push to the switched traffic, the start of the service until ready included; median of {Rounds}.",
            [
                new BenchFigure("overheadSeconds", live, "From the push to the switched traffic, s", "≤ 1.0", live <= 1.0),
                new BenchFigure("readySeconds", BenchPlatform.Median(readies), "Of it starting the service until it is ready, s"),
                new BenchFigure("pushSeconds", BenchPlatform.Median(answers), "Until the push returned, the old release drained, s"),
            ]);
    }

    private static async Task BuildByCopying(string score)
    {
        var text = await File.ReadAllTextAsync(score);
        await File.WriteAllTextAsync(score, text
            .Replace("npm ci && npm run build", "mkdir -p out && cp -R server.js src package.json out", StringComparison.Ordinal)
            .Replace("tarmac.dev/test: npm test", "tarmac.dev/test: \"true\"", StringComparison.Ordinal));
    }

    private static JsonNode Step(JsonNode shown, string name) => shown["steps"]!.AsArray().Single(step => step!["name"]!.GetValue<string>() == name)!;

    private static DateTimeOffset Time(JsonNode node, string field) => node[field]!.GetValue<DateTimeOffset>();
}
