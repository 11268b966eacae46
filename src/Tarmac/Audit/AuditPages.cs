using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Audit;

/// <summary>The audit as a page with filters.</summary>
public static class AuditPages
{
    private const int PageSize = 50;

    public static void MapAuditPages(this IEndpointRouteBuilder routes) => routes.MapGet("/audit", async (
        HttpContext context, Database database, ActionRunner runner, IOrganisation organisation, string? subject, string? principal, string? action, DateTimeOffset? before, string? beforeId, CancellationToken cancellation) =>
    {
        var filter = AuditFilter.Of(subject, principal, action, before, beforeId);
        var entries = await database.Read(session => AuditEntry.List(session, filter, PageSize + 1), cancellation);
        var people = await database.Read(AuditEntry.Principals, cancellation);
        return await Portal.Page<AuditPage>(context, new
        {
            Entries = (IReadOnlyList<AuditEntry>)[.. entries.Take(PageSize)],
            Filters = (IReadOnlyList<Filter>)
            [
                new Filter("principal", "Who", [.. people.Select(one => new FilterOption(one, organisation.DisplayName(one)))], filter.Principal),
                new Filter("action", "Action", [.. runner.All.Select(handler => new FilterOption(handler.Definition.Name, handler.Definition.Name))], filter.Action),
            ],
            filter.Subject,
            Older = entries.Count > PageSize ? entries[PageSize - 1] : null,
        });
    }).ExcludeFromDescription();
}
