using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Delivery;

/// <summary>What a finished operation on a service is told as.</summary>
internal static class ServiceOutcome
{
    public static void Show(Invocation run, string service, JsonNode answer, TimeSpan took)
    {
        var result = answer.At("outcome", "operation", "result");
        run.Terminal.Line($"{answer.Text("outcome", "operation", "title") ?? service}: done in {Ago.Span(took)}.");
        if (result.Text("release") is { } release) run.Terminal.Line("Release: " + release);
        if (result.Text("url") is { } url) run.Terminal.Line("Live:    " + url);
    }
}
