using Tarmac.Catalog;
using Tarmac.Delivery;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;
using Tarmac.Operability;
using Tarmac.Roads;

namespace Tarmac.Home;

/// <summary>What there is in all, and when that was so.</summary>
public sealed record EstateFigures(int Services, int Systems, int Roads, int Teams, DateTimeOffset AsOf);

/// <summary>Everything the first page shows.</summary>
/// <param name="Whole">True when the whole organisation is shown, because the viewer runs the platform and is in no team.</param>
/// <param name="Owned">What the teams own that runs or is built, those that need most first.</param>
/// <param name="Recent">The latest operations on those.</param>
public sealed record HomeView(
    Principal Principal, bool Whole, EstateFigures Estate, IReadOnlyList<Team> Teams, IReadOnlyList<OwnedEntry> Owned, IReadOnlyList<Need> Needs,
    IReadOnlyList<OperationOverview> Recent, IReadOnlyList<Team> Joinable);

public static class HomePages
{
    private const int OperationsLookedAt = 200;

    public static void MapHome(this IEndpointRouteBuilder routes) => routes.MapGet("/", async (
        HttpContext context, PortalFrames frames, CurrentCatalog catalog, ServicesIndex services, ScoreIndex scores, OperationStore operations, RoadShelf roads, CancellationToken cancellation) =>
    {
        var principal = context.Principal();
        var index = catalog.Index;
        var frame = await frames.Of(context);
        var view = View(principal, index, await services.List(cancellation), scores, await operations.List(null, null, OperationsLookedAt, cancellation), roads.All().Count, frame.BreakGlass ?? []);
        return await Portal.Page<HomePage>(context, new { View = view });
    }).ExcludeFromDescription();

    /// <summary>Puts the page's view together; pure.</summary>
    public static HomeView View(
        Principal principal, CatalogIndex index, IReadOnlyList<ServiceShown> services, ScoreIndex scores, IReadOnlyList<OperationOverview> operations, int roads, IReadOnlyList<BreakGlassNotice> glass)
    {
        ArgumentNullException.ThrowIfNull(principal);
        ArgumentNullException.ThrowIfNull(index);
        var whole = principal.IsOperator && principal.Teams.Count == 0;
        var owners = principal.Teams.Append(principal.Ref).ToHashSet(StringComparer.OrdinalIgnoreCase);
        bool Mine(CatalogEntry? entry) => entry is not null && (whole || (entry.Owner is { } owner && owners.Contains(owner)));

        var entries = index.All.Where(Mine).ToList();
        var owned = OwnedEntry.Of(entries.Where(entry => entry.Entity.Kind == EntityKinds.Component), services, scores);
        var mine = operations.Where(operation => Mine(index.Find(operation.Subject))).ToList();
        // Only the last operation of each subject tells how it stands now.
        var failed = mine.DistinctBy(operation => operation.Subject).Where(operation => operation.State == OperationState.Failed).ToList();
        var problems = index.Problems.Where(problem => whole || (problem.Entity is { } entity && Mine(index.Find(entity)))).ToList();
        var needs = Needs.Of(owned, failed, [.. glass.Where(notice => Mine(index.Find(notice.ServiceRef)))], problems, index.Exists);
        return new HomeView(
            principal, whole, Estate(index, roads), [.. principal.Teams.Select(index.Team).OfType<Team>()], owned, needs, [.. mine.Take(8)],
            principal.Teams.Count > 0 || whole ? [] : [.. index.Teams().Where(team => team.Members.Count > 0)]);
    }

    private static EstateFigures Estate(CatalogIndex index, int roads) => new(
        index.All.Count(entry => entry.Entity is { Kind: EntityKinds.Component, Type: "service" }),
        index.All.Count(entry => entry.Entity.Kind == EntityKinds.System), roads,
        index.All.Count(entry => entry.Entity.Kind == EntityKinds.Group), index.AsOf);
}
