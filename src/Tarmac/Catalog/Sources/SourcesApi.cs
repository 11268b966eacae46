using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <summary>The sources of the catalog: which there are and how each does.</summary>
public static class SourcesApi
{
    internal static void AddRegisteredSources(this IServiceCollection services)
    {
        services.AddSingleton<SourceFetch>();
        services.AddSingleton<SourceSchedule>();
        services.AddSingleton<SourceIntake>();
        services.AddSingleton<RegisteredSources>();
        services.AddHostedService<SourcePoller>();
        services.AddSingleton<ActionHandler, MakeSourceWebhook>();
        services.AddSingleton<ManualEntities>();
        services.AddSingleton<ActionHandler, DeclareEntity>();
        services.AddSingleton<ActionHandler, EditEntity>();
        services.AddSingleton<ActionHandler, RemoveEntity>();
        services.AddSingleton<OperationKind, ManualOperation>();
        services.AddSingleton(new Retention("announcements of pushes", TimeSpan.FromDays(30), SourceWebhook.Prune));
    }

    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        routes.MapSourcePages();
        routes.MapSourceWebhooks();
        routes.MapPush();
        routes.MapGet("/api/v1/catalog/sources", async (IServiceProvider services, CurrentCatalog catalog, CancellationToken cancellation) =>
        {
            var (registered, index) = (await services.GetRequiredService<RegisteredSources>().All(cancellation), catalog.Index);
            return index.Sources.Select(state => Answer(services, index, state, registered)).ToList();
        }).WithSummary("Where entities come from, how each source did when it was last read, and when it is read next.");
        routes.MapGet("/api/v1/catalog/sources/{name}", async (IServiceProvider services, CurrentCatalog catalog, string name, CancellationToken cancellation) =>
        {
            var (registered, index) = (await services.GetRequiredService<RegisteredSources>().All(cancellation), catalog.Index);
            var state = index.Sources.FirstOrDefault(each => each.Source.Name == name) ?? throw CurrentCatalog.NoSource(name);
            return Answer(services, index, state, registered);
        }).WithSummary("One source: where it is, how it did when it was last read, and when it is read next.");
    }

    internal static void MapSourcePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/catalog/sources", async (HttpContext context, CurrentCatalog catalog, CancellationToken cancellation) =>
            await Portal.Page<SourcesPage>(context, new { Rows = await SourceRow.All(context.RequestServices, catalog.Index, context.Principal(), cancellation) })).ExcludeFromDescription();
        routes.MapGet("/catalog/sources/{name}", async (HttpContext context, CurrentCatalog catalog, string name, CancellationToken cancellation) =>
        {
            var index = catalog.Index;
            var row = (await SourceRow.All(context.RequestServices, index, context.Principal(), cancellation)).FirstOrDefault(each => each.State.Source.Name == name)
                ?? throw Problem.NotFound("catalog source", name, "The page of sources lists them.");
            var webhook = await context.RequestServices.GetRequiredService<Database>().Read(session => SourceWebhook.Find(session, name), cancellation);
            return await Portal.Page<SourcePage>(context, new { Index = index, Row = row, Webhook = webhook });
        }).ExcludeFromDescription();
    }

    private static SourceAnswer Answer(IServiceProvider services, CatalogIndex index, SourceState state, List<Registration> registered) =>
        SourceAnswer.Of(index, state, registered.Find(each => each.Name == state.Source.Name), services.GetRequiredService<SourceSchedule>().Of(state.Source.Name));
}
