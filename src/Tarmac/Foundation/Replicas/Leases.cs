using System.Collections.Concurrent;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Replicas;

/// <summary>
/// What one of several platforms does for all: whoever takes a lease keeps it for as long as it lives, and another takes it
/// within <see cref="Length"/> after it ended. A platform that is alone on its database has all of them.
/// </summary>
public sealed class Leases(HomeFolder home, Database database, TimeProvider clock)
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<string, Held> held = new(StringComparer.Ordinal);

    // By a clock that nobody sets: from when it was last prolonged.
    private sealed record Held(long Fence, long From);

    /// <summary>In whose name this platform holds them.</summary>
    public string Me => home.Id;

    /// <summary>Whether this platform has it now.</summary>
    public bool Has(string name) => !database.IsShared || (held.TryGetValue(name, out var mine) && clock.GetElapsedTime(mine.From) < Length);

    /// <summary>Which of its holdings this is: it is another once somebody else had it between.</summary>
    public long FenceOf(string name) => held.TryGetValue(name, out var mine) ? mine.Fence : 0;

    /// <summary>Takes it when nobody has it. True when this platform has it then.</summary>
    public async Task<bool> Take(string name, CancellationToken cancellation)
    {
        if (Has(name)) return true;
        var (now, until, from) = (clock.GetUtcNow(), clock.GetUtcNow() + Length, clock.GetTimestamp());
        var fence = await database.Write(session => session.Number($"""
            insert into lease (name, holder, until, fence) values ({name}, {home.Id}, {until}, {1})
            on conflict (name) do update set holder = excluded.holder, until = excluded.until,
              fence = case when lease.holder = excluded.holder and lease.until >= {now} then lease.fence else lease.fence + 1 end
            where lease.until < {now} or lease.holder = {home.Id} returning fence
            """), cancellation);
        if (fence is null) return false;
        held[name] = new Held(fence.Value, from);
        return true;
    }

    /// <summary>Keeps the caller's transaction from being committed when somebody else took the lease meanwhile.</summary>
    /// <param name="fence">As <see cref="FenceOf"/> said when the caller began.</param>
    /// <exception cref="LeaseTakenException">It is not this platform's any more, or was another's since.</exception>
    public async Task Demand(Session session, string name, long fence)
    {
        if (!database.IsShared) return;
        if (await session.Execute($"update lease set fence = fence where name = {name} and holder = {home.Id} and fence = {fence}") == 0) throw new LeaseTakenException(name);
    }

    /// <summary>The home whose platform has it; null when none has.</summary>
    public Task<string?> Holder(Session session, string name) =>
        session.One($"select holder from lease where name = {name} and until > {clock.GetUtcNow()}", row => row.Text(0));

    /// <summary>The holders of the leases whose names begin so, by the rest of the name.</summary>
    public Task<List<(string Name, string Holder)>> Holders(string prefix, CancellationToken cancellation) => database.Read(session => session.List(
        $"select name, holder from lease where name like {prefix + "%"} and until > {clock.GetUtcNow()}", row => (row.Text(0)[prefix.Length..], row.Text(1))), cancellation);

    /// <summary>Whether other platforms live on the same database.</summary>
    public async Task<bool> AreOthers(CancellationToken cancellation) => database.IsShared && await database.Read(session => session.Number(
        $"select count(*) from replica r where r.id <> {home.Id} and {ReplicaStore.Living(clock.GetUtcNow())}"), cancellation) > 0;

    /// <summary>Prolongs what this platform has taken and not given back; what it had in an earlier life runs out.</summary>
    internal async Task Renew(CancellationToken cancellation)
    {
        var names = held.Keys.ToList();
        if (names.Count == 0) return;
        var (until, from) = (clock.GetUtcNow() + Length, clock.GetTimestamp());
        var mine = await database.Write(session => session.List(
            $"update lease set until = {until} where holder = {home.Id} and name in {names} returning name, fence", row => (Name: row.Text(0), Fence: row.Number(1))), cancellation);
        foreach (var (name, fence) in mine)
            // One that was only just taken again has another fence, and its own time.
            if (held.TryGetValue(name, out var known) && known.Fence == fence) held.TryUpdate(name, new Held(fence, from), known);
    }

    /// <summary>Gives one back, so that another platform may take it at once.</summary>
    public async Task Release(string name)
    {
        if (held.TryRemove(name, out var mine))
            await database.Write(session => session.Execute($"update lease set until = 0 where name = {name} and holder = {home.Id} and fence = {mine.Fence}"), CancellationToken.None);
    }

    /// <summary>Gives all back, so that nobody waits for the end of a platform that stops.</summary>
    internal async Task Release()
    {
        if (held.IsEmpty) return;
        held.Clear();
        await database.Write(session => session.Execute($"update lease set until = 0 where holder = {home.Id}"), CancellationToken.None);
    }
}

/// <summary>Another platform has the lease and does the work.</summary>
public sealed class LeaseTakenException(string name) : Exception($"Another platform holds the lease {name}.");
