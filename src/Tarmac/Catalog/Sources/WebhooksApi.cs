using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <param name="Outcome"><c>refreshing</c>, <c>ignored</c> (it is no news of this source), or <c>repeated</c> (it was taken before).</param>
public sealed record WebhookAnswer(string Outcome, string Detail);

/// <summary>
/// Git hosts announce pushes here. They sign in nowhere: the signature is all there is, and who has none learns not even
/// whether there is such a source.
/// </summary>
internal static class WebhooksApi
{
    // Hosts cut long lists of commits; nobody's announcement of a push is larger.
    private const long MostBytes = 5 * 1024 * 1024;

    public static void MapSourceWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapPost(SourceWebhook.Root + "/{source}", Take)
            .WithSummary("A git host announces a push to the repository of a source, which is then read at once. Signed as GitHub, GitLab, Gitea, Forgejo, Azure DevOps or Standard Webhooks do.")
            .Accepts<JsonObject>("application/json").Produces<WebhookAnswer>().ProducesProblem(StatusCodes.Status401Unauthorized);

    private static async Task<IResult> Take(
        HttpContext context, RegisteredSources sources, SourceSchedule schedule, Database database, TimeProvider clock, string source, CancellationToken cancellation)
    {
        var headers = context.Request.Headers;
        var (webhook, registered) = await database.Read(async session => (await SourceWebhook.Find(session, source), await RegistrationStore.Find(session, source)), cancellation);
        if (webhook is null || registered is null || !WebhookSignature.IsThere(headers)) throw Refused();
        var body = await Body(context, cancellation);
        if (!WebhookSignature.Proves(headers, body, webhook.Secret, clock.GetUtcNow())) throw Refused();

        var passes = await News(context, body) is { } news ? news.Passes(registered) : "It tells of no push.";
        var said = passes is null ? "The source is read now." : passes + " Nothing is read.";
        var isNew = await database.Write(async session =>
        {
            if (!await SourceWebhook.Note(session, source, WebhookSignature.Delivery(headers, body), said, clock.GetUtcNow())) return false;
            if (passes is not null) return true;
            await RegistrationStore.Ask(session, source, clock.GetUtcNow());
            await database.Announce(session);
            return true;
        }, cancellation);
        if (!isNew) return Results.Ok(new WebhookAnswer("repeated", "This was announced before."));
        schedule.Wake();
        return Results.Ok(new WebhookAnswer(passes is null ? "refreshing" : "ignored", said));
    }

    private static Problem Refused() => new(401, CatalogSourceCodes.WebhookRefused, "This announcement is not taken.", "There is no such webhook, or the signature or token is not made with its secret.",
        "Give the git host the address and the secret that tarmac source webhook NAME answers; a new secret takes the place of the one before.");

    private static async Task<byte[]> Body(HttpContext context, CancellationToken cancellation)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostBytes;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellation);
        return body.ToArray();
    }

    private static async Task<PushNews?> News(HttpContext context, byte[] body)
    {
        // GitHub sends a form unless it is told otherwise.
        if (context.Request.HasFormContentType) body = Encoding.UTF8.GetBytes(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).TryGetValue("payload", out var payload) ? payload.ToString() : "{}");
        return await StrictJson.Object(new MemoryStream(body), context.RequestAborted) is { } told ? PushNews.Of(told) : null;
    }
}
