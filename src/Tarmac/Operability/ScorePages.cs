using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Catalog;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability;

/// <summary>Scores for people: all of them, and one with its sum, its findings and its past.</summary>
public static class ScorePages
{
    private const int Changes = 20;

    public static void MapScorePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/scores", (HttpContext context, ScoreIndex scores, CurrentCatalog catalog, string? q, string? owner, string? band, string? check, string? sort, int? page) =>
            Portal.Page<ScoresPage>(context, new { catalog.Index, Scores = scores, Text = q, Owner = owner, Band = band, Check = check, Sort = sort, Page = page ?? 1 })).ExcludeFromDescription();
        routes.MapGet("/scores/{kind}/{namespace}/{name}", Show).ExcludeFromDescription();
        routes.MapPost("/scores/{kind}/{namespace}/{name}/rescore", Rescored).ExcludeFromDescription();
    }

    private static async Task<IResult> Show(
        HttpContext context, ScoreIndex scores, ScoreStore store, CurrentCatalog catalog, string kind, string @namespace, string name, string? sort, CancellationToken cancellation)
    {
        var reference = $"{kind}:{@namespace}/{name}".ToLowerInvariant();
        var score = scores.Find(reference) ?? throw Problem.NotFound("score for the entity", reference, "Components of the catalog have one; a new one is judged within seconds.");
        return await Portal.Page<ScorePage>(context, new
        {
            catalog.Index,
            Score = score,
            History = await store.History(score.Entity, Changes, cancellation),
            HasRunbook = catalog.Index.RunbookOf(score.Entity) is not null,
            Sort = sort,
        });
    }

    // The button of a page that works without script: the same action as everywhere, then back to what came of it.
    private static async Task<IResult> Rescored(HttpContext context, ActionRunner runner, IAntiforgery antiforgery, string kind, string @namespace, string name, CancellationToken cancellation)
    {
        await antiforgery.ValidateRequestAsync(context);
        var entity = EntityRef.Of(kind, name, @namespace);
        await runner.Run(OperabilityActions.Rescore.Name, new JsonObject { ["entity"] = entity.ToString() }, context.Principal(), null, cancellation);
        return Results.Redirect(ScoreAddress.Of(entity));
    }
}
