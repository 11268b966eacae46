using Tarmac.Foundation.Storage;

namespace Tarmac.Delivery;

/// <summary>What other slices may do with the names of services: look one up, take one, and give it back when nothing came of it.</summary>
public sealed class ServiceNames(DeliveryStore store)
{
    public Task<Service?> Find(string name, CancellationToken cancellation) => store.Find(name, cancellation);

    /// <summary>Takes the name in the caller's transaction; false when somebody was quicker.</summary>
    public static async Task<bool> Take(Session session, Service service)
    {
        if (await DeliveryStore.Find(session, service.Name) is not null) return false;
        await DeliveryStore.Add(session, service);
        return true;
    }

    /// <summary>Notes that nothing is to be deployed for this head, so that it is not taken for a push that was missed.</summary>
    public static Task<bool> Settle(Session session, string name, string head) => DeliveryStore.MoveHead(session, name, head);

    public static Task GiveBack(Session session, string name) => DeliveryStore.Delete(session, name);
}
