using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Web;

namespace Tarmac.Facts;

/// <summary>What is known of one entity.</summary>
public sealed record EntityFacts(string Entity, IReadOnlyList<FactAnswer> Facts, DateTimeOffset AsOf);

/// <summary>One fact as the API shows it.</summary>
/// <param name="State">current, stale (its collector is late) or expired (says nothing any more).</param>
public sealed record FactAnswer(string Key, string Source, JsonObject Value, DateTimeOffset ObservedAt, DateTimeOffset? ExpiresAt, string State)
{
    public static FactAnswer Of(Fact fact, DateTimeOffset now) => new(
        fact.Key, fact.Source, fact.Value, fact.ObservedAt, fact.ExpiresAt, !fact.IsCurrent(now) ? "expired" : fact.IsStale(now) ? "stale" : "current");
}

public static class FactsApi
{
    public static void AddFacts(this IServiceCollection services)
    {
        services.AddSingleton<FactLedger>();
        services.AddSingleton<HealthProbe>();
        services.AddSingleton<Probing>();
        services.AddHostedService(provider => provider.GetRequiredService<Probing>());
        services.AddSingleton<ReleaseFacts>();
        services.AddHostedService(provider => provider.GetRequiredService<ReleaseFacts>());
        services.AddSingleton<ActionHandler, ReportFact>();
    }

    /// <summary>Derives the facts about releases anew from all events; for a platform that does not run.</summary>
    public static Task RebuildFacts(this WebApplication app) => app.Services.GetRequiredService<ReleaseFacts>().Replay(CancellationToken.None);

    public static void MapFacts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/facts/{kind}/{namespace}/{name}", async (CurrentCatalog catalog, FactLedger facts, TimeProvider clock, string kind, string @namespace, string name, CancellationToken cancellation) =>
        {
            var entry = catalog.Index.Find(kind, @namespace, name)
                ?? throw Problem.NotFound("entity", $"{kind}:{@namespace}/{name}".ToLowerInvariant(), "GET /api/v1/catalog/entities?q=TEXT finds entities.");
            var now = clock.GetUtcNow();
            var known = await facts.Of(entry.Ref, cancellation);
            return new EntityFacts(entry.Ref, [.. known.All.Select(fact => FactAnswer.Of(fact, now))], now);
        }).WithSummary("What is known of an entity, from whom, and since when. What was never collected is not there.");
    }
}
