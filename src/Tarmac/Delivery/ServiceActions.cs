using System.Text.Json.Nodes;
using Tarmac.Delivery.Git;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Delivery;

/// <summary>What every action on a service has in common: it names one that exists, and its owner may.</summary>
public abstract class ServiceAction(ActionDefinition definition, DeliveryStore store) : ActionHandler(definition)
{
    protected DeliveryStore Store { get; } = store;

    protected virtual string WantedState => Service.Active;

    public override ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) =>
        ValueTask.FromResult<string?>(ServiceName.Entity(call.Text("service")));

    public override async ValueTask<string?> OwnerWhenUnknown(ActionCall call, CancellationToken cancellation) =>
        (await Store.Find(call.Text("service"), cancellation))?.Owner;

    public sealed override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var service = await Store.Find(call.Text("service"), cancellation);
        if (service is null or { State: Service.Forgotten } || (service.State != WantedState && WantedState == Service.Active))
            throw Problem.NotFound("service", call.Text("service"), service?.State != Service.Removed ? "tarmac status shows those that run here." : $"It was removed; tarmac service restore {service.Name} brings it back.");
        return await Plan(service, call, cancellation);
    }

    protected abstract Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation);

    /// <summary>The home whose platform works on it.</summary>
    protected static async Task<string?> HomeOf(Session session, ActionCall call) => (await DeliveryStore.Find(session, call.Text("service")))?.Home;

    protected async Task<Deployment> Deployed(Service service, string environment, CancellationToken cancellation) =>
        await Store.Deployment(service.Name, environment, cancellation) is { Release: not null } deployment
            ? deployment
            : throw new Problem(409, "service-not-deployed", $"{service.Name} was never deployed to {environment}.", null, $"Deploy it first: tarmac deploy {service.Name}.");
}

public sealed class DeployService(DeliveryStore store, Repositories repositories, ServiceHomes homes, OperationStore operations) : ServiceAction(DeliveryActions.Deploy, store)
{
    protected override async Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation)
    {
        await homes.DemandHere(service.Name, cancellation);
        var commit = await repositories.Find(service.Name, call.TextOrNull("commit") ?? Repositories.DefaultBranch, cancellation);
        var environment = call.Text("environment");
        var serving = await Store.Deployment(service.Name, environment, cancellation);
        return new ActionPlan(ServiceName.Entity(service.Name),
        [
            $"Build and test commit {commit.Short} “{commit.Subject}” and make a release of it.",
            $"Start it in {environment}, and switch {ServiceName.Host(service.Name, environment)} to it once it is ready.",
            serving?.Instance is null ? "Nothing serves there now." : $"Release {serving.Release} serves until then, finishes its requests and is stopped.",
        ], After: new JsonObject { ["commit"] = commit.Id, ["environment"] = environment });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new(new JsonObject { ["commit"] = plan.After!["commit"]!.DeepClone() },
            await operations.Enqueue(session, DeployOperation.Request(call.Text("service"), call.Text("environment"), plan.After["commit"]!.GetValue<string>(), call.Principal.Ref, homes.Here)));
}

/// <summary>Rollback, restart and start: the same but for which release and what people call it.</summary>
public sealed class ActivateRelease(ActionDefinition definition, string kind, DeliveryStore store, Artifacts artifacts, ServiceHomes homes, OperationStore operations) : ServiceAction(definition, store)
{
    protected override async Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation)
    {
        var environment = call.Text("environment");
        var deployment = await Deployed(service, environment, cancellation);
        var number = kind != ActivateOperation.Rollback ? deployment.Release!.Value
            : call.Input["release"]?.GetValue<long>() ?? ReleaseRules.Previous(await Store.Releases(service.Name, int.MaxValue, cancellation), environment, deployment.Release!.Value)?.Number
            ?? throw new Problem(409, "rollback-nothing", $"{service.Name} has no earlier release in {environment}.", null, "Name one: tarmac releases shows them.");
        var release = await Store.Release(service.Name, number, cancellation)
            ?? throw Problem.NotFound("release of " + service.Name, number.ToString(), $"tarmac releases {service.Name} shows them.");
        // Another platform's home is that one's to look into, when it runs this.
        if (homes.IsHere(service)) artifacts.Demand(release);
        return new ActionPlan(ServiceName.Entity(service.Name),
        [
            $"Start release {number} (commit {release.Commit[..8]} “{release.Message}”) with the configuration it was made with; nothing is built.",
            $"Switch {ServiceName.Host(service.Name, environment)} to it once it is ready, and drain what serves now.",
        ],
        kind == ActivateOperation.Rollback && release.ServedAt is null ? [$"Release {number} has never served: its deploy did not get that far. What serves now goes on until it is ready."] : [],
        Before: new JsonObject { ["release"] = deployment.Release }, After: new JsonObject { ["release"] = number });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new(new JsonObject { ["release"] = plan.After!["release"]!.DeepClone() },
            await operations.Enqueue(session, ActivateOperation.Request(call.Text("service"), call.Text("environment"), plan.After["release"]!.GetValue<long>(), kind, call.Principal.Ref, await HomeOf(session, call))));
}

