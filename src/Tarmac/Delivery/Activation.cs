using System.Text.Json.Nodes;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Gateway;

namespace Tarmac.Delivery;

/// <summary>
/// Makes a release the one that serves: start, readiness, switch, drain. The old instance has the traffic until the new one
/// is ready, finishes what it has begun, and only then is stopped.
/// </summary>
public sealed class Activation(Instances instances, GatewayRoutes routes, DeploymentRoutes restoring, DeliveryStore store, EventLog events, DeliveryCatalog catalog, GatewayProcess gateway, TimeProvider clock)
{
    // Longer than one that was told to stop may take over its last requests.
    private static readonly TimeSpan GatewayPatience = TimeSpan.FromSeconds(20);

    /// <summary>Its steps, as people call them.</summary>
    public static readonly IReadOnlyList<(string Name, string Title)> Steps =
        [("start", "Start the new instance"), ("ready", "Wait until it is ready"), ("switch", "Switch the traffic"), ("drain", "Drain and stop the old")];

    /// <summary>Where to go once it serves.</summary>
    public static IReadOnlyList<NextStep> Next(Operation operation)
    {
        var service = operation.Input["service"]!.GetValue<string>();
        return
        [
            new("Open " + operation.Result?["host"], operation.Result?["url"]?.GetValue<string>()),
            new($"See {service}: logs, releases, what runs", "/services/" + service),
            new("See its operability score and what would raise it", "/scores/component/default/" + service),
        ];
    }

    /// <param name="kind">What people call it: deploy, rollback, restart or start.</param>
    public async Task<JsonObject> Run(OperationRun run, Release release, string environment, string kind)
    {
        var (service, operation) = (release.Service, run.Operation.Id);
        var id = Instances.NameOf(service, environment, release.Number, operation);
        var host = ServiceName.Host(service, environment);

        var started = await run.Step("start", async cancellation =>
        {
            // One operation works on a service at a time, so what serves now is what the switch replaces.
            var serving = (await store.Deployment(service, environment, cancellation))?.Instance;
            run.Log($"Starting release {release.Number} as {id}");
            await instances.Start(release, id, cancellation);
            return new JsonObject { ["replaces"] = serving };
        });
        await run.Step("ready", async cancellation => run.Log($"Ready on port {await Ready(run, release, id, cancellation)}"));
        await run.Step("switch", async cancellation =>
        {
            // Asked again and never remembered: when the machine went down in between, it is another process on another port.
            var port = await Ready(run, release, id, cancellation);
            var before = await store.Deployment(service, environment, cancellation);
            await Route(new GatewayRoute(host, service, environment, [new GatewayDestination(id, DeploymentRoutes.AddressOf(port))]), cancellation);
            KillPoint.Reached("switch", "routed");
            await run.Write(session => Record(session, run, release, environment, kind, id, before));
            run.Log($"Traffic of {host} goes to {id}");
        });

        await catalog.Announce(service, run.Stopping);
        await run.Step("drain", cancellation => Drain(run, started["replaces"]?.GetValue<string>(), id, release.Configuration.DrainTimeoutSeconds, cancellation));
        return new JsonObject { ["release"] = release.Number, ["environment"] = environment, ["url"] = gateway.UrlOf(host), ["host"] = host };
    }

    private async Task<int> Ready(OperationRun run, Release release, string id, CancellationToken cancellation)
    {
        var port = await instances.Start(release, id, cancellation);
        await instances.UntilReady(run, release, id, port, cancellation);
        return port;
    }

    /// <summary>Undoes a start that came to nothing; when it already had the traffic, it keeps it, and what it replaced is drained.</summary>
    public async Task Undo(OperationRun run, string service, string environment, CancellationToken cancellation)
    {
        // The route first: the switch may have written it before it was given up, and the port goes to somebody else.
        await restoring.Restore(service, environment, cancellation);
        var deployment = await store.Deployment(service, environment, cancellation);
        if (deployment?.Operation == run.Operation.Id && await store.Release(service, deployment.Release!.Value, cancellation) is { } serving)
        {
            run.Log($"Release {serving.Number} has the traffic already and keeps it.");
            await Drain(run, run.Output("start")?["replaces"]?.GetValue<string>(), deployment.Instance, serving.Configuration.DrainTimeoutSeconds, cancellation);
            return;
        }
        var suffix = "." + run.Operation.Id[^12..];
        foreach (var handle in instances.Of(service, environment).Where(handle => handle.Id.EndsWith(suffix, StringComparison.Ordinal)))
            await instances.Stop(handle.Id, cancellation);
    }

    /// <summary>Waits for the requests in flight to an instance that has no route any more, then stops it.</summary>
    public async Task Drain(OperationRun run, string? old, string? successor, int seconds, CancellationToken cancellation)
    {
        if (old is null || old == successor) return;
        var outcome = await routes.WaitUntilDrainedAsync(old, TimeSpan.FromSeconds(seconds), cancellation);
        if (outcome == DrainOutcome.StillRouted)
            throw new InvalidOperationException($"A route still leads to {old}.");
        run.Log(outcome == DrainOutcome.Drained ? $"Nothing is in flight to {old}; stopping it" : $"{old} still had requests after {seconds} s; stopping it all the same");
        await instances.Stop(old, cancellation);
    }

    // A gateway that is just starting is waited for: "switched" means that requests arrive.
    private async Task Route(GatewayRoute route, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            await gateway.Ensure(cancellation);
            var applied = await routes.SetAsync(route, cancellation);
            if (applied.Outcome == GatewayApplyOutcome.Applied) return;
            if (applied.Outcome == GatewayApplyOutcome.Refused) throw new InvalidOperationException($"The gateway did not take the route: {applied.Detail}");
            if (clock.GetElapsedTime(began) > GatewayPatience) throw gateway.NotRunning(applied.Detail);
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellation);
        }
    }

    private async Task<bool> Record(Foundation.Storage.Session session, OperationRun run, Release release, string environment, string kind, string id, Deployment? before)
    {
        if (before?.Instance == id) return false;
        var now = clock.GetUtcNow();
        await DeliveryStore.Put(session, new Deployment(
            release.Service, environment, release.Number, id, true, run.Operation.Id, run.Operation.Principal, now));
        await DeliveryStore.Serves(session, release.Service, release.Number, now);
        await events.Append(session, new NewEvent(NewEvent.Tarmac, run.Operation.Id + ":switch",
            kind == ActivateOperation.Rollback ? "dev.cdevents.service.rolledback.0.2.0" : before?.Release is null ? "dev.cdevents.service.deployed.0.2.0" : "dev.cdevents.service.upgraded.0.2.0",
            ServiceName.Entity(release.Service), now, run.Operation.Principal, new JsonObject
            {
                ["service"] = release.Service,
                ["environment"] = environment,
                ["release"] = release.Number,
                ["commit"] = release.Commit,
                ["artifactId"] = release.Digest,
                ["kind"] = kind,
                ["operation"] = run.Operation.Id,
            }));
        return true;
    }
}
