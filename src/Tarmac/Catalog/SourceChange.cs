using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>
/// Writes what one reading of a source found: declarations, problems, the source's state, the history and the events, in the
/// caller's transaction.
/// </summary>
internal sealed class SourceChange(Session session, EventLog events, CatalogSource source, string actor, DateTimeOffset now)
{
    public const string Read = "dev.tarmac.source.read";
    public const string Gone = "dev.tarmac.source.removed";

    /// <summary>Whether a reading says anything that the state shown now does not.</summary>
    public static bool Differs(CatalogSource source, SourceState? before, SourceReading reading)
    {
        if (before is not { Error: null, ReadAt: not null } || before.Source != source || before.Files != reading.Files) return true;
        if (!before.Problems.SequenceEqual(reading.Problems.Select(found => new CatalogProblem(source.Name, found.Entity, found.Problem)))) return true;
        var shown = before.Entries.ToDictionary(entry => entry.Ref);
        foreach (var declaration in reading.Declared)
            if (!shown.Remove(declaration.Ref, out var entry) || entry.Stale || entry.Hash != declaration.Hash || entry.Entity.Origin != declaration.Entity.Origin) return true;
        return shown.Values.Any(entry => !entry.Stale || !reading.Keeps(entry.Ref, entry.Entity.Origin.File));
    }

    /// <param name="before">The state shown now; null for a source never read.</param>
    /// <returns>The state to show, and the sources that are gone and from which it took orphans over.</returns>
    /// <param name="isStored">Whether the tables hold just that, so that they need not be asked.</param>
    public async Task<(SourceState State, IReadOnlyList<TakenOrphans> Adopted)> Store(SourceState? before, SourceReading reading, bool isStored)
    {
        await CatalogStore.Hold(session);
        var rows = (isStored && before is not null ? before.Entries.Select(RowOf) : await CatalogStore.RowsOf(session, source.Name)).ToDictionary(row => row.Ref);
        var declared = reading.Declared.ToDictionary(declaration => declaration.Ref);
        // A line that moved is worth storing but no news; the hash and the file decide what is news.
        var put = reading.Declared.Where(d => !rows.TryGetValue(d.Ref, out var row) || row.Hash != d.Hash || row.File != d.Entity.Origin.File || row.Line != d.Entity.Origin.Line || row.Stale || row.Gone).ToList();
        var left = rows.Values.Where(row => !declared.ContainsKey(row.Ref)).ToList();
        var kept = left.Where(row => reading.Keeps(row.Ref, row.File) && (!row.Stale || row.Gone)).ToList();
        var gone = left.Where(row => !reading.Keeps(row.Ref, row.File)).ToList();
        var problems = reading.Problems.Select(found => new CatalogProblem(source.Name, found.Entity, found.Problem)).ToList();

        var revision = await Announce(put.Count, gone.Count, problems.Count, null);
        await CatalogStore.PutSource(session, new SourceState(source, now, null, reading.Files, revision, [], []));
        List<string> touched = [.. put.Select(d => d.Ref), .. kept.Select(row => row.Ref), .. gone.Select(row => row.Ref)];
        var others = (await CatalogStore.RowsFor(session, touched)).Where(row => row.Source != source.Name).ToList();
        List<DeclaredRow> old = [.. others, .. touched.Where(rows.ContainsKey).Select(reference => rows[reference])];
        foreach (var d in put)
        {
            var row = rows.GetValueOrDefault(d.Ref);
            rows[d.Ref] = new DeclaredRow(d.Ref, source.Name, source.Kind, d.Hash, d.Entity.Origin.File, d.Entity.Origin.Line, false,
                row?.Since ?? now, row?.Hash == d.Hash ? row.ChangedAt : now, row?.Claim ?? revision, false);
        }
        foreach (var row in kept) rows[row.Ref] = row with { Stale = true, Gone = false };
        foreach (var row in gone) rows.Remove(row.Ref);
        // An orphan that a source declares again needs its old declaration no longer.
        var adopted = others.Where(row => row.Gone && rows.ContainsKey(row.Ref)).ToList();
        var changes = EntityChanges.Of(source.Name, touched, old.ToLookup(row => row.Ref),
            others.Except(adopted).Concat(touched.Where(rows.ContainsKey).Select(reference => rows[reference])).ToLookup(row => row.Ref));
        foreach (var renamed in changes.Where(change => change.Kind == ChangeKind.Renamed)) rows[renamed.Ref] = rows[renamed.Ref] with { Since = renamed.Before!.Since };

        var history = new HistoryWriter(session, events, actor, now);
        await history.Gather(changes, declared);
        await CatalogStore.Put(session, [.. put.Select(d => (rows[d.Ref], d))], revision);
        foreach (var row in kept) await CatalogStore.SetStale(session, rows[row.Ref], revision);
        await CatalogStore.Delete(session, source.Name, [.. gone.Select(row => row.Ref)]);
        var taken = await TakeOrphans(adopted, revision);
        if (!isStored || before?.Problems.SequenceEqual(problems) != true) await CatalogStore.PutProblems(session, source.Name, problems);
        var last = Math.Max(revision, await history.Write(source));
        await CatalogStore.SetRevision(session, last);
        var state = new SourceState(source, now, null, reading.Files, last, await Entries(rows, declared, before), problems);
        await CatalogStore.PutSource(session, state);
        return (state, taken);
    }

