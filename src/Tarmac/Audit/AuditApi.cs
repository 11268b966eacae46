using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Audit;

public static class AuditApi
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/audit", (Database database, string? subject, string? principal, string? action, DateTimeOffset? before, string? beforeId, int? limit, CancellationToken cancellation) =>
            database.Read(session => AuditEntry.List(session, AuditFilter.Of(subject, principal, action, before, beforeId), Math.Clamp(limit ?? 100, 1, 1000)), cancellation))
            .WithSummary("Who changed what, newest first. The next page is before the last entry's at and, as beforeId, its id.");
        routes.MapAuditPages();
    }
}
