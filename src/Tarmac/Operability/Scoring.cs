using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Facts;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability;

/// <summary>A judgement and what was before it.</summary>
/// <param name="Before">The score it had; null when it had none.</param>
public sealed record Judged(double? Before, Score Score);

/// <summary>Judges components and records what changed: score, findings, history and events in one transaction.</summary>
public sealed class Scoring(CurrentCatalog catalog, FactLedger facts, ScoreIndex index, EventLog events, Database database, TimeProvider clock)
{
    public const string Changed = "dev.tarmac.score.changed";
    public const string Opened = "dev.tarmac.finding.opened";
    public const string Closed = "dev.tarmac.finding.closed";
    private const int Group = 100;

    /// <summary>The component of a reference, when it is one that is scored.</summary>
    public static CatalogEntry? Scored(CatalogIndex catalog, string reference) =>
        catalog.Find(reference) is { Entity.Kind: EntityKinds.Component } entry ? entry : null;

    /// <summary>Judges these; writes only for those whose score or findings changed.</summary>
    public async Task Judge(IReadOnlyCollection<string> references, string cause, CancellationToken cancellation)
    {
        foreach (var some in references.Chunk(Group))
        {
            var known = catalog.Index;
            var seen = await facts.Of(some, cancellation);
            var differ = new List<string>();
            foreach (var reference in some)
            {
                var shown = index.Find(reference);
                if (Scored(known, reference) is not { } entry)
                {
                    if (shown is not null) differ.Add(reference);
                    continue;
                }
                var (had, now) = (seen.GetValueOrDefault(entry.Ref, FactSet.Empty), clock.GetUtcNow());
                var runbook = RunbookOf(entry, had, now);
                var score = ScoreRules.Judge(new Examined(entry, known, had.With(runbook), now), shown?.Findings ?? [], version: shown?.Version ?? 0);
                if (shown is null || runbook.Count > 0 || Differs(score, shown.Value, shown.Findings)) differ.Add(reference);
                else index.Show(score);
            }
            if (differ.Count > 0) await database.Write(session => Judge(session, differ, [], cause, null), cancellation);
        }
    }