    /// <summary>The source cannot be read at all: what it declared last stays.</summary>
    public async Task<SourceState> StoreFailure(SourceState? before, CatalogProblem problem)
    {
        await CatalogStore.Hold(session);
        var revision = await Announce(0, 0, 1, problem.Problem.Message);
        var state = new SourceState(source, before?.ReadAt, problem.Problem.Message, before?.Files ?? 0, revision, before?.Entries ?? [], [problem]);
        await CatalogStore.PutSource(session, state);
        await CatalogStore.PutProblems(session, source.Name, state.Problems);
        await CatalogStore.SetRevision(session, revision);
        return state;
    }

    /// <summary>Removes the source and what it declared, as far as no other does.</summary>
    /// <param name="keep">Keeps what only it declared, as orphans of a source that is gone.</param>
    /// <returns>The revision, and the state to show when something was kept.</returns>
    public async Task<(long Revision, SourceState? Kept)> Remove(SourceState shown, bool keep)
    {
        await CatalogStore.Hold(session);
        var rows = (await CatalogStore.RowsOf(session, source.Name)).Where(row => !keep || !row.Gone).ToList();
        var others = (await CatalogStore.RowsFor(session, [.. rows.Select(row => row.Ref)])).Where(row => row.Source != source.Name).ToLookup(row => row.Ref);
        var kept = keep ? rows.Where(row => !others[row.Ref].Any()).Select(row => row with { Gone = true }).ToList() : [];
        var history = new HistoryWriter(session, events, actor, now);
        await history.Gather(EntityChanges.Of(source.Name, rows.Select(row => row.Ref),
            rows.Concat(others.SelectMany(same => same)).ToLookup(row => row.Ref), kept.Concat(others.SelectMany(same => same)).ToLookup(row => row.Ref)));
        var dropped = rows.Select(row => row.Ref).Except(kept.Select(row => row.Ref)).ToList();
        await CatalogStore.Delete(session, source.Name, dropped);
        var last = await history.Write(source);
        var gone = await events.Append(session, Gone, "source:" + source.Name, actor, new JsonObject { ["source"] = source.Name, ["entities"] = dropped.Count, ["orphans"] = kept.Count });
        var revision = Math.Max(last, gone);
        await CatalogStore.SetRevision(session, revision);
        if (kept.Count == 0)
        {
            await CatalogStore.DeleteSource(session, source.Name);
            return (revision, null);
        }
        await CatalogStore.EmptySource(session, source.Name);
        var left = source with { GoneAt = now };
        var entries = shown.Entries.ToDictionary(entry => entry.Ref);
        var state = new SourceState(left, shown.ReadAt, null, shown.Files, revision, [.. kept.Select(row => entries[row.Ref].In(left))], []);
        await CatalogStore.PutSource(session, state);
        return (revision, state);
    }

    private Task<long> Announce(int changed, int removed, int problems, string? error) =>
        events.Append(session, Read, "source:" + source.Name, actor, new JsonObject
        {
            ["source"] = source.Name,
            ["description"] = source.Description,
            ["changed"] = changed,
            ["removed"] = removed,
            ["problems"] = problems,
            ["error"] = error,
        });

    private async Task<List<TakenOrphans>> TakeOrphans(List<DeclaredRow> adopted, long revision)
    {
        var taken = new List<TakenOrphans>();
        foreach (var from in adopted.GroupBy(row => row.Source))
        {
            var references = from.Select(row => row.Ref).ToHashSet(StringComparer.Ordinal);
            await CatalogStore.Delete(session, from.Key, references);
            if (!await CatalogStore.HasEntities(session, from.Key)) await CatalogStore.DeleteSource(session, from.Key);
            else await CatalogStore.Touch(session, from.Key, revision);
            taken.Add(new TakenOrphans(from.Key, references));
        }
        return taken;
    }

    private async Task<List<CatalogEntry>> Entries(Dictionary<string, DeclaredRow> rows, Dictionary<string, Declaration> declared, SourceState? before)
    {
        var shown = before?.Entries.ToDictionary(entry => entry.Ref) ?? [];
        var entries = new List<CatalogEntry>(rows.Count);
        var missing = new List<string>();
        foreach (var row in rows.Values)
        {
            if (shown.TryGetValue(row.Ref, out var same) && same.Source == source && same.Hash == row.Hash && same.Stale == row.Stale && same.Claim == row.Claim
                && same.Entity.Origin.File == row.File && same.Entity.Origin.Line == row.Line) entries.Add(same);
            else if (declared.TryGetValue(row.Ref, out var declaration)) entries.Add(EntryOf(row, declaration.Entity, declaration.Runbook));
            else if (same is not null && same.Hash == row.Hash) entries.Add(EntryOf(row, same.Entity, same.Runbook));
            else missing.Add(row.Ref);
        }
        entries.AddRange(await CatalogStore.Entries(session, source, missing));
        return entries;
    }

    private static DeclaredRow RowOf(CatalogEntry entry) => new(
        entry.Ref, entry.Source.Name, entry.Source.Kind, entry.Hash, entry.Entity.Origin.File, entry.Entity.Origin.Line, entry.Stale, entry.Since, entry.ChangedAt, entry.Claim, entry.Source.IsGone);

    private CatalogEntry EntryOf(DeclaredRow row, Entity entity, RunbookFile? runbook) => new()
    {
        Entity = entity,
        Source = source,
        Hash = row.Hash,
        Since = row.Since,
        ChangedAt = row.ChangedAt,
        Claim = row.Claim,
        Stale = row.Stale,
        Runbook = runbook,
    };
}

/// <summary>Orphans of a source that is gone, which another source declares again.</summary>
internal sealed record TakenOrphans(string Source, IReadOnlySet<string> References);
