using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Outgoing;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Catalog.Sources;

/// <summary>Where a git host announces pushes for one source.</summary>
/// <param name="Secret">What it proves itself with; never shown again.</param>
/// <param name="LastSaid">What the last announcement led to.</param>
public sealed record SourceWebhook(string Source, string Secret, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset? LastAt, string? LastSaid)
{
    public const string Root = "/api/v1/catalog/webhooks";

    public static string PathOf(string source) => Root + "/" + Uri.EscapeDataString(source);

    public static Task<SourceWebhook?> Find(Session session, string source) => session.One(
        $"select source, secret, made_by, made_at, last_at, last_said from catalog_webhook where source = {source}",
        row => new SourceWebhook(row.Text(0), row.Text(1), row.Text(2), row.Time(3), row.TimeOrNull(4), row.TextOrNull(5)));

    public static Task Put(Session session, SourceWebhook webhook) => session.Execute($"""
        insert into catalog_webhook (source, secret, made_by, made_at) values ({webhook.Source}, {webhook.Secret}, {webhook.MadeBy}, {webhook.MadeAt})
        on conflict (source) do update set secret = excluded.secret, made_by = excluded.made_by, made_at = excluded.made_at
        """);

    public static async Task Remove(Session session, string source)
    {
        await session.Execute($"delete from catalog_webhook where source = {source}");
        await session.Execute($"delete from catalog_webhook_delivery where source = {source}");
    }

    /// <summary>Notes an announcement; false when it was noted before.</summary>
    public static async Task<bool> Note(Session session, string source, string delivery, string said, DateTimeOffset now)
    {
        if (await session.Execute($"insert into catalog_webhook_delivery (source, delivery, at) values ({source}, {delivery}, {now}) on conflict (source, delivery) do nothing") != 1) return false;
        await session.Execute($"update catalog_webhook set last_at = {now}, last_said = {said} where source = {source}");
        return true;
    }

    public static Task<int> Prune(Session session, DateTimeOffset before) => session.Execute($"delete from catalog_webhook_delivery where at < {before}");
}

internal sealed class MakeSourceWebhook(CurrentCatalog catalog, RegisteredSources registered, Database database, TimeProvider clock) : ActionHandler(CatalogActions.MakeWebhook)
{
    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var name = catalog.DemandSource(call.Text("name")).Source.Name;
        if (await registered.Find(name, cancellation) is not { IsPolled: true } source)
            throw new Problem(409, CatalogSourceCodes.SourceInput, $"{name} is not fetched from anywhere, so nobody could announce news of it.", null, "Only git repositories and files on the web have webhooks.");
        source.Demand(call.Principal);
        var before = await database.Read(session => SourceWebhook.Find(session, name), cancellation);
        return new ActionPlan("source:" + name,
            [$"Whoever knows the new secret has {name} read at once by announcing a push to {SourceWebhook.PathOf(name)}.", "The secret is shown once."],
            before is null ? null : ["The secret made before proves nothing any more."]);
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var (name, secret) = (call.Text("name"), Webhook.SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));
        await SourceWebhook.Put(session, new SourceWebhook(name, secret, call.Principal.Ref, clock.GetUtcNow(), null, null));
        return new ActionOutcome(new JsonObject { ["source"] = name, ["path"] = SourceWebhook.PathOf(name) }, Secret: secret);
    }
}
