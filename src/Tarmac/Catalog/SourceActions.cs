using System.Text.Json.Nodes;
using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Catalog;

internal sealed class AddSource(SourceIntake intake, OperationStore operations, Leases leases) : ActionHandler(CatalogActions.AddSource)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var source = intake.Registration(call);
        var (steps, warnings) = await intake.Preview(source, cancellation);
        return new ActionPlan("source:" + source.Name, steps, warnings, After: new JsonObject
        {
            ["name"] = source.Name,
            ["kind"] = source.Kind.ToString(),
            ["location"] = source.Location,
            ["owner"] = source.Owner,
            ["credential"] = source.Credential,
            ["kinds"] = new JsonArray([.. source.Kinds]),
        });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var source = intake.Registration(call);
        if (source.Kind != SourceKind.Added && !await RegistrationStore.Add(session, source)) throw CatalogSources.SourceExists(source.Name);
        return new((JsonObject)plan.After!.DeepClone(), await SourceOperation.Enqueue(session, operations, "add", $"Add the catalog source {source.Name}", call, source.Kind == SourceKind.Added ? source.Location : null, leases.Me));
    }
}

internal sealed class RefreshSource(CurrentCatalog catalog, OperationStore operations, Leases leases) : ActionHandler(CatalogActions.RefreshSource)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var state = catalog.DemandSource(call.Text("name"));
        return Task.FromResult(new ActionPlan("source:" + state.Source.Name, [$"Everything is read again from {state.Source.Location}."]));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await SourceOperation.Enqueue(session, operations, "refresh", $"Read the catalog source {call.Text("name")}", call, null,
            await leases.Holder(session, CatalogSources.LeaseOf(call.Text("name")))));
}

internal sealed class RemoveSource(CurrentCatalog catalog, RegisteredSources registered, OperationStore operations) : ActionHandler(CatalogActions.RemoveSource)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var state = catalog.DemandSource(call.Text("name"));
        if (await registered.Find(state.Source.Name, cancellation) is { } registration) registration.Demand(call.Principal);
        else if (state.Source.Kind != SourceKind.Added)
            throw new Problem(409, "source-not-added", $"{state.Source.Name} was not added by hand, so it cannot be removed by hand.", null,
                state.Source.Kind is SourceKind.Organisation or SourceKind.Catalog ? "Start the platform without it." : "It goes with what it describes, for example when the service is removed.");
        else if (!call.Principal.IsOperator)
            throw new Problem(403, "operator-only", "Only an operator of this platform may do this.", "The source is a path on the platform's own machine.", "Ask the platform team.");
        return new ActionPlan("source:" + state.Source.Name,
            [$"The source is not read any more. Of its {state.Entries.Count} entities those that no other source declares are kept as orphans for {EntityChanges.OrphansKeptDays} days.", "No file is touched. Adding the source again gives them back."],
            Before: new JsonObject { ["name"] = state.Source.Name, ["path"] = state.Source.Location, ["entities"] = state.Entries.Count });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await SourceOperation.Enqueue(session, operations, "remove", $"Remove the catalog source {call.Text("name")}", call, null, null,
            catalog.DemandSource(call.Text("name")).Source.AddedAt));
}

/// <summary>Reading a source takes as long as its folder is large, so it is an operation that one can follow.</summary>
internal sealed class SourceOperation(CatalogSources sources, RegisteredSources registered, LocalOwner operatedBy) : OperationKind(KindName)
{
    private const string KindName = "catalog.source";
    private const int MostProblemsLogged = 50;

    public static Task<string> Enqueue(Session session, OperationStore operations, string change, string title, ActionCall call, string? path, string? host, DateTimeOffset? addedAt = null) =>
        operations.Enqueue(session, new OperationRequest(KindName, "source:" + call.Text("name"), title,
            new JsonObject { ["change"] = change, ["name"] = call.Text("name"), ["path"] = path, ["addedAt"] = addedAt?.ToUnixTimeMilliseconds() }, call.Principal.Ref, Host: host));

    // Who saw the folder when it was asked for reads it; any other that sees it may.
    public override bool MayMove => true;

    // Sources are an operator's, whoever asked to read one again.
    public override Task<string> OwnerWhenUnknown(Operation operation, CancellationToken cancellation) => Task.FromResult(operatedBy.Ref);

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var input = run.Operation.Input;
        var name = input["name"]!.GetValue<string>();
        if (input["change"]!.GetValue<string>() == "remove")
            return await run.Step("remove", async cancellation => new JsonObject { ["revision"] = await registered.Remove(name, input["addedAt"]?.GetValue<long>(), run.Operation.Principal, cancellation) });
        // Reading replaces the whole source in one transaction, so reading twice does nothing the second time.
        return await run.Step("read", async cancellation =>
        {
            var state = input["path"]?.GetValue<string>() is { } path
                ? await sources.Add(name, path, run.Operation.Principal, cancellation)
                : await registered.Find(name, cancellation) is { } source ? await registered.Read(source, run.Operation.Principal, cancellation)
                : await sources.Refresh(name, run.Operation.Principal, anyway: true, cancellation);
            run.Log($"{state.Files} files, {state.Entries.Count} entities, {state.Problems.Count} problems.");
            foreach (var problem in state.Problems.Take(MostProblemsLogged)) run.Log(problem.Problem.ToString());
            return new JsonObject
            {
                ["source"] = name,
                ["files"] = state.Files,
                ["entities"] = state.Entries.Count,
                ["problems"] = state.Problems.Count,
                ["health"] = state.Health,
                ["revision"] = state.Revision,
            };
        });
    }
}
