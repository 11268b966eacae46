using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Replicas;

/// <summary>The table of the platforms that share this database.</summary>
public sealed class ReplicaStore(HomeFolder home, PlatformOptions options, Whereabouts whereabouts, Database database, TimeProvider clock)
{
    /// <summary>How long one that ended without a word is remembered, and with it what it was started with.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    private readonly DateTimeOffset startedAt = clock.GetUtcNow();

    /// <summary>The name of this platform: its home's.</summary>
    public string Me => home.Id;

    public Task<List<Replica>> All(CancellationToken cancellation) => database.Read(All, cancellation);

    public async Task<Replica?> Find(string id, CancellationToken cancellation) => (await All(cancellation)).Find(replica => replica.Id == id);

    /// <summary>Notes that this platform lives, and forgets those that were not heard of for long. Alone on a database, all others are gone.</summary>
    internal Task Seen(CancellationToken cancellation) => database.Write(async session =>
    {
        var now = clock.GetUtcNow();
        await session.Execute($"""
            insert into replica (id, host, url, gateway, version, started_at, seen_at)
            values ({Me}, {Environment.MachineName}, {whereabouts.Url}, {"http://" + options.GatewayListen}, {PlatformOptions.Version}, {startedAt}, {now})
            on conflict (id) do update set host = excluded.host, url = excluded.url, gateway = excluded.gateway, version = excluded.version,
              started_at = excluded.started_at, seen_at = excluded.seen_at
            """);
        await session.Execute($"delete from replica where id <> {Me} and seen_at < {(database.IsShared ? now - Remembered : DateTimeOffset.MaxValue)}");
    }, cancellation);

    /// <summary>A condition on rows of <c>replica r</c>: those that live.</summary>
    internal static Sql Living(DateTimeOffset now) => $"r.seen_at > {now - Leases.Length}";

    private Task<List<Replica>> All(Session session)
    {
        var alive = clock.GetUtcNow() - Leases.Length;
        return session.List($"select id, host, url, gateway, version, started_at, seen_at from replica order by started_at, id", row =>
            new Replica(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Time(5), row.Time(6), row.Time(6) > alive));
    }
}
