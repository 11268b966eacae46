using System.Text;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Runbooks;
using Tarmac.Runtimes.Local;
using LogLine = Tarmac.Model.Runtimes.LogLine;

namespace Tarmac.Delivery;

/// <summary>What a service's page shows besides the service itself.</summary>
/// <param name="Instance">The process whose log is shown.</param>
/// <param name="Mine">Whether who looks may change it.</param>
public sealed record ServiceView(
    ServiceShown Service, IReadOnlyList<ReleaseShown> Releases, IReadOnlyList<Commit> Commits, IReadOnlyList<string> Files, string Environment,
    string? Instance, IReadOnlyList<LogLine> Lines, string? Since, string? Grep, string? SinceProblem, DateTimeOffset? KeptUntil, bool Mine);

/// <summary>The pages of delivery: what runs, one service with all one does with it, a file and its editor.</summary>
public static class DeliveryPages
{
    private const int PageSize = 50;
    private const int LastPage = 10_000;
    private const int LinesShown = 200;
    private const int LinesOfText = 5000;

    public static void MapDeliveryPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/deliveries", Deliveries).ExcludeFromDescription();
        routes.MapGet("/services/{name}", Service).ExcludeFromDescription();
        routes.MapGet("/services/{name}/log.txt", LogText).ExcludeFromDescription();
        routes.MapGet("/services/{name}/edit/{**path}", Edit).ExcludeFromDescription();
    }

    private static async Task<IResult> Deliveries(
        HttpContext context, ServicesIndex services, ReplicaStore replicas, OperationStore operations, IEnumerable<OperationKind> kinds, string? q, string? state, string? kind, int? page, CancellationToken cancellation)
    {
        (q, state, kind) = (Some(q), Some(state), Some(kind));
        var (total, found) = await operations.Page(kind, state, q, (Math.Clamp(page ?? 1, 1, LastPage) - 1) * PageSize, PageSize, cancellation);
        var pages = Math.Clamp((total + PageSize - 1) / PageSize, 1, LastPage);
        var running = (await services.List(cancellation)).SelectMany(service => service.Environments.Select(environment => (service.Name, environment)))
            .Where(place => q is null || place.Name.Contains(q, StringComparison.OrdinalIgnoreCase)).ToList();
        string[] states = [OperationState.Pending, OperationState.Running, OperationState.Succeeded, OperationState.Failed, OperationState.Canceled];
        return await Portal.Page<DeliveriesPage>(context, new
        {
            Running = (IReadOnlyList<(string, EnvironmentShown)>)running,
            Operations = (IReadOnlyList<OperationOverview>)found,
            Filters = (IReadOnlyList<Filter>)
            [
                new Filter("state", "State", [.. states.Select(one => new FilterOption(one, OperationWords.Of(one).Word))], state),
                new Filter("kind", "Kind", [.. kinds.Select(one => one.Name).Order(StringComparer.Ordinal).Select(one => new FilterOption(one, one))], kind),
            ],
            Replicas = (IReadOnlyList<Replica>)await replicas.All(cancellation),
            Query = q,
            Total = total,
            Page = Math.Clamp(page ?? 1, 1, pages),
            Pages = pages,
        });
    }

    private static async Task<IResult> Service(
        HttpContext context, ServicesIndex index, Repositories repositories, LocalRuntime runtime, Database database, IOrganisation organisation, TimeProvider clock, string name, string? environment, string? since, string? grep, CancellationToken cancellation)
    {
        var service = await index.Find(name, cancellation) ?? throw Problem.NotFound("service", name, "Those that run here are under Deliveries.");
        var place = Some(environment) ?? (service.Environments is [var first, ..] ? first.Name : Pushes.Environment);
        var instance = await index.InstanceForLogs(name, place, cancellation);
        var head = repositories.Exists(name) ? await repositories.Head(name, cancellation) : null;
        var (from, wrong) = (default(DateTimeOffset?), default(string));
        try
        {
            from = DeliveryApi.Since(Some(since), clock.GetUtcNow());
        }
        catch (Problem refused)
        {
            // The rest of the page is worth seeing all the same.
            wrong = refused.Problems[0].Message + " " + refused.Problems[0].Cure;
        }
        var principal = context.Principal();
        var glass = await database.Read(session => BreakGlass.Open(session, principal.Ref, service.Entity, clock.GetUtcNow()), cancellation);
        return await Portal.Page<ServicePage>(context, new
        {
            View = new ServiceView(
                service, await index.Releases(name, cancellation), head is null ? [] : await repositories.History(name, 20, cancellation), head is null ? [] : await repositories.Files(name, head, cancellation), place,
                instance, instance is null ? [] : runtime.ReadLog(instance, from, Some(grep), LinesShown), Some(since), Some(grep), wrong, service.RemovedAt + Delivery.Service.KeptAfterRemoval,
                Rights.May(principal, service.Entity, service.Owner, organisation, glass)),
        });
    }

    private static async Task<IResult> LogText(
        ServicesIndex index, LocalRuntime runtime, TimeProvider clock, string name, string? environment, string? since, string? grep, CancellationToken cancellation)
    {
        if (await index.Find(name, cancellation) is null) throw Problem.NotFound("service", name, "Those that run here are under Deliveries.");
        var place = Some(environment) ?? Pushes.Environment;
        var instance = await index.InstanceForLogs(name, place, cancellation) ?? throw Problem.NotFound("log of " + name, place, "It has printed nothing there: deploy it first.");
        var text = new StringBuilder();
        foreach (var line in runtime.ReadLog(instance, DeliveryApi.Since(Some(since), clock.GetUtcNow()), Some(grep), LinesOfText))
            text.Append(line.At.UtcDateTime.ToString("O")).Append(' ').Append(line.Text).Append('\n');
        return Results.Text(text.ToString());
    }

    private static async Task<IResult> Edit(HttpContext context, ServicesIndex index, ServiceHomes homes, Repositories repositories, string name, string? path, string? section, CancellationToken cancellation)
    {
        var service = await index.Find(name, cancellation) ?? throw Problem.NotFound("service", name, "Those that run here are under Deliveries.");
        if (service.State == Delivery.Service.Removed) throw new Problem(409, "service-removed", $"{name} was removed.", null, "Restore it first, then change its files.");
        await homes.DemandHere(name, cancellation);
        if (string.IsNullOrEmpty(path) || !repositories.Exists(name) || await repositories.Head(name, cancellation) is not { } head) throw Problem.NotFound("file of " + name, path ?? "");
        var file = await repositories.Read(name, head, path, cancellation);
        // What is there but cannot be shown is not text, is too large, or is a folder; what is not there can be written.
        if (file is { Text: var text } && text.Contains('\0', StringComparison.Ordinal)
            || file is null && (await repositories.Files(name, head, cancellation)).Any(known => known == path || known.StartsWith(path + "/", StringComparison.Ordinal)))
            throw Problem.NotFound("text file of " + name, path, "Only text of at most 2 MB is edited here; clone the repository for the rest.");
        return await Portal.Page<EditPage>(context, new { View = FileEdit.Of(name, path, file?.Blob, file?.Text, section is null ? null : RunbookProperties.Find(section)) });
    }

    private static string? Some(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
