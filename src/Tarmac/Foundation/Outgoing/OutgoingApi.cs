using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Foundation.Outgoing;

/// <param name="LastState">sent, due or given-up: how the last message fared; null before the first.</param>
public sealed record WebhookShown(string Id, string Team, string Url, IReadOnlyList<string> Types, string CreatedBy, DateTimeOffset CreatedAt, string? LastState, string? LastAnswer);

public static class OutgoingApi
{
    public static void AddOutgoing(this IServiceCollection services)
    {
        services.AddSingleton(provider => new OutgoingOptions(provider.GetRequiredService<PlatformOptions>().AllowPrivateAddresses));
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<ActionHandler, AddWebhook>();
        services.AddSingleton<ActionHandler, RemoveWebhook>();
        services.AddSingleton(new Retention("webhook deliveries", TimeSpan.FromDays(30), WebhookStore.Prune));
        services.AddHostedService<WebhookNotes>();
        services.AddHostedService<WebhookSender>();
    }

    public static void MapOutgoing(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/webhooks", async (HttpContext context, WebhookStore store, CancellationToken cancellation) =>
        {
            var principal = context.Principal();
            var latest = await store.Latest(cancellation);
            return (await store.All(cancellation)).Select(webhook => new WebhookShown(
                webhook.Id, webhook.Team, WebhookTeam.Holds(principal, webhook.Team) ? webhook.Url : webhook.Site, webhook.Types.Count > 0 ? webhook.Types : Webhook.Concerning, webhook.CreatedBy, webhook.CreatedAt,
                latest.TryGetValue(webhook.Id, out var last) ? last.State : null, latest.TryGetValue(webhook.Id, out last) ? last.Answer : null)).ToList();
        }).WithSummary("Where teams are told, and how the last message fared. Of other teams' addresses only scheme and host; never the secrets.");
}

public sealed class AddWebhook(IOrganisation organisation, TimeProvider clock) : ActionHandler(OutgoingActions.AddWebhook)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var team = call.Text("team");
        WebhookTeam.Demand(call.Principal, team);
        var site = Webhook.SiteOf(call.Text("url")) ?? throw Problem.InvalidInput([new(
            "input-pattern", "This is no http or https address without a user name in it.", Field: "url", Cure: "Write it like https://chat.example.test/hooks/tarmac.")]);
        return Task.FromResult(new ActionPlan(team, [$"{organisation.DisplayName(team)} is told at {site} of: {string.Join(", ", Types(call))}.", "Each message is signed with a secret that is shown once."],
            After: new JsonObject { ["site"] = site }));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var secret = Webhook.SecretPrefix + Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24));
        var webhook = new Webhook("hook-" + Guid.CreateVersion7().ToString("n"), call.Text("team"), call.Text("url"), Asked(call), secret, call.Principal.Ref, clock.GetUtcNow());
        await WebhookStore.Add(session, webhook);
        return new ActionOutcome(new JsonObject { ["id"] = webhook.Id, ["team"] = webhook.Team }, Secret: secret);
    }

    private static List<string> Asked(ActionCall call) => [.. (call.Input["types"] as JsonArray ?? []).Select(type => type!.GetValue<string>())];

    private static IReadOnlyList<string> Types(ActionCall call) => Asked(call) is { Count: > 0 } asked ? asked : Webhook.Concerning;
}

public sealed class RemoveWebhook(WebhookStore store) : ActionHandler(OutgoingActions.RemoveWebhook)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var webhook = (await store.All(cancellation)).FirstOrDefault(known => known.Id == call.Text("id")) ?? throw Problem.NotFound("webhook", call.Text("id"), "tarmac webhook list shows them.");
        WebhookTeam.Demand(call.Principal, webhook.Team);
        return new ActionPlan(webhook.Team, [$"This address at {webhook.Site} is told nothing any more."], Before: new JsonObject { ["site"] = webhook.Site });
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        await WebhookStore.Remove(session, call.Text("id"));
        return new ActionOutcome(new JsonObject { ["id"] = call.Text("id"), ["removed"] = true });
    }
}

internal static class WebhookTeam
{
    public static bool Holds(Principal principal, string team) => principal.Teams.Contains(team) || principal.IsOperator;

    public static void Demand(Principal principal, string team)
    {
        if (!Holds(principal, team))
            throw new Problem(403, "not-member", $"You are not a member of {team}.", null, "A team decides itself where it is told; ask one of its members.");
    }
}
