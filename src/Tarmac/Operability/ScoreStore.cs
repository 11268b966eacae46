using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Operability;

/// <summary>A score as it once was, and what changed it.</summary>
/// <param name="Changes">The checks whose outcome changed: <c>{"check", "from", "to"}</c>.</param>
public sealed record ScoreChange(long Version, DateTimeOffset At, double? Score, ScoreBand Band, double Coverage, int N, string Cause, JsonArray Changes);

/// <summary>What the tables hold of a score: enough to go on judging.</summary>
internal sealed record StoredScore(string Subject, double? Value, ScoreBand Band, long Version, IReadOnlyList<Finding> Findings);

/// <summary>The tables of scores, findings and their history.</summary>
public sealed class ScoreStore(Database database)
{
    private const int Chunk = 500;
    private const int ChangesKept = 500;

    /// <summary>How a score came to be, the newest first.</summary>
    public Task<List<ScoreChange>> History(string subject, int limit, CancellationToken cancellation = default) => database.Read(session => session.List(
        $"select version, at, score, band, coverage, n, cause, changes from score_change where subject = {subject} order by version desc limit {limit}",
        row => new ScoreChange(row.Number(0), row.Time(1), row.RealOrNull(2), Enum.Parse<ScoreBand>(row.Text(3)), row.Real(4), (int)row.Number(5), row.Text(6), (JsonArray)StoredJson.Parse(row.Text(7)))),
        cancellation);

    internal static async Task<Dictionary<string, StoredScore>> Of(Session session, IReadOnlyCollection<string> subjects)
    {
        var stored = new Dictionary<string, StoredScore>(StringComparer.Ordinal);
        foreach (var some in subjects.Chunk(Chunk))
        {
            var findings = (await session.List($"select subject, check_id, outcome, held, message, since from finding where subject in {some}", ReadFinding)).ToLookup(each => each.Subject, each => each.Finding);
            foreach (var score in await session.List($"select subject, score, band, version from score where subject in {some}", row => (
                Subject: row.Text(0), Value: row.RealOrNull(1), Band: Enum.Parse<ScoreBand>(row.Text(2)), Version: row.Number(3))))
                stored[score.Subject] = new StoredScore(score.Subject, score.Value, score.Band, score.Version, [.. findings[score.Subject].OfType<Finding>()]);
        }
        return stored;
    }

    internal static Task<List<string>> Subjects(Session session) => session.List($"select subject from score order by subject", row => row.Text(0));

    internal static async Task Put(Session session, Score score, IReadOnlyList<Finding> before, string cause, JsonArray changes)
    {
        var now = score.AsOf;
        await session.Execute($"""
            insert into score (subject, score, band, coverage, n, tier, changed_at, version)
            values ({score.Entity}, {score.Value}, {score.Band.ToString()}, {score.Coverage}, {score.N}, {score.Tier?.ToString()}, {now}, {score.Version})
            on conflict (subject) do update set score = excluded.score, band = excluded.band, coverage = excluded.coverage, n = excluded.n, tier = excluded.tier,
              changed_at = excluded.changed_at, version = excluded.version
            """);
        var known = before.ToDictionary(finding => finding.Check.Id);
        foreach (var finding in score.Findings.Where(finding => !Same(finding, known.GetValueOrDefault(finding.Check.Id))))
            await session.Execute($"""
                insert into finding (subject, check_id, outcome, held, message, since)
                values ({score.Entity}, {finding.Check.Id}, {finding.Outcome.ToString()}, {finding.Held?.ToString()}, {finding.Message}, {finding.Since})
                on conflict (subject, check_id) do update set outcome = excluded.outcome, held = excluded.held, message = excluded.message, since = excluded.since
                """);
        await session.Execute($"""
            insert into score_change (subject, version, at, score, band, coverage, n, cause, changes)
            values ({score.Entity}, {score.Version}, {now}, {score.Value}, {score.Band.ToString()}, {score.Coverage}, {score.N}, {cause}, {changes.ToJsonString()})
            """);
        await session.Execute($"delete from score_change where subject = {score.Entity} and version <= {score.Version - ChangesKept}");
    }

    // The history stays: an entity that comes back goes on where it stopped.
    internal static async Task Remove(Session session, string subject)
    {
        await session.Execute($"delete from finding where subject = {subject}");
        await session.Execute($"delete from score where subject = {subject}");
    }

    /// <summary>The version its history ends with, also of one that is not scored now.</summary>
    internal static async Task<long> LastVersion(Session session, string subject) => await session.Number($"select max(version) from score_change where subject = {subject}") ?? 0;

    internal static bool Same(Finding finding, Finding? stored) =>
        stored is not null && stored.Outcome == finding.Outcome && stored.Held == finding.Held && stored.Message == finding.Message;

    // A check that this version no longer has is dropped.
    private static (string Subject, Finding? Finding) ReadFinding(Row row) => (row.Text(0), CheckList.Find(row.Text(1)) is { } check
        ? new Finding(check, Enum.Parse<Outcome>(row.Text(2)), row.TextOrNull(3) is { } held ? Enum.Parse<Outcome>(held) : null, row.Text(4), row.Time(5))
        : null);
}
