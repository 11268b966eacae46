using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

/// <summary>A change of one service in one environment; restart, stop and start are no more than that.</summary>
internal class ServiceVerb : ChangeVerb
{
    private readonly Argument<string?> service;
    private readonly Option<string?> environment;

    public ServiceVerb(ActionDefinition action, string name, string? description, params string[] examples) : base(action, name, description, examples)
    {
        CanBeLeft();
        service = With(ServiceOptions.Service());
        environment = Having(ServiceOptions.Environment());
    }

    /// <summary>What this verb has besides.</summary>
    protected virtual void Fill(JsonObject input, Invocation run)
    {
    }

    protected override Task<int> Run(Invocation run)
    {
        var name = ServiceHere.Or(run.Get(service));
        var input = new JsonObject { ["service"] = name };
        if (run.Get(environment) is { } place) input["environment"] = place;
        Fill(input, run);
        var took = Stopwatch.StartNew();
        return Perform(run, input, answer => Show(run, name, answer, took.Elapsed));
    }

    private static void Show(Invocation run, string service, JsonNode answer, TimeSpan took)
    {
        var result = answer.At("outcome", "operation", "result");
        run.Terminal.Line($"{answer.Text("outcome", "operation", "title") ?? service}: done in {Ago.Span(took)}.");
        if (result.Text("release") is { } release) run.Terminal.Line("Release: " + release);
        if (result.Text("url") is { } url) run.Terminal.Line("Live:    " + url);
    }
}
