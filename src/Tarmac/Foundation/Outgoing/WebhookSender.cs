using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Outgoing;

/// <summary>Notes for each event which webhooks of the owning team want it. The cursor is durable, so nothing is missed.</summary>
public sealed class WebhookNotes(WebhookStore store, IOrganisation organisation, EventLog log, Database database, TimeProvider clock, ILogger<WebhookNotes> logger)
    : EventSubscriber("webhooks", log, database, clock, logger)
{
    private readonly TimeProvider clock = clock;

    protected override async Task Handle(Event happened, CancellationToken cancellation)
    {
        if (happened.Subject is null) return;
        // Who owns it may be news of the same moment.
        await organisation.CaughtUp(happened.Revision, cancellation);
        if (organisation.OwnerOf(happened.Subject) is not { } owner) return;
        var failed = happened.Data["state"]?.GetValue<string>() == OperationState.Failed;
        foreach (var webhook in await store.All(cancellation))
            if (webhook.Team == owner && happened.Time >= webhook.CreatedAt && webhook.Wants(happened.Type, failed))
                await store.Note(webhook.Id, happened.Revision, clock.GetUtcNow(), cancellation);
    }
}

/// <summary>
/// Sends what is noted, signed, and tries again with growing delays for about a day. Each webhook has its own turn, so that one
/// that answers slowly, or not at all, keeps nobody else waiting.
/// </summary>
public sealed class WebhookSender(WebhookStore store, EventLog log, Leases leases, OutgoingOptions options, TimeProvider clock, ILogger<WebhookSender> logger) : BackgroundService
{
    private const string Lease = "webhooks";
    private const int MostAtOnce = 16;
    private const int MostInATurn = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // Between one try and the next; together about a day.
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    private readonly HttpClient http = GuardedHttp.Client(options.AllowPrivate, TimeSpan.FromSeconds(10));
    private readonly Dictionary<string, Task> turns = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var ended in turns.Where(turn => turn.Value.IsCompleted).Select(turn => turn.Key).ToList()) turns.Remove(ended);
                if (await leases.Take(Lease, stoppingToken)) foreach (var webhook in await store.Waiting(clock.GetUtcNow(), stoppingToken))
                    if (turns.Count < MostAtOnce && !turns.ContainsKey(webhook.Id)) turns[webhook.Id] = Turn(webhook, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Looking for webhooks to send failed; trying again");
            }
            await Task.Delay(Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await Task.WhenAll(turns.Values);
    }

    private async Task Turn(Webhook webhook, CancellationToken stopping)
    {
        try
        {
            foreach (var delivery in await store.Due(webhook, clock.GetUtcNow(), MostInATurn, stopping))
                if (!await Send(delivery, stopping)) return;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was not told as sent is sent at the next start.
        }
        catch (Exception error)
        {
            logger.LogError(error, "The turn of webhook {Webhook} failed; trying again", webhook.Id);
        }
    }

    private async Task<bool> Send(PendingDelivery delivery, CancellationToken stopping)
    {
        var happened = (await log.After(delivery.Revision - 1, 1, stopping)).Single();
        var (sent, answer) = await Try(delivery.Webhook, happened, stopping);
        var now = clock.GetUtcNow();
        // Up to a tenth longer, so that what failed together does not come back together.
        var again = sent || delivery.Attempts >= Delays.Length ? (DateTimeOffset?)null : now + (Delays[delivery.Attempts] * (1 + (Random.Shared.NextDouble() / 10)));
        await store.Tell(delivery, sent, answer, now, again, stopping);
        return sent;
    }

    private async Task<(bool Sent, string Answer)> Try(Webhook webhook, Event happened, CancellationToken stopping)
    {
        try
        {
            var body = happened.ToCloudEvent().ToJsonString();
            var time = clock.GetUtcNow().ToUnixTimeSeconds();
            using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json") };
            request.Headers.Add("webhook-id", happened.Id);
            request.Headers.Add("webhook-timestamp", time.ToString());
            request.Headers.Add("webhook-signature", Webhook.Sign(webhook.Secret, happened.Id, time, body));
            using var response = await http.SendAsync(request, stopping);
            return (response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.ReasonPhrase}");
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            // Whatever is wrong with one address concerns its own messages alone.
            return (false, error.Message);
        }
    }
}

/// <param name="AllowPrivate">Whether requests may go to loopback and private addresses; for an operator to decide.</param>
public sealed record OutgoingOptions(bool AllowPrivate);
