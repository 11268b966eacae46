using System.Text.Json.Nodes;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Delivery;

/// <summary>Decides a deploy for each new head of a default branch, once, whoever notices it first.</summary>
public sealed class Pushes(Repositories repositories, Database database, DeliveryCatalog catalog, EventLog events, OperationStore operations)
{
    public const string Environment = "dev";

    /// <summary>Takes note of the present head. Answers the deploy it decided, or null when that head was decided before.</summary>
    public async Task<string?> Accept(string service, string principal, CancellationToken cancellation)
    {
        if (await repositories.Head(service, cancellation) is not { } head) return null;
        var accepted = await database.Write(async session =>
        {
            if (!await DeliveryStore.MoveHead(session, service, head)) return null;
            await events.Append(session, "dev.cdevents.change.merged.0.2.0", ServiceName.Entity(service), principal, new JsonObject { ["service"] = service, ["commit"] = head });
            return await operations.Enqueue(session, DeployOperation.Request(service, Environment, head, principal));
        }, cancellation);
        if (accepted is not null) await catalog.Announce(service, cancellation);
        return accepted;
    }

    /// <summary>Finds pushes that were received but not decided, because the platform died in between.</summary>
    public async Task CatchUp(IEnumerable<Service> services, CancellationToken cancellation)
    {
        foreach (var service in services.Where(service => service.State == Service.Active && repositories.Exists(service.Name)))
            if (await repositories.Head(service.Name, cancellation) is { } head && head != service.Head)
                await Accept(service.Name, Principal.Platform.Ref, cancellation);
    }

    /// <summary>Deletes a service that was removed longer ago than it is kept for.</summary>
    public async Task Forget(string service, CancellationToken cancellation)
    {
        if (repositories.Exists(service)) Directory.Delete(repositories.PathOf(service), recursive: true);
        await database.Write(session => DeliveryStore.Forget(session, service), cancellation);
    }
}
