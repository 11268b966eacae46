using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Operations;

/// <summary>The tables of operations. Every write by a runner carries its fence, so that one whose lease was lost changes nothing.</summary>
public sealed class OperationStore
{
    private const string Columns =
        "id, kind, subject, title, input, principal, state, created_at, due_at, started_at, finished_at, fence, attempts, cancel_requested, result, problem";

    /// <summary>How long the log of an operation is kept after its end.</summary>
    public static readonly TimeSpan LogsKept = TimeSpan.FromDays(90);

    private static readonly string LogIsGone = $"The log was removed: it is kept for {LogsKept.Days} days.";
    private const int PrunedAtOnce = 50;
    private readonly Database database;
    private readonly EventLog events;
    private readonly TimeProvider clock;
    private readonly Signal changed = new();

    public OperationStore(Database database, EventLog events, TimeProvider clock)
    {
        (this.database, this.events, this.clock) = (database, events, clock);
        database.Heard += Wake;
    }

    /// <summary>Accepts work in the caller's transaction and answers its id.</summary>
    public async Task<string> Enqueue(Session session, OperationRequest request)
    {
        var id = request.Id ?? "op-" + Guid.CreateVersion7().ToString("n");
        var now = clock.GetUtcNow();
        // The revision of the event numbers the operation: a total order that no clock can disturb.
        var number = await events.Append(session, new NewEvent(
            NewEvent.Tarmac, id + ".accepted", "dev.tarmac.operation.accepted", request.Subject, now, request.Principal,
            new JsonObject { ["operation"] = id, ["kind"] = request.Kind, ["title"] = request.Title }));
        await session.Execute($"""
            insert into operation (id, number, kind, subject, title, input, principal, state, created_at, due_at, host)
            values ({id}, {number}, {request.Kind}, {request.Subject}, {request.Title}, {request.Input.ToJsonString()}, {request.Principal}, {OperationState.Pending}, {now}, {now}, {(database.IsShared ? request.Host : null)})
            on conflict (id) do nothing
            """);
        session.OnCommitted(Wake);
        return id;
    }

    public Task<Operation?> Find(string id, CancellationToken cancellation = default) =>
        database.Read(session => session.One(Select($"where id = {id}"), Read), cancellation);

    /// <summary>The newest first; filters that are null match all.</summary>
    public Task<List<OperationOverview>> List(string? subject, string? state, int limit, CancellationToken cancellation = default)
    {
        Sql matching = $"where true";
        if (subject is not null) matching = $"{matching} and subject = {subject}";
        if (state is not null) matching = $"{matching} and state = {state}";
        return List($"{matching} order by number desc limit {limit}", cancellation);
    }

    /// <summary>All that waits or runs, oldest first.</summary>
    public Task<List<OperationOverview>> Unfinished(CancellationToken cancellation = default) =>
        List($"where state in {(string[])[OperationState.Pending, OperationState.Running]} order by number", cancellation);

    /// <summary>Whether anything that waits or runs is on a subject.</summary>
    public async Task<bool> IsBusy(string subject, CancellationToken cancellation = default) =>
        await database.Read(session => session.Number($"select count(*) from operation where subject = {subject} and state in {(string[])[OperationState.Pending, OperationState.Running]}"), cancellation) > 0;

    /// <summary>The latest on any of some subjects, newest first.</summary>
    public Task<List<OperationOverview>> Latest(IReadOnlyCollection<string> subjects, int limit, CancellationToken cancellation = default) =>
        List($"where subject in {subjects} order by number desc limit {limit}", cancellation);

    /// <summary>Those that failed and were the last on their subject: what went wrong and was not made good yet.</summary>
    public Task<List<OperationOverview>> FailedLast(CancellationToken cancellation = default) =>
        List($"""
            where state = {OperationState.Failed}
              and not exists (select 1 from operation later where later.subject = operation.subject and later.number > operation.number) order by number desc
            """, cancellation);