    /// <summary>Judges these in the caller's transaction, by what is stored and what was just seen, which is stored with it.</summary>
    public async Task<IReadOnlyList<Judged>> Judge(Session session, IReadOnlyCollection<string> references, IReadOnlyList<Fact> seen, string cause, string? actor)
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentNullException.ThrowIfNull(seen);
        await FactLedger.Hold(session);
        var known = catalog.Index;
        var stored = await ScoreStore.Of(session, references);
        var judged = new List<Judged>(references.Count);
        foreach (var reference in references)
        {
            var before = stored.GetValueOrDefault(reference);
            if (Scored(known, reference) is not { } entry)
            {
                if (before is not null) await ScoreStore.Remove(session, reference);
                session.OnCommitted(() => index.Forget(reference));
                continue;
            }
            var now = clock.GetUtcNow();
            var had = await FactLedger.Of(session, reference);
            foreach (var fact in seen.Where(fact => fact.Subject == reference).Concat(RunbookOf(entry, had, now))) await facts.Put(session, fact, actor);
            var score = ScoreRules.Judge(new Examined(entry, known, await FactLedger.Of(session, reference), now), before?.Findings ?? [], version: before?.Version ?? 0);
            if (before is null || Differs(score, before.Value, before.Findings)) score = await Record(session, score, before, cause, actor);
            judged.Add(new Judged(before?.Value, score));
            session.OnCommitted(() => index.Show(score));
        }
        return judged;
    }

    /// <summary>Judges everything anew, whatever the tables held; answers how many components there are.</summary>
    internal async Task<int> Rebuild(CancellationToken cancellation)
    {
        await Load(cancellation);
        var everything = Everything();
        foreach (var some in everything.Chunk(Group)) await database.Write(session => Judge(session, some, [], "rebuild", null), cancellation);
        return index.All.Count;
    }

    /// <summary>Every component there is, and what is still scored and is none any more.</summary>
    internal IReadOnlyCollection<string> Everything() => catalog.Index.OfKind(EntityKinds.Component)
        .Select(entry => entry.Ref).Union(index.All.Select(score => score.Entity)).ToList();

    /// <summary>Shows what the tables hold.</summary>
    internal async Task Load(CancellationToken cancellation) =>
        await Show(await database.Read(async session => await ScoreStore.Of(session, await ScoreStore.Subjects(session)), cancellation), cancellation);

    /// <summary>Shows what the tables hold of these, which another platform judges.</summary>
    internal async Task Follow(IReadOnlyCollection<string> references, CancellationToken cancellation)
    {
        var stored = await database.Read(session => ScoreStore.Of(session, references), cancellation);
        await Show(stored, cancellation);
        foreach (var gone in references.Where(reference => !stored.ContainsKey(reference))) index.Forget(gone);
    }

    private async Task Show(Dictionary<string, StoredScore> stored, CancellationToken cancellation)
    {
        var known = catalog.Index;
        var seen = await facts.Of(stored.Keys, cancellation);
        var scores = new List<Score>(stored.Count);
        foreach (var score in stored.Values)
            if (Scored(known, score.Subject) is { } entry)
                scores.Add(ScoreRules.Judge(new Examined(entry, known, seen.GetValueOrDefault(entry.Ref, FactSet.Empty), clock.GetUtcNow()), score.Findings, version: score.Version));
        index.Show(scores);
    }

    private static IReadOnlyList<Fact> RunbookOf(CatalogEntry entry, FactSet known, DateTimeOffset now)
    {
        var fact = RunbookFact.Of(entry).ToFact(entry.Ref, now);
        return known.Find(fact.Key, fact.Source) is { } stored && JsonNode.DeepEquals(stored.Value, fact.Value) ? [] : [fact];
    }

    private static bool Differs(Score score, double? value, IReadOnlyList<Finding> before)
    {
        var known = before.ToDictionary(finding => finding.Check.Id);
        return score.Value != value || score.Findings.Any(finding => !ScoreStore.Same(finding, known.GetValueOrDefault(finding.Check.Id)));
    }

    private async Task<Score> Record(Session session, Score score, StoredScore? before, string cause, string? actor)
    {
        score = score with { Version = (before?.Version ?? await ScoreStore.LastVersion(session, score.Entity)) + 1 };
        var known = (before?.Findings ?? []).ToDictionary(finding => finding.Check.Id);
        var changes = new JsonArray();
        foreach (var finding in score.Findings)
        {
            var last = known.GetValueOrDefault(finding.Check.Id);
            if (last?.Outcome == finding.Outcome) continue;
            changes.Add(new JsonObject { ["check"] = finding.Check.Id, ["from"] = Word(last?.Outcome), ["to"] = Word(finding.Outcome) });
            // The failings of something new are its first score, not news of their own.
            if (before is null || (last?.IsFailing ?? false) == finding.IsFailing) continue;
            await events.Append(session, finding.IsFailing ? Opened : Closed, score.Entity, actor, new JsonObject
            {
                ["check"] = finding.Check.Id,
                ["aspect"] = finding.Check.Aspect,
                ["title"] = finding.Check.Title,
                ["outcome"] = Word(finding.Outcome),
                ["message"] = finding.Message,
                ["why"] = finding.Check.Why,
                ["remedy"] = finding.Check.Remedy,
                ["owner"] = score.Owner,
            });
        }
        await ScoreStore.Put(session, score, before?.Findings ?? [], cause, changes);
        if (before is null || before.Value != score.Value || before.Band != score.Band)
            await events.Append(session, Changed, score.Entity, actor, new JsonObject
            {
                ["before"] = before?.Value,
                ["after"] = score.Value,
                ["band"] = score.Band.ToString(),
                ["coverage"] = score.Coverage,
                ["failing"] = score.Findings.Count(finding => finding.IsFailing),
                ["owner"] = score.Owner,
                ["cause"] = cause,
            });
        return score;
    }

    private static string? Word(Outcome? outcome) => outcome is { } known ? char.ToLowerInvariant(known.ToString()[0]) + known.ToString()[1..] : null;
}
