using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Gateway;

namespace Tarmac.Delivery;

/// <summary>Runs a release that exists: a rollback, a restart, a start after a stop.</summary>
public sealed class ActivateOperation(Activation activation, DeliveryStore store) : OperationKind(KindName)
{
    public const string KindName = "activate";
    public const string Rollback = "rollback";

    public static OperationRequest Request(string service, string environment, long release, string kind, string principal, string? host) =>
        new(KindName, ServiceName.Entity(service), kind switch
        {
            Rollback => $"Roll {service} back to release {release} in {environment}",
            "start" => $"Start {service} in {environment}",
            _ => $"Restart {service} in {environment}",
        }, new JsonObject { ["service"] = service, ["environment"] = environment, ["release"] = release, ["kind"] = kind }, principal, Host: host);

    public override IReadOnlyList<(string Name, string Title)> Steps => Activation.Steps;

    public override IReadOnlyList<NextStep> Next(Operation operation) => Activation.Next(operation);

    public override async Task<string> OwnerWhenUnknown(Operation operation, CancellationToken cancellation) =>
        (await store.Find(operation.Input["service"]!.GetValue<string>(), cancellation))?.Owner ?? operation.Principal;

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var input = run.Operation.Input;
        var (service, environment, kind) = (input["service"]!.GetValue<string>(), input["environment"]!.GetValue<string>(), input["kind"]!.GetValue<string>());
        await store.DemandActive(service, run.Stopping);
        // What is current is asked for now: a deploy may have come before, and a restart must not undo it.
        var number = kind == Rollback ? input["release"]!.GetValue<long>() : (await store.Deployment(service, environment, run.Stopping))!.Release!.Value;
        var release = await store.Release(service, number)
            ?? throw Problem.NotFound("release of " + service, number.ToString(), $"tarmac releases {service} shows them.");
        return await activation.Run(run, release, environment, kind);
    }

    public override Task CleanUp(OperationRun run, CancellationToken cancellation) =>
        activation.Undo(run, run.Operation.Input["service"]!.GetValue<string>(), run.Operation.Input["environment"]!.GetValue<string>(), cancellation);
}

/// <summary>Takes a service's route away, lets it finish and stops it; for a removal, everywhere.</summary>
public sealed class StopOperation(Activation activation, GatewayRoutes routes, DeliveryStore store, DeliveryCatalog catalog, EventLog events, TimeProvider clock) : OperationKind(KindName)
{
    public const string KindName = "stop";

    public static OperationRequest Request(string service, string? environment, bool remove, string principal, string? host) =>
        new(KindName, ServiceName.Entity(service), remove ? $"Remove {service}" : $"Stop {service} in {environment}",
            new JsonObject { ["service"] = service, ["environment"] = environment, ["remove"] = remove }, principal, Host: host);

