using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Events;

/// <summary>Reading the event log: pages of it, or everything as it happens.</summary>
public static class EventsApi
{
    public static void MapEvents(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/events", async (HttpContext context, EventLog log, long? after, string? subject, int? limit, CancellationToken cancellation) =>
        {
            if (context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
                return Results.ServerSentEvents(Stream(log, EventStream.LastEventId(context) ?? after ?? await log.Head(cancellation), subject, cancellation).Live(context, cancellation));
            var most = Math.Clamp(limit ?? 100, 1, 1000);
            var events = after is { } revision ? await log.After(revision, subject, most, cancellation) : await log.Latest(subject, most, cancellation);
            return Results.Json(events.Select(item => item.ToCloudEvent()));
        }).WithSummary("Events as CloudEvents 1.0: the newest, those after a revision, or a stream of what happens.");
    }

    private static async IAsyncEnumerable<SseItem<string>> Stream(EventLog log, long after, string? subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in log.Follow(after, cancellation))
            if (subject is null || item.Subject == subject)
                yield return new SseItem<string>(item.ToCloudEvent().ToJsonString(new() { WriteIndented = false }), "event") { EventId = item.Revision.ToString() };
    }
}
