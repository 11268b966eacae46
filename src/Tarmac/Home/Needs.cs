using Tarmac.Catalog;
using Tarmac.Delivery;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Operability;

namespace Tarmac.Home;

/// <summary>Something that wants somebody's attention.</summary>
/// <param name="Verb">What to do about it, for the button.</param>
public sealed record Need(Status Status, string Title, string Detail, string Href, string Verb, string? Entity = null, DateTimeOffset? Since = null, string? EntityTitle = null);

/// <summary>Says what needs the owners of some entities. Pure; the most urgent first.</summary>
public static class Needs
{
    private const int Common = 4;

    public static IReadOnlyList<Need> Of(
        IReadOnlyList<OwnedEntry> owned, IReadOnlyList<OperationOverview> failed, IReadOnlyList<BreakGlassNotice> glass, IReadOnlyList<CatalogProblem> problems, Func<string, bool> exists)
    {
        ArgumentNullException.ThrowIfNull(owned);
        return
        [
            .. owned.SelectMany(Down).Concat(failed.Select(Failed)).Concat(glass.Select(Broken)).Concat(problems.GroupBy(problem => problem.Entity?.ToString() ?? problem.Source).Select(same => Wrong(same, exists)))
                .Concat(Findings(owned)).OrderBy(need => need.Status == Status.Failed ? 0 : need.Status == Status.Warning ? 1 : 2),
        ];
    }

    /// <summary>How soon, in a word: the mark alone says it to some only.</summary>
    public static string Urgency(Status status) => status switch { Status.Failed => "Urgent", Status.Warning => "Soon", _ => "When there is time" };

    /// <summary>What was looked at when nothing was found; of the rest nothing is claimed.</summary>
    public static string Looked(IReadOnlyList<OwnedEntry> owned)
    {
        ArgumentNullException.ThrowIfNull(owned);
        var hosted = owned.Select(each => each.Service).OfType<ServiceShown>().ToList();
        var running = hosted.Count(service => service.Environments.Any(environment => environment.State is "running" or "starting"));
        var stopped = hosted.Count(service => service.Environments.Count > 0) - running;
        string?[] said =
        [
            running > 0 ? $"What was deployed here and not stopped runs ({running})." : null,
            stopped > 0 ? $"Stopped by its team: {stopped}." : null,
            hosted.Any(service => service.Environments.Count == 0) ? $"Never deployed: {hosted.Count(service => service.Environments.Count == 0)}." : null,
            owned.Count > hosted.Count ? $"Hosted elsewhere, so known by their checks only: {owned.Count - hosted.Count}." : null,
            hosted.Count > 0 ? "Nothing's last operation failed." : null,
            owned.Any(each => each.Score is { N: > 0 }) ? "No check fails that counts." : "Nothing is scored yet.",
        ];
        return string.Join(' ', said.OfType<string>());
    }

    public static Need Offered(OwnershipOffer offer, CatalogIndex index)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(index);
        return new(Status.Warning, $"{index.DisplayName(offer.Ref)} is offered to {index.DisplayName(offer.To)}", offer.Note ?? $"By {index.DisplayName(offer.OfferedBy)}.",
            EntityAddress.Of(offer.Ref), "Accept or decline", offer.Ref, offer.OfferedAt);
    }

    private static IEnumerable<Need> Down(OwnedEntry owned)
    {
        if (owned.Service is not { } service) yield break;
        foreach (var environment in service.Environments)
            if (environment.State is "failed" or "lost" or "backing-off")
                yield return new Need(Status.Failed, $"{owned.Entry.Title} is {environment.State} in {environment.Name}",
                    environment.State == "backing-off" ? "It keeps ending and is started again, each time later." : "It should run, and does not.",
                    "/services/" + service.Name, "Look at its log", owned.Entry.Ref, environment.ChangedAt);
    }

    private static Need Failed(OperationOverview operation) => new(Status.Failed, $"Failed: {operation.Title}",
        operation.Problem?["title"]?.GetValue<string>() ?? "What served before goes on serving.", "/operations/" + operation.Id, "See why", operation.Subject, operation.FinishedAt);

    private static Need Broken(BreakGlassNotice notice) => new(Status.Warning, $"{notice.Who} broke glass", notice.Reason, "/audit", "See what was done", notice.Subject, EntityTitle: notice.SubjectTitle);

    private static Need Wrong(IGrouping<string, CatalogProblem> same, Func<string, bool> exists)
    {
        var first = same.First();
        var more = same.Count() > 1 ? $" And {same.Count() - 1} more." : "";
        // What was refused from the start has no page of its own.
        var shown = first.Entity is { } entity && exists(entity.ToString()) ? entity : null;
        var title = first.Problem.Code == CatalogSourceCodes.RunbookDisagrees ? "is told in two ways" : "cannot be used as its file says it";
        return new Need(Status.Warning, $"{first.Entity?.Name ?? first.Source} {title}", first.Problem.Message + more,
            shown is null ? "/catalog/problems" : EntityAddress.Of(shown) + "#problems", "Mend the file", shown?.ToString());
    }

    // What many have in common is one thing to know, however many have it.
    private static IEnumerable<Need> Findings(IReadOnlyList<OwnedEntry> owned) =>
        owned.Where(each => each.Score?.Worst is not null).GroupBy(each => (each.Score!.Worst!.Check, each.Score.Worst.Counted)).SelectMany(same =>
            same.Count() < Common ? same.Select(Finding) : [InCommon(same.Key.Check, Urgency(same.Key.Counted), [.. same])]);

    private static Need Finding(OwnedEntry owned)
    {
        var worst = owned.Score!.Worst!;
        return new Need(Urgency(worst.Counted), worst.Check.Title, worst.Message, ScoreAddress.Of(owned.Entry.Entity.Ref), "Fix it", owned.Entry.Ref, worst.Since, owned.Entry.Title);
    }

    private static Need InCommon(Check check, Status status, IReadOnlyList<OwnedEntry> same) => new(
        status, $"“{check.Title}” fails for {same.Count} components", string.Join(", ", same.Take(5).Select(each => each.Entry.Title)) + (same.Count > 5 ? $" and {same.Count - 5} more." : "."),
        "/scores?check=" + Uri.EscapeDataString(check.Id), "See them");

    private static Status Urgency(Outcome? outcome) => outcome switch { Outcome.Critical => Status.Failed, Outcome.Error => Status.Warning, _ => Status.Unknown };
}
