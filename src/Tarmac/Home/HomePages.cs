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
    private const int Recent = 8;

    public static void MapHome(this IEndpointRouteBuilder routes) => routes.MapGet("/", async (
        HttpContext context, PortalFrames frames, CurrentCatalog catalog, ServicesIndex services, ScoreIndex scores, OperationStore operations, RoadShelf roads, OwnershipOffers offers, CancellationToken cancellation) =>
    {
        var principal = context.Principal();
        var index = catalog.Index;
        var frame = await frames.Of(context);
        var mine = new Owned(principal, index);
        var recent = mine.Whole ? await operations.List(null, null, Recent, cancellation) : await operations.Latest([.. mine.Entries.Select(entry => entry.Ref)], Recent, cancellation);
        var view = View(mine, await services.List(cancellation), scores, await operations.FailedLast(cancellation), recent, roads.All().Count, frame.BreakGlass ?? []);
        var offered = (await offers.Open(cancellation)).Where(offer => offer.State == OwnershipOffer.Offered && principal.Teams.Contains(offer.To)).Select(offer => Needs.Offered(offer, index));
        return await Portal.Page<HomePage>(context, new { View = view with { Needs = [.. view.Needs.Where(need => need.Status == Status.Failed), .. offered, .. view.Needs.Where(need => need.Status != Status.Failed)] } });
    }).ExcludeFromDescription();

    /// <summary>Puts the page's view together; pure.</summary>
    private static HomeView View(
        Owned mine, IReadOnlyList<ServiceShown> services, ScoreIndex scores, IReadOnlyList<OperationOverview> failed, IReadOnlyList<OperationOverview> recent, int roads, IReadOnlyList<BreakGlassNotice> glass)
    {
        var (principal, index) = (mine.Principal, mine.Index);
        var owned = OwnedEntry.Of(mine.Entries.Where(entry => entry.Entity.Kind == EntityKinds.Component), services, scores);
        var problems = index.Problems.Where(problem => mine.Whole || (problem.Entity is { } entity && mine.Has(entity.ToString()))).ToList();
        // Of one's own only: looking at every runbook of a whole organisation takes too long for a page.
        if (!mine.Whole) problems.AddRange(mine.Entries.SelectMany(entry => EntityFindings.Of(index, entry).Where(found => found.Problem.Code == CatalogSourceCodes.RunbookDisagrees)));
        var needs = Needs.Of(owned, [.. failed.Where(operation => mine.Has(operation.Subject))], [.. glass.Where(notice => mine.Has(notice.Subject))], problems, index.Exists);
        return new HomeView(
            principal, mine.Whole, Estate(index, roads), [.. principal.Teams.Select(index.Team).OfType<Team>()], owned, needs, recent,
            principal.Teams.Count > 0 || mine.Whole ? [] : [.. index.Teams().Where(team => team.Members.Count > 0)]);
    }

    private static EstateFigures Estate(CatalogIndex index, int roads) => new(
        index.CountOfKind(EntityKinds.Component, "service"),
        index.CountOfKind(EntityKinds.System), roads,
        index.CountOfKind(EntityKinds.Group), index.AsOf);
}

/// <summary>What somebody and their teams own; everything for an operator in no team.</summary>
internal sealed class Owned
{
    private readonly HashSet<string> owners;

    public Owned(Principal principal, CatalogIndex index)
    {
        (Principal, Index, Whole) = (principal, index, principal.IsOperator && principal.Teams.Count == 0);
        owners = principal.Teams.Append(principal.Ref).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Entries = [.. index.All.Where(Is)];
    }

    public Principal Principal { get; }

    public CatalogIndex Index { get; }

    public bool Whole { get; }

    public IReadOnlyList<CatalogEntry> Entries { get; }

    public bool Has(string reference) => Index.Find(reference) is { } entry && Is(entry);

    private bool Is(CatalogEntry entry) => Whole || (entry.Owner is { } owner && owners.Contains(owner));
}
