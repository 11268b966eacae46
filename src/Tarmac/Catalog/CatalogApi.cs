using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Tarmac.Catalog.Backstage;
using Tarmac.Catalog.Definitions;
using Tarmac.Catalog.Graph;
using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>Reading the catalog. Every answer is made from one snapshot in memory and carries its revision as ETag.</summary>
public static class CatalogApi
{
    private const int PaletteResults = 12;
    private const int PaletteActions = 5;

    public static void AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<CurrentCatalog>();
        services.AddSingleton<IOrganisation>(provider => provider.GetRequiredService<CurrentCatalog>());
        services.AddSingleton<CatalogCommits>();
        services.AddSingleton<NamedSources>();
        services.AddSingleton<CatalogSources>();
        services.AddSingleton<EntityHistory>();
        services.AddSingleton<EntityHolders>();
        services.AddSingleton<OwnershipOffers>();
        services.AddSingleton<ActionHandler, OfferOwnership>();
        services.AddSingleton<ActionHandler, AcceptOwnership>();
        services.AddSingleton<ActionHandler, DeclineOwnership>();
        services.AddSingleton<ActionHandler, WithdrawOffer>();
        services.AddSingleton<ActionHandler, HandOverEntity>();
        services.AddSingleton<ActionHandler, RemoveOrphan>();
        services.AddSingleton<OperationKind, EntityOperation>();
        services.AddHostedService<OrphanSweep>();
        services.AddSingleton<ActionHandler, AddSource>();
        services.AddSingleton<ActionHandler, RefreshSource>();
        services.AddSingleton<ActionHandler, RemoveSource>();
        services.AddSingleton<OperationKind, SourceOperation>();
        services.AddHostedService<CatalogFollower>();
        services.AddHostedService<CatalogWatcher>();
        services.AddBackstage();
        services.AddRegisteredSources();
    }

    /// <summary>Fills the catalog before anybody can ask: rights depend on it.</summary>
    public static Task LoadCatalog(this WebApplication app) => app.Services.GetRequiredService<CatalogSources>().Load(CancellationToken.None);

    /// <summary>Reads every source anew, whatever the tables hold; for a platform that does not run.</summary>
    public static async Task<IReadOnlyList<SourceAnswer>> RebuildCatalog(this WebApplication app)
    {
        await app.Services.GetRequiredService<CatalogSources>().Rebuild(CancellationToken.None);
        await app.Services.GetRequiredService<RegisteredSources>().FetchAll(CancellationToken.None);
        var index = app.Services.GetRequiredService<CurrentCatalog>().Index;
        return [.. index.Sources.Select(state => SourceAnswer.Of(index, state, null, null))];
    }

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        routes.MapCatalogPages();
        routes.MapHistory();
        routes.MapOffers();
        routes.MapExport();
        routes.MapGraph();
        routes.MapDefinitions();
        routes.MapBackstage();
        routes.MapSources();
        routes.MapGet("/api/v1/catalog/entities", List)
            .WithSummary("Entities that match filters and words, with totals and facets. Repeat a filter to widen it; ?revision=N waits until that change can be seen.");
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}", Entity)
            .WithSummary("One entity: its descriptor, relations both ways, where it comes from, what is wrong with it, and its runbook's outline; with ?asOf=REVISION or a time, what it said then.");
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}/runbook", Runbook).WithSummary("The text of an entity's runbook (Markdown).");
        routes.MapGet("/api/v1/catalog/problems", (HttpContext context, CurrentCatalog catalog, string? source) => Fresh(context, catalog.Index,
            index => index.Problems.Where(problem => source is null || problem.Source == source).Select(ProblemAnswer.Of).ToList()))
            .WithSummary("What is wrong in the catalog's files, each with its place and cure.");
        routes.MapGet("/api/teams", (HttpContext context, CurrentCatalog catalog) => Fresh(context, catalog.Index,
            index => index.Teams().Select(TeamSummary.Of).ToList())).WithSummary("Every group.");
        routes.MapGet("/api/teams/{namespace}/{name}", (HttpContext context, CurrentCatalog catalog, string @namespace, string name) => Fresh(context, catalog.Index,
            index => TeamAnswer.Of(index, index.Team($"group:{@namespace}/{name}") ?? throw Problem.NotFound("group", $"group:{@namespace}/{name}", "GET /api/teams lists them."))))
            .WithSummary("One group: its place in the organisation, its members, and what it owns.");
        routes.MapGet("/api/search", (CurrentCatalog catalog, ActionRunner runner, string? q) =>
        {
            var index = catalog.Index;
            return new SearchResults([.. CatalogSearch.Best(index, q ?? "", PaletteResults).Select(entry => Palette(index, entry)), .. Actions(runner, q)]);
        }).WithSummary("The best matches of a few letters among entities and actions, for jumping to them.");
    }

    private static async Task<IResult> List(HttpContext context, CurrentCatalog catalog, [AsParameters] EntityListRequest asked, CancellationToken cancellation)
    {
        if (asked.Revision is { } wanted) await catalog.CaughtUp(wanted, cancellation);
        return Fresh(context, catalog.Index, index =>
        {
            var found = index.List(asked.Query);
            return new EntityList([.. found.Items.Select(entry => EntitySummary.Of(index, entry))], found.Total, found.Facets, found.Next, index.AsOf, index.Revision, found.Meant);
        });
    }

    private static async Task<IResult> Entity(
        HttpContext context, CurrentCatalog catalog, EntityHistory history, string kind, string @namespace, string name, long? revision, string? asOf, CancellationToken cancellation)
    {
        if (revision is { } wanted) await catalog.CaughtUp(wanted, cancellation);
        if (asOf is { } moment) return Results.Json(EntityThen.Of(await history.AsOf($"{kind}:{@namespace}/{name}", moment, cancellation)));
        var index = catalog.Index;
        if (index.Find(kind, @namespace, name) is null) throw (await history.Missing($"{kind}:{@namespace}/{name}", cancellation)).Problem;
        return Fresh(context, index, snapshot => EntityAnswer.Of(snapshot, snapshot.Demand(kind, @namespace, name)));
    }

    private static Results<ContentHttpResult, StatusCodeHttpResult> Runbook(HttpContext context, CurrentCatalog catalog, string kind, string @namespace, string name)
    {
        var entry = catalog.Index.Demand(kind, @namespace, name);
        var runbook = entry.Runbook ?? throw Problem.NotFound("runbook for the entity", entry.Ref, "Put a RUNBOOK.md beside its catalog-info.yaml.");
        return IsUnchanged(context, catalog.Index) ? TypedResults.StatusCode(304) : TypedResults.Content(runbook.Text, "text/markdown; charset=utf-8");
    }

    private static SearchResult Palette(CatalogIndex index, CatalogEntry entry) => new(
        entry.Title, entry.Entity.Kind.ToLowerInvariant(), entry.Owner is { } owner ? index.DisplayName(owner) : entry.Entity.Type, EntityAddress.Link(entry.Entity.Ref), entry.Ref);

    private static IEnumerable<SearchResult> Actions(ActionRunner runner, string? text) => string.IsNullOrWhiteSpace(text) ? []
        : ActionForm.Matching(runner.All.Select(handler => handler.Definition), text).Take(PaletteActions).Select(action => new SearchResult(action.Title, "action", action.Name, "/actions/" + action.Name, null));

    // Only for what is the same whoever asks.
    private static IResult Fresh<T>(HttpContext context, CatalogIndex index, Func<CatalogIndex, T> answer)
    {
        var question = context.Request.Path.Value + context.Request.QueryString.Value;
        var json = context.Request.Headers.CacheControl == "no-cache" ? null : index.Answers.Find(question);
        if (json is null)
        {
            // A refusal is decided before the answer is called fresh, so that nothing missing is ever "not modified".
            json = JsonSerializer.SerializeToUtf8Bytes(answer(index), context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
            index.Answers.Keep(question, json);
        }
        return IsUnchanged(context, index) ? Results.StatusCode(304) : new JsonBytes(json);
    }

    // The same revision answers the same question the same, as long as the program is the same.
    private static bool IsUnchanged(HttpContext context, CatalogIndex index)
    {
        var tag = new EntityTagHeaderValue($"\"{PlatformOptions.Version}-{index.Revision}\"");
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known == EntityTagHeaderValue.Any);
    }
}
