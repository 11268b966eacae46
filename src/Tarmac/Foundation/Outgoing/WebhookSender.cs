using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Outgoing;

/// <summary>Notes for each event which webhooks of the owning team want it. The cursor is durable, so nothing is missed.</summary>
public sealed class WebhookNotes(WebhookStore store, IOrganisation organisation, EventLog log, Database database, TimeProvider clock, ILogger<WebhookNotes> logger)
    : EventSubscriber("webhooks", log, database, clock, logger)
{
    private readonly TimeProvider clock = clock;

    protected override async Task Handle(Event happened, CancellationToken cancellation)
    {
        if (happened.Subject is null || organisation.OwnerOf(happened.Subject) is not { } owner) return;
        var failed = happened.Data["state"]?.GetValue<string>() == OperationState.Failed;
        foreach (var webhook in await store.All(cancellation))
            if (webhook.Team == owner && happened.Time >= webhook.CreatedAt && webhook.Wants(happened.Type, failed))
                await store.Note(webhook.Id, happened.Revision, clock.GetUtcNow(), cancellation);
    }
}

/// <summary>Sends what is noted, signed, with growing delays between tries, for a day.</summary>
public sealed class WebhookSender(WebhookStore store, EventLog log, OutgoingOptions options, TimeProvider clock, ILogger<WebhookSender> logger) : BackgroundService
{
    private const int MostAttempts = 20;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly HttpClient http = GuardedHttp.Client(options.AllowPrivate, TimeSpan.FromSeconds(10));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var delivery in await store.Due(clock.GetUtcNow(), stoppingToken)) await Send(delivery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                logger.LogError(error, "Sending webhooks failed; trying again");
            }
            await Task.Delay(Poll, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Send(PendingDelivery delivery, CancellationToken stopping)
    {
        var happened = (await log.After(delivery.Revision - 1, 1, stopping)).Single();
        var body = happened.ToCloudEvent().ToJsonString();
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Webhook.Url) { Content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json") };
        request.Headers.Add("webhook-id", happened.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString());
        request.Headers.Add("webhook-signature", Webhook.Sign(delivery.Webhook.Secret, happened.Id, now.ToUnixTimeSeconds(), body));
        var (sent, answer) = await Try(request, stopping);
        var again = sent || delivery.Attempts + 1 >= MostAttempts ? (DateTimeOffset?)null : now + Backoff.Delay(delivery.Attempts + 1, Random.Shared) * (delivery.Attempts > 6 ? 30 : 1);
        await store.Tell(delivery, sent, answer, again, stopping);
    }

    private async Task<(bool Sent, string Answer)> Try(HttpRequestMessage request, CancellationToken stopping)
    {
        try
        {
            using var response = await http.SendAsync(request, stopping);
            return (response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.ReasonPhrase}");
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            return (false, error.Message);
        }
    }
}

/// <param name="AllowPrivate">Whether requests may go to loopback and private addresses; for an operator to decide.</param>
public sealed record OutgoingOptions(bool AllowPrivate);