    /// <summary>One page of those that match, newest first, and how many match in all. Text is looked for in title and subject, whatever its case.</summary>
    public async Task<(int Total, List<OperationOverview> Items)> Page(string? kind, string? state, string? text, int offset, int limit, CancellationToken cancellation = default)
    {
        Sql matching = $"where true";
        if (kind is not null) matching = $"{matching} and kind = {kind}";
        if (state is not null) matching = $"{matching} and state = {state}";
        if (text is not null)
        {
            var like = "%" + text.ToLowerInvariant().Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal) + "%";
            matching = $"{matching} and (lower(title) like {like} escape '!' or lower(subject) like {like} escape '!')";
        }
        var total = await database.Read(session => session.Number($"select count(*) from operation {matching}"), cancellation);
        return ((int)(total ?? 0), await List($"{matching} order by number desc limit {limit} offset {offset}", cancellation));
    }

    /// <summary>The newest of each of these subjects that has one.</summary>
    public Task<List<OperationOverview>> NewestOfEach(IReadOnlyCollection<string> subjects, CancellationToken cancellation = default) =>
        List($"where number in (select max(number) from operation where subject in {subjects} group by subject)", cancellation);

    private Task<List<OperationOverview>> List(Sql rest, CancellationToken cancellation) =>
        database.Read(session => session.List(
            $"select id, kind, subject, title, principal, state, created_at, due_at, started_at, finished_at, fence, attempts, cancel_requested, problem from operation {rest}",
            row => new OperationOverview(
                row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Time(6), row.Time(7), row.TimeOrNull(8), row.TimeOrNull(9),
                row.Number(10), (int)row.Number(11), row.Flag(12), Json(row.TextOrNull(13)))), cancellation);

    public Task<List<OperationStep>> Steps(string id, CancellationToken cancellation = default) =>
        database.Read(session => session.List(
            $"select name, state, started_at, finished_at, message, output from operation_step where operation = {id} order by number",
            row => new OperationStep(row.Text(0), row.Text(1), row.Time(2), row.TimeOrNull(3), row.TextOrNull(4), Json(row.TextOrNull(5)))), cancellation);

    public Task<List<OperationCondition>> Conditions(string id, CancellationToken cancellation = default) =>
        database.Read(session => session.List(
            $"select type, status, reason, message, changed_at from operation_condition where operation = {id} order by changed_at, type",
            row => new OperationCondition(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Time(4))), cancellation);

    public Task<List<OperationLogLine>> Log(string id, long afterLine, int limit = 1000, CancellationToken cancellation = default) =>
        database.Read(session => session.List(
            $"select line, at, step, text from operation_log where operation = {id} and line > {afterLine} order by line limit {limit}",
            row => new OperationLogLine(row.Number(0), row.Time(1), row.Text(2), row.Text(3))), cancellation);

    /// <summary>The last lines, in order.</summary>
    public async Task<List<OperationLogLine>> LogEnd(string id, int count, CancellationToken cancellation = default)
    {
        var lines = await database.Read(session => session.List(
            $"select line, at, step, text from operation_log where operation = {id} order by line desc limit {count}",
            row => new OperationLogLine(row.Number(0), row.Time(1), row.Text(2), row.Text(3))), cancellation);
        lines.Reverse();
        return lines;
    }

    /// <summary>Asks an operation to stop: at once when it has not begun, else at its next safe point.</summary>
    public async Task<bool> Cancel(Session session, string id)
    {
        var now = clock.GetUtcNow();
        session.OnCommitted(Wake);
        await database.Announce(session);
        // The fence rises with each try and never falls; the count of tries does, when the platform stops.
        var untouched = await session.One(Select($"where id = {id} and state = {OperationState.Pending} and fence = 0"), Read);
        if (untouched is not null && await session.Execute(
            $"update operation set state = {OperationState.Canceled}, finished_at = {now} where id = {id} and state = {OperationState.Pending} and fence = 0") == 1)
        {
            await AnnounceFinish(session, untouched, OperationState.Canceled, null);
            return true;
        }
        // What a try has touched is cleaned up by a runner: one that waits to be tried again is due at once for that.
        return await session.Execute($"""
            update operation set cancel_requested = {true}, due_at = case when state = {OperationState.Pending} then {now} else due_at end
            where id = {id} and state in {(string[])[OperationState.Pending, OperationState.Running]}
            """) > 0;
    }

    /// <summary>Takes the oldest piece of work that is due and whose subject is free, or nothing.</summary>
    /// <param name="movable">The kinds that another platform may run when the one they are meant for is gone.</param>
    /// <param name="held">What this process runs already: it is not taken twice, even when a stall or a clock let its lease run out.</param>
    internal Task<Operation?> Claim(string owner, TimeSpan lease, IReadOnlyCollection<string> movable, IReadOnlyCollection<string> held, CancellationToken cancellation) =>
        database.Write(session =>
        {
            var now = clock.GetUtcNow();
            // Nothing is ever due later than the longest delay between tries; what seems so was written before the clock was set back.
            var implausible = now + (2 * Backoff.Longest);
            Sql others = $"";
            Sql moved = $"";
            if (held.Count > 0) others = $"and o.id not in {held}";
            if (movable.Count > 0) moved = $"or (o.kind in {movable} and not exists (select 1 from replica r where r.id = o.host and {ReplicaStore.Living(now)}))";
            Sql claim = $"""
                update operation set state = {OperationState.Running}, owner = {owner}, lease_until = {now + lease},
                  fence = fence + 1, attempts = attempts + 1, started_at = coalesce(started_at, {now})
                where (state = {OperationState.Pending} or (state = {OperationState.Running} and lease_until < {now})) and id = (
                  select o.id from operation o
                  where (o.due_at <= {now} or o.due_at > {implausible}) {others} and (o.host is null or o.host = {owner} {moved})
                    and (o.state = {OperationState.Pending} or (o.state = {OperationState.Running} and o.lease_until < {now}))
                    and not exists (select 1 from operation p where p.subject = o.subject and p.id <> o.id
                      and (p.state = {OperationState.Running} or (p.state = {OperationState.Pending} and p.number < o.number)))
                  order by o.number limit 1)
                returning id, kind, subject, title, input, principal, state, created_at, due_at, started_at, finished_at, fence, attempts, cancel_requested, result, problem
                """;
            return session.One(claim, Read);
        }, cancellation);

    /// <summary>After a restart of the same owner nothing of its can still be running: what it held is due at once.</summary>
    internal Task Release(string owner, CancellationToken cancellation) =>
        database.Write(session => session.Execute(
            $"update operation set lease_until = 0 where owner = {owner} and state = {OperationState.Running}"), cancellation);

    /// <summary>Runs a write only while the runner still holds the operation.</summary>
    /// <exception cref="LeaseLostException">Somebody else has taken the operation over; nothing was written.</exception>
    internal Task<T> Fenced<T>(Operation held, Func<Session, Task<T>> work, CancellationToken cancellation = default) =>
        database.Write(async session =>
        {
            var mine = await session.Execute(
                $"update operation set fence = fence where id = {held.Id} and fence = {held.Fence} and state = {OperationState.Running}");
            if (mine == 0) throw new LeaseLostException(held.Id);
            return await work(session);
        }, cancellation);

    /// <summary>Prolongs the lease; answers whether a cancel was asked for.</summary>
    internal Task<bool> Heartbeat(Operation held, TimeSpan lease, CancellationToken cancellation) =>
        Fenced(held, async session =>
        {
            await session.Execute($"update operation set lease_until = {clock.GetUtcNow() + lease} where id = {held.Id}");
            return await session.Number($"select 1 from operation where id = {held.Id} and cancel_requested = {true}") == 1;
        }, cancellation);

    internal Task Finish(Operation held, string state, JsonObject? result, JsonObject? problem) =>
        Fenced(held, async session =>
        {
            await session.Execute($"""
                update operation set state = {state}, finished_at = {clock.GetUtcNow()}, lease_until = 0,
                  result = {result?.ToJsonString()}, problem = {problem?.ToJsonString()} where id = {held.Id}
                """);
            await AnnounceFinish(session, held, state, problem);
            session.OnCommitted(Wake);
            return true;
        });

    private Task<long> AnnounceFinish(Session session, Operation finished, string state, JsonObject? problem) =>
        events.Append(session, "dev.tarmac.operation.finished", finished.Subject, finished.Principal, new JsonObject
        {
            ["operation"] = finished.Id,
            ["kind"] = finished.Kind,
            ["title"] = finished.Title,
            ["state"] = state,
            ["problem"] = problem?.DeepClone(),
        });

    /// <summary>Gives it back to be tried again after a failure.</summary>
    internal Task Postpone(Operation held, DateTimeOffset due) => GiveBack(held, due, held.Attempts);

    /// <summary>Gives it back because the platform stops, which is no failure and does not count as a try.</summary>
    internal Task GiveBack(Operation held) => GiveBack(held, clock.GetUtcNow(), held.Attempts - 1);

    private Task GiveBack(Operation held, DateTimeOffset due, int attempts) =>
        Fenced(held, async session =>
        {
            await session.Execute($"update operation set state = {OperationState.Pending}, due_at = {due}, lease_until = 0, attempts = {attempts} where id = {held.Id}");
            session.OnCommitted(Wake);
            return true;
        });

    /// <summary>Removes the logs of some operations that ended before a time; one line in their place says so.</summary>
    public static async Task<int> PruneLogs(Session session, DateTimeOffset before)
    {
        var old = await session.List($"""
            select id from operation o where finished_at < {before}
              and exists (select 1 from operation_log l where l.operation = o.id and l.line > 1) limit {PrunedAtOnce}
            """, row => row.Text(0));
        await session.Execute($"delete from operation_log where operation in {old}");
        await session.Execute($"""
            insert into operation_log (operation, line, at, step, text)
            select id, 1, finished_at, '', {LogIsGone} from operation where id in {old}
            """);
        return old.Count;
    }

    /// <summary>Completes at the next change made here; callers poll behind it.</summary>
    public Task NextChange => changed.Next;

    internal void Wake() => changed.Fire();

    private static Sql Select(Sql rest)
    {
        var text = new Sql(0, 0);
        text.AppendLiteral("select " + Columns + " from operation ");
        text.AppendFormatted(rest);
        return text;
    }

    private static Operation Read(Row row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), Json(row.Text(4))!, row.Text(5), row.Text(6),
        row.Time(7), row.Time(8), row.TimeOrNull(9), row.TimeOrNull(10), row.Number(11), (int)row.Number(12), row.Flag(13),
        Json(row.TextOrNull(14)), Json(row.TextOrNull(15)));

    private static JsonObject? Json(string? text) => text is null ? null : (JsonObject)StoredJson.Parse(text);
}

/// <summary>The runner's lease ran out and the operation belongs to somebody else now.</summary>
public sealed class LeaseLostException(string operation) : Exception($"Operation {operation} is no longer held by this runner.");
