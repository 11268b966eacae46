using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Delivery;

/// <param name="Owner">The team it was created for; the catalog's word wins where it has one.</param>
/// <param name="Head">The newest commit a deploy was decided for.</param>
public sealed record Service(string Name, string Owner, string State, string? Head, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? RemovedAt, string? Home = null)
{
    public const string Active = "active";
    public const string Removed = "removed";

    /// <summary>Kept long enough: it cannot be restored any more, and what it left is being deleted.</summary>
    public const string Forgotten = "forgotten";

    public static readonly TimeSpan KeptAfterRemoval = TimeSpan.FromDays(30);
}

/// <summary>What is wanted in one environment, and what was last switched to.</summary>
/// <param name="Release">The release that should run and last took the traffic; null before the first.</param>
/// <param name="Instance">The process that has the traffic.</param>
/// <param name="Running">False when the team stopped it.</param>
public sealed record Deployment(
    string Service, string Environment, long? Release, string? Instance, bool Running, string Operation, string ChangedBy, DateTimeOffset ChangedAt);

/// <summary>The tables of services, releases and deployments.</summary>
public sealed class DeliveryStore(Database database)
{
    public Task<List<Service>> Services(CancellationToken cancellation = default) =>
        database.Read(session => session.List($"select name, owner, state, head, created_by, created_at, removed_at, home from service order by name", ReadService), cancellation);

    public Task<Service?> Find(string name, CancellationToken cancellation = default) =>
        database.Read(session => Find(session, name), cancellation);

    public static Task<Service?> Find(Session session, string name) =>
        session.One($"select name, owner, state, head, created_by, created_at, removed_at, home from service where name = {name}", ReadService);

    /// <exception cref="Problem">It was removed, which an operation that waited learns only when its turn comes.</exception>
    public async Task DemandActive(string name, CancellationToken cancellation)
    {
        if (await Find(name, cancellation) is not { State: Service.Active })
            throw new Problem(409, "service-removed", $"{name} was removed.", null, $"Restore it first: tarmac service restore {name}.");
    }

    public static Task Add(Session session, Service service) =>
        session.Execute($"""
            insert into service (name, owner, state, head, created_by, created_at, home)
            values ({service.Name}, {service.Owner}, {service.State}, {service.Head}, {service.CreatedBy}, {service.CreatedAt}, {service.Home})
            """);

    /// <summary>Notes whose a service is, unless that is known.</summary>
    public static Task Settle(Session session, string service, string home) => session.Execute($"update service set home = {home} where name = {service} and home is null");

    /// <summary>Moves the head a deploy was decided for; false when it was there already, so that each head is deployed once.</summary>
    public static async Task<bool> MoveHead(Session session, string service, string head) =>
        await session.Execute($"update service set head = {head} where name = {service} and state = {Service.Active} and (head is null or head <> {head})") == 1;

    /// <summary>Ends a service that is active; it can be restored.</summary>
    public static Task Remove(Session session, string service, DateTimeOffset at) =>
        session.Execute($"update service set state = {Service.Removed}, removed_at = {at} where name = {service} and state = {Service.Active}");

    /// <summary>False when there is nothing to restore.</summary>
    public static async Task<bool> Restore(Session session, string service) =>
        await session.Execute($"update service set state = {Service.Active}, removed_at = {(DateTimeOffset?)null} where name = {service} and state = {Service.Removed}") == 1;

    /// <summary>Decides that a service removed before <paramref name="limit"/> is forgotten; false when it was restored.</summary>
    public static async Task<bool> Expire(Session session, string service, DateTimeOffset limit) =>
        await session.Execute($"""
            update service set state = {Service.Forgotten}
            where name = {service} and (state = {Service.Forgotten} or (state = {Service.Removed} and removed_at < {limit}))
            """) == 1;

    /// <summary>Deletes all that is recorded of a service, so that whoever takes its name begins anew.</summary>
    public static async Task Delete(Session session, string service)
    {
        await session.Execute($"delete from deployment where service = {service}");
        await session.Execute($"delete from release where service = {service}");
        await session.Execute($"delete from service where name = {service}");
    }

