using Tarmac.Foundation.Events;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog;

/// <summary>Changes which source holds an entity, by somebody's decision: hands it over to another, or lets an orphan go.</summary>
public sealed class EntityHolders(CatalogSources sources, CurrentCatalog current, EventLog events)
{
    /// <summary>The sources other than the holder that declare an entity, as the conflicts say.</summary>
    public static IReadOnlyList<string> Contenders(CatalogIndex index, CatalogEntry entry) =>
        [.. index.ProblemsOf(entry.Ref).Where(found => found.Problem.Code == CatalogSourceCodes.Conflict).Select(found => found.Source).Where(source => source != entry.Source.Name).Distinct()];

    /// <exception cref="Problem">It cannot be handed over to that source.</exception>
    internal static void DemandHandOver(CatalogIndex index, CatalogEntry entry, string to)
    {
        if (!Contenders(index, entry).Contains(to))
            throw new Problem(409, CatalogSourceCodes.NotContested, $"{to} does not declare {entry.Ref}.", null, "Its page names the sources that do.");
        if (!CatalogRules.MayHandOver(entry.Source.Kind, index.Sources.Single(state => state.Source.Name == to).Source.Kind))
            throw new Problem(409, CatalogSourceCodes.HandOverRefused, $"{entry.Ref} cannot be handed over from {entry.Source.Name} to {to}.",
                "What the organisation's sources say and what Tarmac made counts first, whoever decides otherwise.", "Take it out of the source that should not declare it.");
    }

    /// <summary>From now on the other source's declaration counts; nothing happens when it does already.</summary>
    internal async Task<long> HandOver(string reference, string to, string actor, CancellationToken cancellation)
    {
        await sources.CatchUp(cancellation);
        if (current.Index.Find(reference) is not { } entry || entry.Source.Name == to) return current.Index.Revision;
        var from = entry.Source.Name;
        return await sources.Change([from, to], async (session, now) =>
        {
            await CatalogStore.Hold(session);
            var rows = await CatalogStore.RowsFor(session, [entry.Ref]);
            var (holder, receiver) = (CatalogRules.Winner(rows)!, rows.Find(row => row.Source == to));
            if (holder.Source == to) return (current.Index.Revision, []);
            if (receiver is null || holder.Source != from || !CatalogRules.MayHandOver(holder.Kind, receiver.Kind))
                throw new Problem(409, CatalogSourceCodes.NotContested, $"{to} does not declare {entry.Ref} any more, or {from} does not hold it.", null, "Look at it again.");
            var history = new HistoryWriter(session, events, actor, now);
            await history.Gather([new EntityChange(ChangeKind.HandedOver, entry.Ref, receiver, holder, receiver, from)]);
            // They change places in the queue, so that readings go on to decide as they always do.
            var revision = await history.Write();
            await CatalogStore.SetClaim(session, receiver, holder.Claim, revision);
            await CatalogStore.SetClaim(session, holder, receiver.Claim, revision);
            foreach (var source in (string[])[from, to]) await CatalogStore.Touch(session, source, revision);
            await CatalogStore.SetRevision(session, revision);
            return (revision, [.. With(from, entry.Ref, receiver.Claim, revision), .. With(to, entry.Ref, holder.Claim, revision)]);
        }, cancellation);
    }

    /// <summary>Removes orphans of one source that is gone; of those that are none, nothing happens.</summary>
    internal Task<long> RemoveOrphans(string source, IReadOnlyCollection<string> references, string actor, CancellationToken cancellation) =>
        sources.Change([source], async (session, now) =>
        {
            await CatalogStore.Hold(session);
            var rows = (await CatalogStore.RowsFor(session, references)).Where(row => row.Source == source && row.Gone).ToList();
            if (rows.Count == 0 || current.State(source) is not { } state) return (current.Index.Revision, []);
            var gone = rows.Select(row => row.Ref).ToHashSet(StringComparer.Ordinal);
            var history = new HistoryWriter(session, events, actor, now);
            await history.Gather(EntityChanges.Of(source, gone, rows.ToLookup(row => row.Ref), Array.Empty<DeclaredRow>().ToLookup(row => row.Ref)));
            await CatalogStore.Delete(session, source, gone);
            var revision = await history.Write();
            await CatalogStore.SetRevision(session, revision);
            var left = state with { Revision = revision, Entries = [.. state.Entries.Where(entry => !gone.Contains(entry.Ref))] };
            if (left.Entries.Count == 0) await CatalogStore.DeleteSource(session, source);
            else await CatalogStore.Touch(session, source, revision);
            return (revision, [left]);
        }, cancellation);

    private IEnumerable<SourceState> With(string source, string reference, long claim, long revision) => current.State(source) is not { } state ? []
        : [state with { Revision = revision, Entries = [.. state.Entries.Select(entry => entry.Ref == reference ? entry.In(entry.Source, claim) : entry)] }];
}

/// <summary>Lets orphans go that nobody decided about in time.</summary>
internal sealed class OrphanSweep(EntityHolders holders, CurrentCatalog current, TimeProvider clock, ILogger<OrphanSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Sweep(stoppingToken);
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task Sweep(CancellationToken cancellation)
    {
        var before = clock.GetUtcNow() - TimeSpan.FromDays(EntityChanges.OrphansKeptDays);
        foreach (var state in current.Index.Sources.Where(state => state.Source.GoneAt <= before))
        {
            try
            {
                await holders.RemoveOrphans(state.Source.Name, [.. state.Entries.Select(entry => entry.Ref)], Principal.Platform.Ref, cancellation);
            }
            catch (StorageUnavailableException error)
            {
                logger.LogWarning(error, "The orphans of {Source} could not be removed; trying again in {Delay}", state.Source.Name, Every);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // The next start goes on.
            }
        }
    }
}
