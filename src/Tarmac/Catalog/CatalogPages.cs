using Tarmac.Delivery;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Outgoing;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;
using Tarmac.Operability;

namespace Tarmac.Catalog;

/// <summary>The catalog for people: the list, an entity, what is wrong, teams and people.</summary>
public static class CatalogPages
{
    private const int PageSize = 40;
    private const int SearchResults = 50;
    private const int Recent = 8;
    private const int LatestChanges = 5;

    public static void MapCatalogPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/catalog", List).ExcludeFromDescription();
        routes.MapGet("/catalog/problems", (HttpContext context, CurrentCatalog catalog, string? entity, int? page) =>
            Portal.Page<ProblemsPage>(context, new { catalog.Index, Entity = string.IsNullOrWhiteSpace(entity) ? null : entity.Trim(), Page = page ?? 1 })).ExcludeFromDescription();
        routes.MapGet("/catalog/{kind}/{namespace}/{name}", Entity).ExcludeFromDescription();
        routes.MapGet("/catalog/{kind}/{namespace}/{name}/history", (HttpContext context, CurrentCatalog catalog, EntityHistory history, string kind, string @namespace, string name, string? cursor, CancellationToken cancellation) =>
            History(context, catalog.Index, history, $"{kind}:{@namespace}/{name}".ToLowerInvariant(), cursor, 200, cancellation)).ExcludeFromDescription();
        routes.MapGet("/teams", (HttpContext context, CurrentCatalog catalog, ScoreIndex scores, string? q, string? cursor) => Portal.Page<TeamsPage>(context, new
        {
            catalog.Index,
            Scores = scores,
            Text = q,
            Found = catalog.Index.List(new CatalogQuery { Kinds = [EntityKinds.Group], Text = q, Sort = "title", Limit = PageSize, Cursor = cursor }),
        })).ExcludeFromDescription();
        routes.MapGet("/teams/chart", (HttpContext context, CurrentCatalog catalog, string? from) => Portal.Page<OrgChartPage>(
            context, new { catalog.Index, Chart = OrgChart.Of(catalog.Index, from, OrgChartPage.MostGroups), From = from })).ExcludeFromDescription();
        routes.MapGet("/teams/{namespace}/{name}", TeamOf).ExcludeFromDescription();
        routes.MapGet("/people", (HttpContext context, CurrentCatalog catalog, string? q, string? cursor) => Portal.Page<PeoplePage>(context, new
        {
            catalog.Index,
            Text = q,
            Found = catalog.Index.List(new CatalogQuery { Kinds = [EntityKinds.User], Text = q, Sort = "title", Limit = PageSize, Cursor = cursor }),
        })).ExcludeFromDescription();
        routes.MapGet("/search", (HttpContext context, CurrentCatalog catalog, ActionRunner runner, string? q) => Portal.Page<SearchPage>(context, new
        {
            catalog.Index,
            Text = q?.Trim() ?? "",
            Found = CatalogSearch.Best(catalog.Index, q ?? "", SearchResults).ToList(),
            Actions = string.IsNullOrWhiteSpace(q) ? [] : ActionForm.Matching(runner.All.Select(handler => handler.Definition), q),
            Most = SearchResults,
        })).ExcludeFromDescription();
    }

    private static Task<IResult> List(
        HttpContext context, CurrentCatalog catalog, ScoreIndex scores, string[]? kind, string[]? type, string[]? owner, string[]? lifecycle, string[]? tier, string[]? system,
        string[]? ownership, string[]? tag, string[]? source, string? q, string? sort, string? cursor)
    {
        var query = new CatalogQuery
        {
            Kinds = Given(kind),
            Types = Given(type),
            Owners = Given(owner),
            Lifecycles = Given(lifecycle),
            Tiers = Given(tier),
            Systems = Given(system),
            Ownerships = Given(ownership),
            Tags = Given(tag),
            Sources = Given(source),
            Text = q,
            Sort = sort,
            Cursor = cursor,
            Limit = PageSize,
        };
        var index = catalog.Index;
        return Portal.Page<CatalogPage>(context, new { Index = index, Query = query, Found = index.List(query), Scores = scores });
    }

    // A form sends a field that was left at "Any" as an empty text.
    private static string[] Given(string[]? values) => [.. (values ?? []).Where(value => value.Length > 0)];

    private static async Task<IResult> Entity(
        HttpContext context, CurrentCatalog catalog, ServicesIndex services, ScoreIndex scores, OperationStore operations, EntityHistory history, OwnershipOffers offers, Database database, TimeProvider clock,
        string kind, string @namespace, string name, CancellationToken cancellation)
    {
        var index = catalog.Index;
        if (index.Find(kind, @namespace, name) is not { } entry) return await History(context, index, history, $"{kind}:{@namespace}/{name}".ToLowerInvariant(), null, 404, cancellation);
        var service = entry.Ref == ServiceName.Entity(entry.Name) ? await services.Find(entry.Name, cancellation) : null;
        var principal = context.Principal();
        var glass = await database.Read(session => BreakGlass.Open(session, principal.Ref, entry.Ref, clock.GetUtcNow()), cancellation);
        return await Portal.Page<EntityPage>(context, new
        {
            View = new EntityView(
                index, entry, service, scores.Find(entry.Ref), await operations.List(entry.Ref, null, Recent, cancellation),
                Rights.May(principal, entry.Ref, Rights.OwnerOf(entry.Ref, catalog, service?.Owner), catalog, glass), principal.Kind == PrincipalKind.Person,
                (await history.Of(entry.Ref, LatestChanges, null, cancellation)).Items, principal.IsOperator,
                (await offers.Of(entry.Ref, cancellation)).Find(offer => offer.IsOpen)),
        });
    }

    // Also of what is gone: then it says why.
    private static async Task<IResult> History(HttpContext context, CatalogIndex index, EntityHistory history, string reference, string? cursor, int status, CancellationToken cancellation)
    {
        var (items, next) = await history.Of(reference, PageSize, cursor, cancellation);
        var (problem, renamedTo, wasThere) = index.Exists(reference) ? default : await history.Missing(reference, cancellation);
        if (problem is not null && !wasThere) throw problem;
        return await Portal.Page<HistoryPage>(context, new { Index = index, Ref = reference, Items = items, Next = next, Gone = problem, RenamedTo = renamedTo }, status);
    }

    private static async Task<IResult> TeamOf(
        HttpContext context, CurrentCatalog catalog, ServicesIndex services, ScoreIndex scores, OperationStore operations, WebhookStore webhooks, string @namespace, string name, CancellationToken cancellation)
    {
        var principal = context.Principal();
        var index = catalog.Index;
        var reference = EntityRef.Of(EntityKinds.Group, name, @namespace).ToString();
        var team = index.Team(reference) ?? throw Problem.NotFound("team", reference, "The teams page lists them all.");
        return await Portal.Page<TeamPage>(context, new
        {
            Index = index,
            Team = team,
            Score = scores.Team(reference),
            Components = OwnedEntry.Of(team.Owns.Where(entry => entry.Entity.Kind == EntityKinds.Component), await services.List(cancellation), scores),
            Recent = await operations.Latest([.. team.Owns.Select(entry => entry.Ref)], Recent, cancellation),
            Webhooks = principal.IsOperator || principal.Teams.Contains(reference) ? (await webhooks.All(cancellation)).Where(webhook => webhook.Team == reference).ToList() : null,
        });
    }
}

/// <summary>Everything an entity's page shows.</summary>
/// <param name="Service">Null when it is not hosted here.</param>
/// <param name="Mine">Whether the viewer may change it, by team or by broken glass.</param>
/// <param name="IsPerson">Only people may break glass.</param>
/// <param name="History">Its latest changes, the newest first.</param>
public sealed record EntityView(
    CatalogIndex Index, CatalogEntry Entry, ServiceShown? Service, Score? Score, IReadOnlyList<OperationOverview> Recent, bool Mine, bool IsPerson, IReadOnlyList<HistoryEntry> History, bool IsOperator, OwnershipOffer? Offer);
