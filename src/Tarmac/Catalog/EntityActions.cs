using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Catalog;

/// <summary>An action on one entity of the catalog; its owner may.</summary>
internal abstract class EntityAction(ActionDefinition definition, CurrentCatalog catalog) : ActionHandler(definition)
{
    public override ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) => ValueTask.FromResult<string?>(call.Text("entity").ToLowerInvariant());

    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation) => Plan(Demand(call.Text("entity")), call, cancellation);

    protected abstract Task<ActionPlan> Plan(CatalogEntry entry, ActionCall call, CancellationToken cancellation);

    protected CatalogIndex Index => catalog.Index;

    protected CatalogEntry Demand(string reference) => catalog.Index.Find(reference) ?? throw Problem.NotFound("entity", reference, "GET /api/v1/catalog/entities?q=TEXT finds entities.");
}

internal sealed class HandOverEntity(CurrentCatalog catalog, OperationStore operations) : EntityAction(CatalogActions.HandOver, catalog)
{
    protected override Task<ActionPlan> Plan(CatalogEntry entry, ActionCall call, CancellationToken cancellation)
    {
        var to = call.Text("source");
        EntityHolders.DemandHandOver(Index, entry, to);
        var receiver = Index.Sources.Single(state => state.Source.Name == to).Entries.Single(other => other.Ref == entry.Ref);
        var fields = CatalogRules.Changes(entry.Entity.ToJson(), receiver.Entity.ToJson());
        return Task.FromResult(new ActionPlan(entry.Ref,
            [
                $"{entry.Ref} is what {to} says in {receiver.Entity.Origin.File} from now on, no longer what {entry.Source.Name} says in {entry.Entity.Origin.File}.",
                .. ChangeWords.Fields(fields).Select(field => $"Changes {field}."),
            ],
            receiver.Owner == entry.Owner ? null : [$"Its owner changes: only {(receiver.Owner is { } owner ? Index.DisplayName(owner) : "nobody")} could hand it back."],
            new JsonObject { ["source"] = entry.Source.Name }, new JsonObject { ["source"] = to }));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await EntityOperation.Enqueue(session, operations, "hand-over", $"Hand {plan.Subject} over to {call.Text("source")}", plan.Subject, call.Text("source"), call.Principal.Ref));
}

internal sealed class RemoveOrphan(CurrentCatalog catalog, OperationStore operations) : EntityAction(CatalogActions.RemoveOrphan, catalog)
{
    protected override Task<ActionPlan> Plan(CatalogEntry entry, ActionCall call, CancellationToken cancellation) => entry.Source.IsGone
        ? Task.FromResult(new ActionPlan(entry.Ref, [$"{entry.Ref} leaves the catalog. Its history stays.", $"It comes back when a source declares it again."],
            Before: new JsonObject { ["source"] = entry.Source.Name, ["entity"] = entry.Entity.ToJson() }))
        : throw new Problem(409, CatalogSourceCodes.NotOrphan, $"{entry.Ref} is no orphan: {entry.Source.Name} declares it.", null, $"Take it out of {entry.Entity.Origin.File}.");

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await EntityOperation.Enqueue(session, operations, "remove-orphan", $"Remove the orphan {plan.Subject}", plan.Subject, plan.Before!["source"]!.GetValue<string>(), call.Principal.Ref));
}

/// <summary>Waits its turn after whatever is read just now, so it is an operation that one can follow.</summary>
internal sealed class EntityOperation(EntityHolders holders) : OperationKind(KindName)
{
    private const string KindName = "catalog.entity";

    public static Task<string> Enqueue(Session session, OperationStore operations, string change, string title, string reference, string source, string actor) =>
        operations.Enqueue(session, new OperationRequest(KindName, reference, title, new JsonObject { ["change"] = change, ["entity"] = reference, ["source"] = source }, actor));

    // Each leaves things as they are when they are so already: asked for again after a crash, nothing is done twice.
    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var (reference, source) = (run.Operation.Input["entity"]!.GetValue<string>(), run.Operation.Input["source"]!.GetValue<string>());
        return await run.Step("change", async cancellation => new JsonObject
        {
            ["revision"] = run.Operation.Input["change"]!.GetValue<string>() == "hand-over"
                ? await holders.HandOver(reference, source, run.Operation.Principal, cancellation)
                : await holders.RemoveOrphans(source, [reference], run.Operation.Principal, cancellation),
        });
    }
}
