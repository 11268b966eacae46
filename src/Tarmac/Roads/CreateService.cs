using System.Text.Json.Nodes;
using Tarmac.Delivery;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>Creates a service from a road. Everyone may; what is created belongs to the team that is named.</summary>
public sealed class CreateService(RoadShelf shelf, ServiceNames names, OperationStore operations, IOrganisation organisation, ServiceHomes homes, TimeProvider clock) : ActionHandler(RoadActions.Create)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var (name, owner) = (call.Text("name"), call.Text("owner"));
        var road = shelf.Find(call.Text("road"));
        ServiceName.Demand(name);
        if (await names.Find(name, cancellation) is { } taken)
            throw new Problem(409, "service-exists", taken.State == Service.Active ? $"There is a service {name} already." : $"There was a service {name}; it is kept until {taken.RemovedAt + Service.KeptAfterRemoval:yyyy-MM-dd}.", $"It belongs to {taken.Owner}.", "Choose another name" + (taken.State == Service.Active ? "." : ", or restore it: tarmac service restore " + name + "."));
        if (organisation.Exists(ServiceName.Entity(name)))
            throw new Problem(409, "service-exists", $"The catalog has a component {name} already.", $"It belongs to {organisation.OwnerOf(ServiceName.Entity(name)) ?? "nobody"}.", "Choose another name.");
        if (!owner.StartsWith("group:", StringComparison.Ordinal) || !organisation.Exists(owner))
            throw Problem.InvalidInput([new("owner-unknown", $"There is no team {owner}.", Field: "owner", Cure: "Name a group of the catalog, for example group:default/promotions; tarmac list --kind group shows them.")]);
        var tree = Render(road, call.Input);
        var warnings = call.Principal.Teams.Contains(owner) || call.Principal.IsOperator ? new List<string>() : [$"You are not a member of {owner}: afterwards its members can change the service, and you cannot."];
        return new ActionPlan(ServiceName.Entity(name),
        [
            $"Make a git repository {name} with the {tree.Files.Count} files of the road {road.Title} {road.Version}.",
            $"Register {name} in the catalog, owned by {organisation.DisplayName(owner)}.",
            call.Input["deploy"]!.GetValue<bool>() ? $"Build it, test it and run it at {ServiceName.Host(name, Pushes.Environment)}." : "Deploy nothing until the first push.",
        ], warnings, After: new JsonObject { ["name"] = name, ["owner"] = owner, ["road"] = road.Name, ["version"] = road.Version });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var (name, owner) = (call.Text("name"), call.Text("owner"));
        if (!await ServiceNames.Take(session, new Service(name, owner, Service.Active, null, call.Principal.Ref, clock.GetUtcNow(), null, homes.Here)))
            throw new Problem(409, "service-exists", $"There is a service {name} already.", null, "Choose another name.");
        return new ActionOutcome(new JsonObject { ["service"] = name, ["owner"] = owner },
            await operations.Enqueue(session, CreateOperation.Request(call.Input, call.Principal, clock.GetUtcNow(), homes.Here)));
    }

    internal static RenderedTree Render(Road road, JsonObject input)
    {
        var (answers, problems) = road.Parameters.Validate(Answers(road, input));
        if (problems.Count > 0) throw Problem.InvalidInput(problems);
        var rendered = RoadTemplate.Render(road, answers);
        return rendered.Tree ?? throw Problem.InvalidInput(rendered.Problems);
    }

    // The fields every road has come by name; what only this road asks for comes as name=value.
    private static JsonObject Answers(Road road, JsonObject input)
    {
        var given = new JsonObject();
        foreach (var field in (string[])["name", "owner", "description", "system", "tier"])
            if (input[field]?.GetValue<string>() is { Length: > 0 } value && road.Parameters[field] is not null)
                given[field] = field == "tier" ? value.ToLowerInvariant() : value;
        foreach (var pair in (input["answers"] as JsonArray ?? []).Select(item => item!.GetValue<string>()))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw Problem.InvalidInput([new InputProblem(RoadCodes.Answer, $"“{pair}” is not an answer.", Field: "answers", Cure: "Write name=value.")]);
            given[pair[..equals]] = pair[(equals + 1)..];
        }
        return given;
    }
}