    public override async Task<string> OwnerWhenUnknown(Operation operation, CancellationToken cancellation) =>
        (await store.Find(operation.Input["service"]!.GetValue<string>(), cancellation))?.Owner ?? operation.Principal;

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var service = run.Operation.Input["service"]!.GetValue<string>();
        var only = run.Operation.Input["environment"]?.GetValue<string>();
        var remove = run.Operation.Input["remove"]!.GetValue<bool>();
        foreach (var deployment in (await store.Deployments(service)).Where(deployment => only is null || deployment.Environment == only))
            await StopOne(run, deployment, remove);
        if (remove)
            await run.Step("withdraw", async cancellation =>
            {
                await catalog.Withdraw(service, cancellation);
                // Last: until here it is a service like any other, which a cancel leaves as it is then.
                await run.Write(async session =>
                {
                    await DeliveryStore.Remove(session, service, clock.GetUtcNow());
                    return true;
                });
            });
        else await catalog.Announce(service, run.Stopping);
        return new JsonObject { ["service"] = service, ["stopped"] = true };
    }

    private async Task StopOne(OperationRun run, Deployment deployment, bool remove)
    {
        var host = ServiceName.Host(deployment.Service, deployment.Environment);
        var named = deployment.Environment;
        var found = await run.Step("find " + named, async cancellation =>
            new JsonObject { ["instance"] = (await store.Deployment(deployment.Service, named, cancellation))?.Instance });
        var instance = found["instance"]?.GetValue<string>();
        await run.Step("unroute " + named, async cancellation =>
        {
            // A stopped service keeps its name at the gateway, which then can say "stopped" instead of "unknown".
            if (remove) await routes.RemoveAsync(host, cancellation);
            else await routes.SetAsync(new GatewayRoute(host, deployment.Service, named, []), cancellation);
            await run.Write(async session =>
            {
                await DeliveryStore.Put(session, deployment with { Instance = null, Running = false, Operation = run.Operation.Id, ChangedBy = run.Operation.Principal, ChangedAt = clock.GetUtcNow() });
                await events.Append(session, new NewEvent(NewEvent.Tarmac, $"{run.Operation.Id}:stop:{named}", remove ? "dev.cdevents.service.removed.0.2.0" : "dev.tarmac.service.stopped",
                    run.Operation.Subject, clock.GetUtcNow(), run.Operation.Principal, new JsonObject { ["service"] = deployment.Service, ["environment"] = named }));
                return true;
            });
            run.Log($"{host} leads nowhere any more");
        });
        await run.Step("stop " + named, cancellation => activation.Drain(run, instance, null, 30, cancellation));
    }
}

/// <summary>Commits one changed file to the default branch, which decides a deploy as a push would.</summary>
public sealed class CommitOperation(Repositories repositories, Pushes pushes, DeliveryStore store) : OperationKind(KindName)
{
    public const string KindName = "commit";

    public static OperationRequest Request(string service, string path, string content, string message, string parent, CommitAuthor author, string principal, string? host) =>
        new(KindName, ServiceName.Repository(service), $"Change {path} of {service}", new JsonObject
        {
            ["service"] = service,
            ["path"] = path,
            ["content"] = content,
            ["message"] = message,
            ["parent"] = parent,
            ["author"] = author.Name,
            ["email"] = author.Email,
            ["at"] = author.At.ToUnixTimeSeconds(),
        }, principal, Host: host);

    public override IReadOnlyList<(string Name, string Title)> Steps => [("commit", "Commit the change"), ("deploy", "Decide the deploy")];

    public override async Task<JsonObject?> Run(OperationRun run)
    {
        var input = run.Operation.Input;
        var service = input["service"]!.GetValue<string>();
        await store.DemandActive(service, run.Stopping);
        using var turn = await pushes.Turn(service, run.Stopping);
        var made = await run.Step("commit", async cancellation =>
        {
            var author = new CommitAuthor(input["author"]!.GetValue<string>(), input["email"]!.GetValue<string>(), DateTimeOffset.FromUnixTimeSeconds(input["at"]!.GetValue<long>()));
            var file = new RepositoryFile(input["path"]!.GetValue<string>(), Encoding.UTF8.GetBytes(input["content"]!.GetValue<string>()));
            // With its own name in it, the commit is nobody else's, and this one's however often it is made.
            var message = $"{input["message"]!.GetValue<string>().TrimEnd()}\n\nOperation: {run.Operation.Id}\n";
            var commit = await repositories.Commit(service, input["parent"]!.GetValue<string>(), file, message, author, cancellation);
            run.Log($"Committed {commit[..8]}");
            return new JsonObject { ["commit"] = commit };
        });
        var deploy = await run.Step("deploy", async cancellation => new JsonObject { ["operation"] = await pushes.Accept(service, run.Operation.Principal, cancellation) });
        return new JsonObject { ["commit"] = made["commit"]!.DeepClone(), ["deploy"] = deploy["operation"]?.DeepClone() };
    }
}
