using System.Text.Json.Nodes;

namespace Tarmac.Bench;

/// <summary>What the platform itself adds between a commit and the switched traffic, apart from the service's own build, test and start.</summary>
internal static class PushToLiveBench
{
    private const int Rounds = 10;

    // What the service itself takes, whoever runs it.
    private static readonly string[] Own = ["build", "test", "ready"];

    public static async Task<BenchResult> RunAsync(string root)
    {
        await using var platform = new BenchPlatform(Path.Combine(root, "artifacts", "tarmac", "server"), root, Path.Combine(root, "roads"));
        await platform.Start("/sign-in");
        var created = await platform.Act("service.create", new JsonObject { ["road"] = "node-api", ["name"] = "pushed", ["owner"] = "group:default/promotions", ["description"] = "A service made to be measured." });
        var made = await platform.Finished(created["operation"]!.GetValue<string>());
        await platform.Finished(made["operation"]!["result"]!["deploy"]!.GetValue<string>());
        var (overheads, totals) = (new List<double>(), new List<double>());
        // Pushing is for the owning team; the bench's operator takes the right openly.
        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/pushed", ["reason"] = "Measuring how long a push takes" });
        for (var round = 1; round <= Rounds; round++)
        {
            var commit = await platform.Act("repository.commit", new JsonObject { ["service"] = "pushed", ["path"] = "NOTES.md", ["content"] = $"Round {round}\n" });
            var committed = await platform.Finished(commit["operation"]!.GetValue<string>());
            var deployed = await platform.Finished(committed["operation"]!["result"]!["deploy"]!.GetValue<string>());
            // Accepted is when the commit was asked for, live is when the traffic was switched.
            var from = Time(committed["operation"]!, "createdAt");
            var live = Time(Step(deployed, "switch")!, "finishedAt");
            var own = Own.Select(step => Step(deployed, step)).OfType<JsonNode>().Sum(step => (Time(step, "finishedAt") - Time(step, "startedAt")).TotalSeconds);
            totals.Add((live - from).TotalSeconds);
            overheads.Add((live - from).TotalSeconds - own);
        }
        var overhead = BenchPlatform.Median(overheads);
        return new BenchResult("push-to-live",
            $"A commit to a service of the road node-api: from asking for the commit to the switched traffic, without the service's own build, test and start until ready; median of {Rounds}.",
            [
                new BenchFigure("overheadSeconds", overhead, "The platform's own part, s", "≤ 1.0", overhead <= 1.0),
                new BenchFigure("totalSeconds", BenchPlatform.Median(totals), "All of it, s"),
                new BenchFigure("overheadShare", overhead / BenchPlatform.Median(totals), "The platform's part of all"),
            ]);
    }

    private static JsonNode? Step(JsonNode shown, string name) => shown["steps"]!.AsArray().FirstOrDefault(step => step!["name"]!.GetValue<string>() == name);

    private static DateTimeOffset Time(JsonNode node, string field) => node[field]!.GetValue<DateTimeOffset>();
}
