using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>
/// Writes what one reading of a source found: declarations, problems, the source's state and the events, in the caller's
/// transaction.
/// </summary>
internal sealed class SourceChange(Session session, EventLog events, CatalogSource source, string actor, DateTimeOffset now)
{
    public const string Added = "dev.tarmac.entity.added";
    public const string Changed = "dev.tarmac.entity.changed";
    public const string Removed = "dev.tarmac.entity.removed";
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
    /// <returns>The state to show.</returns>
    public async Task<SourceState> Store(SourceState? before, SourceReading reading)
    {
        await CatalogStore.Hold(session);
        var rows = (await CatalogStore.RowsOf(session, source.Name)).ToDictionary(row => row.Ref);
        var declared = reading.Declared.ToDictionary(declaration => declaration.Ref);
        // A line that moved is worth storing but no news; the hash decides what is news.
        var put = reading.Declared.Where(d => !rows.TryGetValue(d.Ref, out var row) || row.Hash != d.Hash || row.File != d.Entity.Origin.File || row.Line != d.Entity.Origin.Line || row.Stale).ToList();
        var left = rows.Values.Where(row => !declared.ContainsKey(row.Ref)).ToList();
        var kept = left.Where(row => reading.Keeps(row.Ref, row.File)).ToList();
        var gone = left.Except(kept).ToList();
        var problems = reading.Problems.Select(found => new CatalogProblem(source.Name, found.Entity, found.Problem)).ToList();

        var revision = await Announce(put.Count, gone.Count, problems.Count, null);
        await CatalogStore.PutSource(session, new SourceState(source, now, null, reading.Files, revision, [], []));
        var news = new HashSet<string>(put.Where(d => !rows.TryGetValue(d.Ref, out var row) || row.Hash != d.Hash).Select(d => d.Ref).Concat(gone.Select(row => row.Ref)), StringComparer.Ordinal);
        var holders = await Holders(news);
        foreach (var declaration in put)
        {
            var row = rows.GetValueOrDefault(declaration.Ref);
            rows[declaration.Ref] = new DeclaredRow(
                declaration.Ref, source.Name, source.Kind, declaration.Hash, declaration.Entity.Origin.File, declaration.Entity.Origin.Line, false,
                row?.Since ?? now, row?.Hash == declaration.Hash ? row.ChangedAt : now, row?.Claim ?? revision);
            await CatalogStore.Put(session, rows[declaration.Ref], declaration);
        }
        foreach (var row in kept.Where(row => !row.Stale))
            await CatalogStore.SetStale(session, rows[row.Ref] = row with { Stale = true });
        await CatalogStore.Delete(session, source.Name, [.. gone.Select(row => row.Ref)]);
        foreach (var row in gone) rows.Remove(row.Ref);
        await CatalogStore.PutProblems(session, source.Name, problems);
        var last = await Tell(holders, news);
        await CatalogStore.SetRevision(session, Math.Max(revision, last));
        var state = new SourceState(source, now, null, reading.Files, Math.Max(revision, last), await Entries(rows, declared, before), problems);
        await CatalogStore.PutSource(session, state);
        return state;
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

    /// <summary>Removes the source and what only it declared; answers the revision.</summary>
    public async Task<long> Remove()
    {
        await CatalogStore.Hold(session);
        var references = (await CatalogStore.RowsOf(session, source.Name)).Select(row => row.Ref).ToHashSet();
        var holders = await Holders(references);
        await CatalogStore.Delete(session, source.Name, references);
        await Tell(holders, references);
        await CatalogStore.DeleteSource(session, source.Name);
        var revision = await events.Append(session, Gone, "source:" + source.Name, actor, new JsonObject { ["source"] = source.Name, ["entities"] = references.Count });
        await CatalogStore.SetRevision(session, revision);
        return revision;
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

    private sealed record Holder(DeclaredRow Row, JsonObject Document);

    private async Task<Dictionary<string, Holder>> Holders(IReadOnlyCollection<string> references)
    {
        var holders = new Dictionary<string, Holder>(StringComparer.Ordinal);
        foreach (var same in (await CatalogStore.RowsFor(session, references)).GroupBy(row => row.Ref))
        {
            var row = CatalogRules.Winner(same, each => (each.Kind, each.Claim, each.Source));
            holders[same.Key] = new Holder(row, (JsonObject)JsonNode.Parse((await CatalogStore.Document(session, row.Ref, row.Source))!)!);
        }
        return holders;
    }

    // The news is about the declaration that counts; one that lost its clash changes nothing anybody sees.
    private async Task<long> Tell(Dictionary<string, Holder> before, IReadOnlySet<string> references)
    {
        var after = await Holders(references);
        var last = 0L;
        foreach (var reference in references.Order(StringComparer.Ordinal))
        {
            var (old, now) = (before.GetValueOrDefault(reference), after.GetValueOrDefault(reference));
            if ((old ?? now) is null || (old?.Row.Source == now?.Row.Source && old?.Row.Hash == now?.Row.Hash)) continue;
            var told = now ?? old!;
            var type = old is null ? Added : now is null ? Removed : Changed;
            last = await events.Append(session, type, reference, actor, new JsonObject
            {
                ["source"] = told.Row.Source,
                ["file"] = told.Row.File,
                ["line"] = told.Row.Line,
                ["kind"] = told.Document["kind"]?.DeepClone(),
                ["owner"] = told.Document["spec"]?["owner"]?.DeepClone(),
                ["changes"] = type == Changed ? CatalogRules.Changes(old!.Document, now!.Document) : null,
            });
        }
        return last;
    }

    private async Task<List<CatalogEntry>> Entries(Dictionary<string, DeclaredRow> rows, Dictionary<string, Declaration> declared, SourceState? before)
    {
        var shown = before?.Entries.ToDictionary(entry => entry.Ref) ?? [];
        var entries = new List<CatalogEntry>(rows.Count);
        var missing = new List<string>();
        foreach (var row in rows.Values)
        {
            if (shown.TryGetValue(row.Ref, out var same) && same.Source == source && same.Hash == row.Hash && same.Stale == row.Stale
                && same.Entity.Origin.File == row.File && same.Entity.Origin.Line == row.Line) entries.Add(same);
            else if (declared.TryGetValue(row.Ref, out var declaration)) entries.Add(EntryOf(row, declaration.Entity, declaration.Runbook));
            else if (same is not null && same.Hash == row.Hash) entries.Add(EntryOf(row, same.Entity, same.Runbook));
            else missing.Add(row.Ref);
        }
        entries.AddRange(await CatalogStore.Entries(session, source, missing));
        return entries;
    }

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
