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

    public Task<List<PendingDelivery>> Due(DateTimeOffset now, CancellationToken cancellation) =>
        database.Read(session => session.List($"""
            select w.id, w.team, w.url, w.types, w.secret, w.created_by, w.created_at, d.revision, d.attempts
            from webhook_delivery d join webhook w on w.id = d.webhook where d.state = {"due"} and d.due_at <= {now} order by d.revision limit 50
            """, row => new PendingDelivery(Read(row), row.Number(7), (int)row.Number(8))), cancellation);

    /// <param name="next">When to try again; null when it is over.</param>
    public Task Tell(PendingDelivery delivery, bool sent, string answer, DateTimeOffset? next, CancellationToken cancellation)
    {
        var state = sent ? "sent" : next is null ? "given-up" : "due";
        var due = next ?? DateTimeOffset.UnixEpoch;
        return database.Write(session => session.Execute($"""
            update webhook_delivery set state = {state}, attempts = attempts + 1, due_at = {due}, answer = {answer}
            where webhook = {delivery.Webhook.Id} and revision = {delivery.Revision}
            """), cancellation);
    }

    /// <summary>How the last message to each webhook fared: state and answer.</summary>
    public async Task<IReadOnlyDictionary<string, (string State, string? Answer)>> Latest(CancellationToken cancellation) =>
        (await database.Read(session => session.List($"""
            select webhook, state, answer from webhook_delivery d where revision = (select max(revision) from webhook_delivery l where l.webhook = d.webhook)
            """, row => (Id: row.Text(0), State: row.Text(1), Answer: row.TextOrNull(2))), cancellation)).ToDictionary(row => row.Id, row => (row.State, row.Answer));

    private static Webhook Read(Row row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3).Split(' ', StringSplitOptions.RemoveEmptyEntries), row.Text(4), row.Text(5), row.Time(6));
}