public sealed class StopService(DeliveryStore store, OperationStore operations) : ServiceAction(DeliveryActions.Stop, store)
{
    protected override async Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation)
    {
        var environment = call.Text("environment");
        await Deployed(service, environment, cancellation);
        return new ActionPlan(ServiceName.Entity(service.Name),
            [$"{ServiceName.Host(service.Name, environment)} stops leading to it; requests in flight are finished.", "Then the instance is stopped. Releases stay: tarmac service start brings it back."]);
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await operations.Enqueue(session, StopOperation.Request(call.Text("service"), call.Text("environment"), remove: false, call.Principal.Ref, await HomeOf(session, call))));
}

public sealed class RemoveService(DeliveryStore store, OperationStore operations, TimeProvider clock) : ServiceAction(DeliveryActions.Remove, store)
{
    protected override Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation)
    {
        if (call.Text("confirm") != service.Name)
            throw new Problem(422, "confirmation-wrong", "The confirmation is not the service's name.", null, $"Type {service.Name}.", [new("confirmation-wrong", $"Type {service.Name} to confirm.", Field: "confirm")]);
        return Task.FromResult(new ActionPlan(ServiceName.Entity(service.Name),
        [
            $"{service.Name} is stopped in every environment, its routes are taken away and it leaves the catalog.",
            $"Its repository and releases are kept until {clock.GetUtcNow() + Service.KeptAfterRemoval:yyyy-MM-dd}; until then tarmac service restore brings it back.",
        ], Before: new JsonObject { ["state"] = Service.Active }, After: new JsonObject { ["state"] = Service.Removed }));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new([], await operations.Enqueue(session, StopOperation.Request(call.Text("service"), null, remove: true, call.Principal.Ref, await HomeOf(session, call))));
}

public sealed class RestoreService(DeliveryStore store) : ServiceAction(DeliveryActions.Restore, store)
{
    protected override string WantedState => Service.Removed;

    protected override Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation)
    {
        if (service.State == Service.Active) throw NotRemoved(service.Name);
        return Task.FromResult(new ActionPlan(ServiceName.Entity(service.Name), [$"{service.Name} is back with its repository and releases. It does not run until it is started or deployed."]));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        // The reconciler puts it back into the catalog.
        if (!await DeliveryStore.Restore(session, call.Text("service"))) throw NotRemoved(call.Text("service"));
        return new ActionOutcome(new JsonObject { ["service"] = call.Text("service"), ["restored"] = true });
    }

    private static Problem NotRemoved(string service) =>
        new(409, "service-not-removed", $"{service} was not removed.", null, "There is nothing to restore. A removal that still runs ends first.");
}

public sealed class CommitFile(DeliveryStore store, Repositories repositories, ServiceHomes homes, OperationStore operations, TimeProvider clock) : ServiceAction(DeliveryActions.Commit, store)
{
    protected override async Task<ActionPlan> Plan(Service service, ActionCall call, CancellationToken cancellation)
    {
        var path = call.Text("path");
        if (path.StartsWith('/') || path.Split('/').Any(part => part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase)) || path.Any(c => char.IsControl(c) || c == '\\'))
            throw Problem.InvalidInput([new("path-outside", $"“{path}” is not a path inside the repository.", Field: "path", Cure: "Name the file from the root of the repository, for example RUNBOOK.md.")]);
        await homes.DemandHere(service.Name, cancellation);
        var head = await repositories.Head(service.Name, cancellation) ?? throw new Problem(409, "repository-empty", "Nothing was pushed to this repository yet.");
        var present = await repositories.Read(service.Name, head, path, cancellation);
        if (call.TextOrNull("expected") is { } expected && present?.Blob != expected)
            throw new Problem(409, "repository-moved", $"{path} has changed since you opened it.", null, "Look at the new version and make your change again.");
        return new ActionPlan(ServiceName.Entity(service.Name),
            [present is null ? $"Add {path} to {service.Name} with a commit on {Repositories.DefaultBranch}." : $"Change {path} of {service.Name} with a commit on {Repositories.DefaultBranch}.", "That commit is then deployed to dev, as a push would be."],
            Before: new JsonObject { ["commit"] = head }, After: new JsonObject { ["path"] = path });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var author = CommitAuthor.Of(call.Principal.Ref, call.Principal.DisplayName, clock.GetUtcNow());
        var message = call.TextOrNull("message") ?? "Change " + call.Text("path");
        return new ActionOutcome([], await operations.Enqueue(session, CommitOperation.Request(
            call.Text("service"), call.Text("path"), call.Text("content"), message, plan.Before!["commit"]!.GetValue<string>(), author, call.Principal.Ref, homes.Here)));
    }
}