    public Task<List<Release>> Releases(string service, int limit = 100, CancellationToken cancellation = default) =>
        database.Read(session => session.List(
            $"select service, number, environment, commit_id, message, author, digest, configuration, operation, created_by, created_at, served_at from release where service = {service} order by number desc limit {limit}",
            ReadRelease), cancellation);

    public Task<Release?> Release(string service, long number, CancellationToken cancellation = default) =>
        database.Read(session => session.One(
            $"select service, number, environment, commit_id, message, author, digest, configuration, operation, created_by, created_at, served_at from release where service = {service} and number = {number}",
            ReadRelease), cancellation);

    /// <summary>Notes that a release has taken the traffic.</summary>
    public static Task Serves(Session session, string service, long number, DateTimeOffset at) =>
        session.Execute($"update release set served_at = coalesce(served_at, {at}) where service = {service} and number = {number}");

    public static Task<Release?> ReleaseOf(Session session, string operation) =>
        session.One($"select service, number, environment, commit_id, message, author, digest, configuration, operation, created_by, created_at, served_at from release where operation = {operation}", ReadRelease);

    public static async Task<long> NextNumber(Session session, string service) =>
        (await session.Number($"select max(number) from release where service = {service}") ?? 0) + 1;

    public static Task Add(Session session, Release release) =>
        session.Execute($"""
            insert into release (service, number, environment, commit_id, message, author, digest, configuration, operation, created_by, created_at)
            values ({release.Service}, {release.Number}, {release.Environment}, {release.Commit}, {release.Message}, {release.Author}, {release.Digest},
              {release.Configuration.ToJson()}, {release.Operation}, {release.CreatedBy}, {release.CreatedAt})
            """);

    public Task<List<Deployment>> Deployments(string? service = null, CancellationToken cancellation = default) =>
        database.Read(session => session.List(
            $"select service, environment, release, instance, running, operation, changed_by, changed_at from deployment where cast({service} as text) is null or service = {service} order by service, environment",
            ReadDeployment), cancellation);

    /// <summary>The commit of what runs in each environment, of one service or of all.</summary>
    public async Task<IReadOnlyDictionary<(string Service, string Environment), string>> CurrentCommits(string? service, CancellationToken cancellation) =>
        (await database.Read(session => session.List(
            $"""
            select deployment.service, deployment.environment, commit_id from deployment join release on release.service = deployment.service and release.number = deployment.release
            where cast({service} as text) is null or deployment.service = {service}
            """, row => (Place: (row.Text(0), row.Text(1)), Commit: row.Text(2))), cancellation)).ToDictionary(one => one.Place, one => one.Commit);

    public Task<Deployment?> Deployment(string service, string environment, CancellationToken cancellation = default) =>
        database.Read(session => Deployment(session, service, environment), cancellation);

    public static Task<Deployment?> Deployment(Session session, string service, string environment) =>
        session.One($"select service, environment, release, instance, running, operation, changed_by, changed_at from deployment where service = {service} and environment = {environment}", ReadDeployment);

    public static Task Put(Session session, Deployment deployment) =>
        session.Execute($"""
            insert into deployment (service, environment, release, instance, running, operation, changed_by, changed_at)
            values ({deployment.Service}, {deployment.Environment}, {deployment.Release}, {deployment.Instance}, {deployment.Running},
              {deployment.Operation}, {deployment.ChangedBy}, {deployment.ChangedAt})
            on conflict (service, environment) do update set release = excluded.release, instance = excluded.instance,
              running = excluded.running, operation = excluded.operation, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """);

    private static Service ReadService(Row row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.Text(4), row.Time(5), row.TimeOrNull(6), row.TextOrNull(7));

    private static Release ReadRelease(Row row) => new(
        row.Text(0), row.Number(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6),
        ReleaseConfiguration.FromJson(row.Text(7)), row.Text(8), row.Text(9), row.Time(10), row.TimeOrNull(11));

    private static Deployment ReadDeployment(Row row) => new(
        row.Text(0), row.Text(1), row.NumberOrNull(2), row.TextOrNull(3), row.Flag(4), row.Text(5), row.Text(6), row.Time(7));
}
