using Tarmac.Delivery.Git;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Storage;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>What a service's records want besides its processes: its place in the catalog, its pushes decided, and in the end to be forgotten.</summary>
public sealed class ServiceCare(
    DeliveryStore store, DeliveryCatalog catalog, Pushes pushes, Repositories repositories, Artifacts artifacts, LocalRuntime runtime, Instances instances, Database database, TimeProvider clock)
{
    private readonly HashSet<string> announced = [];

    /// <param name="atRest">False while an operation works on it, which then tells the catalog itself.</param>
    public async Task Of(Service service, bool atRest, CancellationToken cancellation)
    {
        if (service.State == Service.Active)
        {
            // Once a start, because the platform may have died before it could; and after a restore.
            if (atRest && (!announced.Contains(service.Name) || !catalog.Knows(service.Name))) await catalog.Announce(service.Name, cancellation);
            announced.Add(service.Name);
            await pushes.CatchUp(service, cancellation);
        }
        else if (atRest)
        {
            if (catalog.Knows(service.Name)) await catalog.Withdraw(service.Name, cancellation);
            await Forget(service, cancellation);
        }
    }

    // Decided first, so that it cannot be restored half-deleted; the rows go last, so that what a kill leaves is found again.
    private async Task Forget(Service service, CancellationToken cancellation)
    {
        var limit = clock.GetUtcNow() - Service.KeptAfterRemoval;
        if (service.State != Service.Forgotten && !(service.RemovedAt < limit)) return;
        if (!await database.Write(session => DeliveryStore.Expire(session, service.Name, limit), cancellation)) return;
        foreach (var deployment in await store.Deployments(service.Name, cancellation))
            foreach (var handle in instances.Of(service.Name, deployment.Environment).ToList())
            {
                await instances.Stop(handle.Id, cancellation);
                await runtime.RemoveAsync(handle.Id, cancellation);
            }
        artifacts.Remove(service.Name);
        repositories.Remove(service.Name);
        await database.Write(session => DeliveryStore.Delete(session, service.Name), cancellation);
    }
}
