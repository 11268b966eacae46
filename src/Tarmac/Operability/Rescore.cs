using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Facts;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability;

/// <summary>Looks again at everything that can be looked at now, and judges, while the asker waits.</summary>
public sealed class Rescore(
    CurrentCatalog catalog, CatalogSources sources, Probing probing, Scoring scoring, ScoreIndex index, TimeProvider clock, ILogger<Rescore> logger)
    : ActionHandler(OperabilityActions.Rescore)
{
    // What has not answered by then keeps its last fact.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(1500);

    // What the asker saw: looking again may already bring about a score by itself.
    private sealed record Looked(double? Before, IReadOnlyList<Fact> Seen);

    public override ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) => ValueTask.FromResult<string?>(Reference(call));

    public override async Task<ActionCall> Prepare(ActionCall call, CancellationToken cancellation)
    {
        var entry = Demand(call);
        var before = index.Find(entry.Ref)?.Value;
        using var limit = new CancellationTokenSource(Longest, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await sources.LookAgain(entry.Source.Name, stop.Token);
            return call with { Prepared = new Looked(before, await probing.Observe(entry.Ref, stop.Token)) };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            logger.LogInformation("{Entity} did not answer within {Limit}; it is judged by what is known", entry.Ref, Longest);
            return call with { Prepared = new Looked(before, []) };
        }
    }

    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var entry = Demand(call);
        return Task.FromResult(new ActionPlan(entry.Ref, [$"Reads the descriptor and runbook of {entry.Title} again, and asks it whether it is ready.", $"Judges it by {CheckList.All.Count} checks."]));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var looked = call.Prepared as Looked ?? new Looked(null, []);
        var judged = (await scoring.Judge(session, [plan.Subject], looked.Seen, "rescore", call.Principal.Ref))[0];
        return new ActionOutcome(new JsonObject
        {
            ["entity"] = plan.Subject,
            ["before"] = ScoreAnswer.Rounded(looked.Before ?? judged.Before),
            ["after"] = ScoreAnswer.Rounded(judged.Score.Value),
            ["band"] = ScoreAnswer.Word(judged.Score.Band.ToString()),
            ["coverage"] = ScoreAnswer.Rounded(judged.Score.Coverage),
            ["n"] = judged.Score.N,
            ["failing"] = new JsonArray([.. judged.Score.Findings.Where(finding => finding.IsFailing).Select(finding => (JsonNode)finding.Check.Id)]),
        });
    }

    private static string Reference(ActionCall call) => EntityRef.Parse(call.Text("entity"), EntityKinds.Component).ToString();

    private CatalogEntry Demand(ActionCall call)
    {
        var reference = Reference(call);
        var entry = catalog.Index.Find(reference) ?? throw Problem.NotFound("entity", reference, "GET /api/v1/catalog/entities?q=TEXT finds entities.");
        return Scoring.Scored(catalog.Index, reference)
            ?? throw new Problem(422, "score-component-only", "Only components are scored.", $"{reference} is a {entry.Entity.Kind}.", "Name a component, for example component:default/vouchers.");
    }
}
