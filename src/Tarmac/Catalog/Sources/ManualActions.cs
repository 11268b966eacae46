using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Sources;

/// <summary>Declaring an entity by a form.</summary>
internal sealed class DeclareEntity(CurrentCatalog catalog, OperationStore operations) : ActionHandler(CatalogActions.DeclareEntity)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var index = catalog.Index;
        var (entity, _) = Descriptor(call);
        var reference = entity.Ref.ToString();
        if (ManualEntities.Find(index, reference) is not null) throw ManualEntities.Exists($"{reference} is declared already.", "Edit it on its page, or choose another name or namespace.");
        if (index.Find(entity.Ref) is { Source.IsGone: false } other)
            throw ManualEntities.Exists($"{reference} is declared already, by {other.Source.Name} in {other.Entity.Origin.File}.", "Change it there, or choose another name or namespace.");
        return Task.FromResult(new ActionPlan(reference, [$"{reference} is in the catalog, owned by {entity.Owner}.", $"Its owner changes and removes it here, and takes its descriptor along as a file."], After: entity.ToJson()));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var (entity, text) = Descriptor(call);
        return new(new JsonObject { ["entity"] = plan.Subject }, await ManualOperation.Enqueue(session, operations, "declare", $"Declare {plan.Subject}", entity.Ref, text, call.Principal));
    }

    private static (Entity Entity, string Text) Descriptor(ActionCall call) =>
        ManualEntities.Checked(EntityForm.Descriptor(call, call.Text("kind"), call.Text("name"), call.TextOrNull("namespace"), SourceIntake.OwnerOf(call.Principal, call.TextOrNull("owner")), null));
}

/// <summary>Changing what was declared by a form. What is left blank is said no more.</summary>
internal sealed class EditEntity(CurrentCatalog catalog, OwnershipOffers offers, OperationStore operations) : ActionHandler(CatalogActions.EditEntity)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var before = ManualOperation.Demand(catalog, call);
        var (after, _) = Descriptor(call, before);
        var owner = after.Owner!.ToString();
        // Whoever gives it away has asked the other team first.
        if (owner != before.Owner && !(await offers.Of(before.Ref, cancellation)).Exists(offer => offer.State == OwnershipOffer.Accepted && offer.To == owner)) _ = SourceIntake.OwnerOf(call.Principal, owner);
        var changes = ChangeWords.Fields(CatalogRules.Changes(before.Entity.ToJson(), after.ToJson())).Select(field => $"Changes {field}.").ToList();
        return new ActionPlan(before.Ref, changes.Count == 0 ? ["Nothing changes."] : changes, Before: before.Entity.ToJson(), After: after.ToJson());
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var (entity, text) = Descriptor(call, ManualOperation.Demand(catalog, call));
        return new([], await ManualOperation.Enqueue(session, operations, "edit", $"Edit {plan.Subject}", entity.Ref, text, call.Principal));
    }

    private static (Entity Entity, string Text) Descriptor(ActionCall call, CatalogEntry before)
    {
        var owner = call.TextOrNull("owner") is not { } asked ? before.Owner!
            : EntityRef.TryParse(asked, EntityKinds.Group, EntityRef.DefaultNamespace, out var group, out var why) ? group.ToString()
            : throw Problem.InvalidInput([new(CatalogSourceCodes.SourceInput, why, Field: "owner", Cure: "Write it like group:default/promotions.")]);
        return ManualEntities.Checked(EntityForm.Descriptor(call, before.Entity.Kind, before.Name, before.Entity.Metadata.Namespace, owner, before.Entity));
    }
}

internal sealed class RemoveEntity(CurrentCatalog catalog, OperationStore operations) : ActionHandler(CatalogActions.RemoveEntity)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var entry = ManualOperation.Demand(catalog, call);
        return Task.FromResult(new ActionPlan(entry.Ref, [$"{entry.Ref} is declared here no more. Where another source declares it, that one counts.", "Its history stays."], Before: entry.Entity.ToJson()));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await ManualOperation.Enqueue(session, operations, "remove", $"Remove {plan.Subject}", ManualOperation.Demand(catalog, call).Entity.Ref, null, call.Principal));
}

/// <summary>Waits its turn after whatever is stored just now, so it is an operation that one can follow.</summary>
internal sealed class ManualOperation(ManualEntities entities) : OperationKind(KindName)
{
    private const string KindName = "catalog.manual";

    /// <summary>What is declared here, when the caller may change it.</summary>
    public static CatalogEntry Demand(CurrentCatalog catalog, ActionCall call)
    {
        var (index, reference) = (catalog.Index, call.Text("entity").ToLowerInvariant());
        if (ManualEntities.Find(index, reference) is not { } entry)
            throw index.Find(reference) is { } other
                ? new Problem(409, CatalogSourceCodes.NotManual, $"{reference} is not declared here, but by {other.Source.Name}.", null, $"Change {other.Entity.Origin.File} there.")
                : Problem.NotFound("entity", reference, "GET /api/v1/catalog/entities?q=TEXT finds entities.");
        var owner = entry.Owner!;
        if (call.Principal.IsOperator || owner == call.Principal.Ref || call.Principal.Teams.Contains(owner)) return entry;
        throw Problem.Forbidden($"{reference} is owned by {owner}, and {call.Principal.Ref} is not a member.", $"Ask {index.DisplayName(owner)}, or an operator of this platform.");
    }

    public static Task<string> Enqueue(Session session, OperationStore operations, string change, string title, EntityRef entity, string? text, Principal principal) =>
        operations.Enqueue(session, new OperationRequest(KindName, entity.ToString(), title, new JsonObject { ["change"] = change, ["entity"] = entity.ToString(), ["text"] = text }, principal.Ref));

    public override IReadOnlyList<NextStep> Next(Operation operation) => operation.Input["change"]!.GetValue<string>() == "remove" ? []
        : [new NextStep("See it", EntityAddress.Of(operation.Input["entity"]!.GetValue<string>()))];

    // Each leaves things as they are when they are so already: asked for again after a crash, nothing is done twice.
    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var (input, actor) = (run.Operation.Input, run.Operation.Principal);
        var (change, entity) = (input["change"]!.GetValue<string>(), EntityRef.Parse(input["entity"]!.GetValue<string>()));
        return await run.Step("store", async cancellation => new JsonObject
        {
            ["revision"] = (change == "remove" ? await entities.Remove(entity, actor, cancellation)
                : await entities.Put(entity, input["text"]!.GetValue<string>(), isNew: change == "declare", actor, cancellation)).Revision,
        });
    }
}
