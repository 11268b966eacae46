using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability;

/// <summary>Reading scores. Judging again is the action <c>score.rescore</c>.</summary>
public static class OperabilityApi
{
    private const int MostChanges = 50;

    public static void AddOperability(this IServiceCollection services)
    {
        services.AddSingleton<ScoreIndex>();
        services.AddSingleton<ScoreStore>();
        services.AddSingleton<Scoring>();
        services.AddSingleton<DueScores>();
        services.AddHostedService<ScoringRounds>();
        services.AddHostedService<ScoreTriggers>();
        services.AddSingleton<ActionHandler, Rescore>();
    }

    /// <summary>Judges everything anew; for a platform that does not run.</summary>
    public static Task<int> RebuildScores(this WebApplication app) => app.Services.GetRequiredService<Scoring>().Rebuild(CancellationToken.None);

    public static void MapOperability(this IEndpointRouteBuilder routes)
    {
        routes.MapScorePages();
        routes.MapGet("/api/scores", (ScoreIndex index, string? owner, int? limit, int? offset) =>
        {
            var team = owner is null ? null : EntityRef.TryParse(owner, EntityKinds.Group, null, out var reference, out var why) ? reference.ToString() : throw new Problem(400, "bad-request", why);
            var scores = team is null ? index.All : index.OwnedBy(team);
            return new ScoreList(
                [.. scores.Skip(Math.Max(offset ?? 0, 0)).Take(Math.Clamp(limit ?? 100, 1, 1000)).Select(ScoreSummary.Of)],
                scores.Count, team is null ? null : index.Team(team), scores.Min(score => (DateTimeOffset?)score.AsOf));
        }).WithSummary("Scores, the lowest first; with an owner also the mean of its components in production.");
        routes.MapGet("/api/scores/{kind}/{namespace}/{name}", async (ScoreIndex index, ScoreStore store, string kind, string @namespace, string name, CancellationToken cancellation) =>
        {
            var reference = $"{kind}:{@namespace}/{name}".ToLowerInvariant();
            var score = index.Find(reference) ?? throw Problem.NotFound("score for the entity", reference, "Components of the catalog have one: GET /api/scores.");
            return ScoreAnswer.Of(score, await store.History(score.Entity, MostChanges, cancellation));
        }).WithSummary("One score: the sum, each finding with its why, remedy and fix, and how it came to be.");
        routes.MapGet("/api/checks", () => CheckList.All.Select(CheckAnswer.Of)).WithSummary("What components are judged by, why, and how bad a failing is at each tier.");
    }
}
