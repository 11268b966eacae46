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
public sealed class Activation(Instances instances, GatewayRoutes routes, DeliveryStore store, EventLog events, DeliveryCatalog catalog, GatewayProcess gateway, TimeProvider clock)
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
            return new JsonObject { ["port"] = await instances.Start(release, id, cancellation), ["replaces"] = serving };
        });
        var port = started["port"]!.GetValue<int>();

        await run.Step("ready", async cancellation =>
        {
            // After a crash of the machine the instance of an earlier try may be gone.
            await instances.Start(release, id, cancellation);
            await instances.UntilReady(run, release, id, port, cancellation);
            run.Log($"Ready on port {port}");
        });

        await run.Step("switch", async cancellation =>
        {
            var before = await store.Deployment(service, environment, cancellation);
            await Route(new GatewayRoute(host, service, environment, [new GatewayDestination(id, "http://127.0.0.1:" + port)]), cancellation);
            await run.Write(session => Record(session, run, release, environment, kind, id, before));
            run.Log($"Traffic of {host} goes to {id}");
        });

        await catalog.Announce(service, run.Stopping);
        await run.Step("drain", cancellation => Drain(run, started["replaces"]?.GetValue<string>(), id, release.Configuration.DrainTimeoutSeconds, cancellation));
        return new JsonObject { ["release"] = release.Number, ["environment"] = environment, ["url"] = gateway.UrlOf(host), ["host"] = host };
    }

    /// <summary>Undoes a start that came to nothing; an instance that already has the traffic stays.</summary>
    public async Task Undo(OperationRun run, string service, string environment, CancellationToken cancellation)
    {
        var suffix = "." + run.Operation.Id[^12..];
        var serving = (await store.Deployment(service, environment, cancellation))?.Instance;
        foreach (var handle in instances.Of(service, environment).Where(handle => handle.Id.EndsWith(suffix, StringComparison.Ordinal) && handle.Id != serving))
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
            release.Service, environment, release.Number, before?.Release == release.Number ? before.Previous : before?.Release, id, true, run.Operation.Id, run.Operation.Principal, now));
        await events.Append(session, new NewEvent(NewEvent.Tarmac, run.Operation.Id + ":switch",
            kind == "rollback" ? "dev.cdevents.service.rolledback.0.2.0" : before?.Release is null ? "dev.cdevents.service.deployed.0.2.0" : "dev.cdevents.service.upgraded.0.2.0",
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
