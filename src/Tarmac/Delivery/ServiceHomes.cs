using Tarmac.Delivery.Git;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Delivery;

/// <summary>
/// Which of several platforms on one database a service belongs to: its repository, its releases and its processes are in
/// that one's home, and only that one works on it.
/// </summary>
public sealed class ServiceHomes(ReplicaStore replicas, Repositories repositories, DeliveryStore store, Database database)
{
    /// <summary>The name of this platform's own home.</summary>
    public string Here => replicas.Me;

    /// <summary>Whether it is this platform's. Before that was noted, it is whose repository it is.</summary>
    public bool IsHere(Service service) => !database.IsShared || service.Home == Here || (service.Home is null && repositories.Exists(service.Name));

    /// <summary>The platform whose a service is, when it is another's.</summary>
    public async Task<Replica?> Elsewhere(Service service, CancellationToken cancellation) =>
        IsHere(service) || service.Home is not { } home ? null : await replicas.Find(home, cancellation);

    /// <exception cref="Problem">It is another platform's, which has to be asked.</exception>
    public async Task DemandHere(string name, CancellationToken cancellation)
    {
        if (!ServiceName.IsValid(name) || await store.Find(name, cancellation) is not { } service || IsHere(service)) return;
        var other = await Elsewhere(service, cancellation);
        throw new Problem(409, "service-elsewhere", $"{name} belongs to {(other is null ? "another platform" : $"the platform on {other.Host}")}.",
            "Its repository and its processes are in that platform's home.", other switch
            {
                null => "Start the platform on the home that has it.",
                { Alive: true } => $"Ask that one: {other.Url}.",
                _ => $"It was last heard of {other.SeenAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC at {other.Url}: start it again.",
            });
    }

    /// <summary>Notes of those that are this platform's that they are, when nobody did yet.</summary>
    public Task Settle(IEnumerable<Service> services, CancellationToken cancellation)
    {
        var unsettled = services.Where(service => service.Home is null && IsHere(service)).ToList();
        return unsettled.Count == 0 ? Task.CompletedTask : database.Write(async session =>
        {
            foreach (var service in unsettled) await DeliveryStore.Settle(session, service.Name, Here);
        }, cancellation);
    }
}
