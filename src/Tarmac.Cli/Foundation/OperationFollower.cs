using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tarmac.Cli.Foundation;

/// <summary>Follows an operation's log to its end, over restarts of the platform.</summary>
internal static class OperationFollower
{
    /// <summary>Answers the operation as the API shows it once it is final.</summary>
    public static async Task<JsonNode> Follow(Invocation run, string id, Action<JsonNode> line)
    {
        var after = 0L;
        var lost = new Stopwatch();
        while (true)
        {
            try
            {
                await foreach (var (type, data, _) in run.Platform.Stream($"/api/operations/{Uri.EscapeDataString(id)}/log?follow=true&after={after}"))
                {
                    lost.Reset();
                    if (type == "end") return await run.Platform.Get("/api/operations/" + Uri.EscapeDataString(id));
                    if (data is null) continue;
                    after = Math.Max(after, (long)(data.Number("line") ?? after));
                    line(data);
                }
            }
            catch (ConnectionLostException) when (lost.Elapsed < PlatformClient.Patience)
            {
                // The operation goes on without us; the log is read on from the last line seen.
                lost.Start();
            }
            await Task.Delay(200, run.Cancellation);
        }
    }

    /// <summary>Follows with the log as progress on standard error.</summary>
    public static Task<JsonNode> FollowAsProgress(Invocation run, string id) => Follow(run, id, line => run.Terminal.Progress(Shown(line)));

    public static string Shown(JsonNode line) => $"{line.Text("step"),-10} {line.Text("text")}";

    /// <summary>0 when it succeeded, else 1 with its problem said on standard error.</summary>
    public static int Outcome(Invocation run, JsonNode shown)
    {
        var operation = shown.At("operation") ?? shown;
        var state = operation.Text("state");
        if (state == "succeeded") return ExitCode.Ok;
        if (run.Terminal.Json) return ExitCode.Failure;
        var problem = operation.At("problem") as JsonObject ?? new JsonObject { ["title"] = $"The operation was {state}.", ["cure"] = "tarmac operation show " + operation.Text("id") };
        if (problem.Text("docs") is { } docs && docs.StartsWith('/'))
        {
            problem = (JsonObject)problem.DeepClone();
            problem["docs"] = run.Platform.Url + docs;
        }
        run.Terminal.Report(problem);
        return ExitCode.Failure;
    }
}
