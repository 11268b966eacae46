using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Events;

/// <summary>The append-only log of everything done or observed: written with the change it records, read in one total order.</summary>
public sealed class EventLog
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);
    private readonly Database database;
    private readonly TimeProvider clock;
    private readonly Signal committed = new();

    public EventLog(Database database, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        database.Heard += committed.Fire;
    }

    /// <summary>
    /// Appends in the caller's transaction. An event whose (source, id) is already in the log is not written again: its
    /// revision is the answer, so that senders may repeat themselves.
    /// </summary>
    public async Task<long> Append(Session session, NewEvent added)
    {
        // Taking the counter's row first serialises writers, which is what makes revisions gap-free in commit order.
        await session.Execute($"update counter set value = value + 1 where name = 'event'");
        var existing = await session.Number($"select revision from event where source = {added.Source} and id = {added.Id}");
        if (existing is { } revision)
        {
            await session.Execute($"update counter set value = value - 1 where name = 'event'");
            return revision;
        }
        var next = (await session.Number($"select value from counter where name = 'event'"))!.Value;
        await session.Execute($"""
            insert into event (revision, source, id, type, subject, time, actor, data)
            values ({next}, {added.Source}, {added.Id}, {added.Type}, {added.Subject}, {added.Time}, {added.Actor}, {added.Data.ToJsonString()})
            """);
        await Wake(session);
        return next;
    }

    /// <summary>Appends an event of our own with a fresh id.</summary>
    public Task<long> Append(Session session, string type, string? subject, string? actor, JsonObject data) =>
        Append(session, new NewEvent(NewEvent.Tarmac, Guid.CreateVersion7().ToString("n"), type, subject, clock.GetUtcNow(), actor, data));

    /// <summary>Appends many events of our own with fresh ids, in order and in few statements; answers the revision of the first.</summary>
    public async Task<long> Append(Session session, string? actor, IReadOnlyList<(string Type, string? Subject, JsonObject Data)> added)
    {
        await session.Execute($"update counter set value = value + {added.Count} where name = 'event'");
        var first = (await session.Number($"select value from counter where name = 'event'"))!.Value - added.Count + 1;
        var now = clock.GetUtcNow();
        await session.Execute(added.Select(Row), rows => $"insert into event (revision, source, id, type, subject, time, actor, data) values {rows}");
        await Wake(session);
        return first;

        Sql Row((string Type, string? Subject, JsonObject Data) one, int index) =>
            $"({first + index}, {NewEvent.Tarmac}, {Guid.CreateVersion7().ToString("n")}, {one.Type}, {one.Subject}, {now}, {actor}, {one.Data.ToJsonString()})";
    }

    public Task<List<Event>> After(long revision, int limit = 500, CancellationToken cancellation = default) => After(revision, null, limit, cancellation);

    /// <summary>The oldest events after a revision first; of all subjects when null.</summary>
    public Task<List<Event>> After(long revision, string? subject, int limit, CancellationToken cancellation = default) =>
        List($"where revision > {revision} {About(subject)} order by revision limit {limit}", cancellation);

    /// <summary>The newest events first; of all subjects when null.</summary>
    public Task<List<Event>> Latest(string? subject, int limit, CancellationToken cancellation = default) =>
        List($"where true {About(subject)} order by revision desc limit {limit}", cancellation);

    public async Task<long> Head(CancellationToken cancellation = default) =>
        await database.Read(async session => await session.Number($"select value from counter where name = 'event'") ?? 0, cancellation);

    /// <summary>Everything after <paramref name="revision"/>, then everything to come, in order.</summary>
    public async IAsyncEnumerable<Event> Follow(long revision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var next = NextCommit;
            var batch = await After(revision, cancellation: cancellation);
            foreach (var item in batch)
            {
                revision = item.Revision;
                yield return item;
            }
            if (batch.Count == 0) await WaitFor(next, cancellation);
        }
    }

    internal Task NextCommit => committed.Next;

    /// <summary>Waits for the next commit, here or heard of elsewhere; the poll behind it sees what was missed.</summary>
    internal async Task WaitFor(Task next, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(next, Task.Delay(PollInterval, clock, stop.Token));
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    // Here when it is committed; at the other platforms by the database.
    private Task Wake(Session session)
    {
        session.OnCommitted(committed.Fire);
        return database.Announce(session);
    }

    private static Sql About(string? subject)
    {
        Sql about = $"";
        if (subject is not null) about = $"and subject = {subject}";
        return about;
    }

    private Task<List<Event>> List(Sql rest, CancellationToken cancellation) =>
        database.Read(session => session.List($"select revision, source, id, type, subject, time, actor, data from event {rest}", Read), cancellation);

    private static Event Read(Row row) => new(
        row.Number(0), row.Text(1), row.Text(2), row.Text(3), row.TextOrNull(4), row.Time(5), row.TextOrNull(6),
        (JsonObject)StoredJson.Parse(row.Text(7)));
}
