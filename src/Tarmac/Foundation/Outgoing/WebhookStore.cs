using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Outgoing;

/// <summary>One message to one address that is not yet through.</summary>
public sealed record PendingDelivery(Webhook Webhook, long Revision, int Attempts);

/// <summary>The tables of webhooks and of what is still to be sent.</summary>
public sealed class WebhookStore(Database database)
{
    public Task<List<Webhook>> All(CancellationToken cancellation = default) =>
        database.Read(session => session.List($"select id, team, url, types, secret, created_by, created_at from webhook order by created_at, id", Read), cancellation);

    public static Task Add(Session session, Webhook webhook) =>
        session.Execute($"""
            insert into webhook (id, team, url, types, secret, created_by, created_at)
            values ({webhook.Id}, {webhook.Team}, {webhook.Url}, {string.Join(' ', webhook.Types)}, {webhook.Secret}, {webhook.CreatedBy}, {webhook.CreatedAt})
            """);

    public static async Task Remove(Session session, string id)
    {
        await session.Execute($"delete from webhook_delivery where webhook = {id}");
        await session.Execute($"delete from webhook where id = {id}");
    }

    /// <summary>Notes that an event is to be sent; noting it again changes nothing.</summary>
    public Task Note(string webhook, long revision, DateTimeOffset due, CancellationToken cancellation) =>
        database.Write(session => session.Execute($"""
            insert into webhook_delivery (webhook, revision, state, attempts, due_at) values ({webhook}, {revision}, {"due"}, {0}, {due})
            on conflict (webhook, revision) do nothing
            """), cancellation);

    /// <summary>The webhooks that have something due, the one that waits longest first.</summary>
    public Task<List<Webhook>> Waiting(DateTimeOffset now, CancellationToken cancellation) =>
        database.Read(session => session.List($"""
            select w.id, w.team, w.url, w.types, w.secret, w.created_by, w.created_at
            from (select webhook, min(due_at) as since from webhook_delivery where state = {"due"} and due_at <= {now} group by webhook) d
            join webhook w on w.id = d.webhook order by d.since, w.id
            """, Read), cancellation);

    /// <summary>What one webhook has due, in the order it happened.</summary>
    public Task<List<PendingDelivery>> Due(Webhook webhook, DateTimeOffset now, int limit, CancellationToken cancellation) =>
        database.Read(session => session.List($"""
            select revision, attempts from webhook_delivery where webhook = {webhook.Id} and state = {"due"} and due_at <= {now} order by revision limit {limit}
            """, row => new PendingDelivery(webhook, row.Number(0), (int)row.Number(1))), cancellation);

    /// <param name="due">When to try again; null when it is over.</param>
    public Task Tell(PendingDelivery delivery, bool sent, string answer, DateTimeOffset now, DateTimeOffset? due, CancellationToken cancellation)
    {
        var state = sent ? "sent" : due is null ? "given-up" : "due";
        return database.Write(session => session.Execute($"""
            update webhook_delivery set state = {state}, attempts = attempts + 1, due_at = {due ?? now}, answer = {StorableText.Of(answer)}
            where webhook = {delivery.Webhook.Id} and revision = {delivery.Revision}
            """), cancellation);
    }

    /// <summary>Forgets what was settled before a time: sent, or given up.</summary>
    public static Task<int> Prune(Session session, DateTimeOffset before) =>
        session.Execute($"delete from webhook_delivery where state in {(string[])["sent", "given-up"]} and due_at < {before}");

    /// <summary>How the last message to each webhook fared: state and answer.</summary>
    public async Task<IReadOnlyDictionary<string, (string State, string? Answer)>> Latest(CancellationToken cancellation) =>
        (await database.Read(session => session.List($"""
            select webhook, state, answer from webhook_delivery d where revision = (select max(revision) from webhook_delivery l where l.webhook = d.webhook)
            """, row => (Id: row.Text(0), State: row.Text(1), Answer: row.TextOrNull(2))), cancellation)).ToDictionary(row => row.Id, row => (row.State, row.Answer));

    private static Webhook Read(Row row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Text(4), row.Text(5), row.Time(6));
}
