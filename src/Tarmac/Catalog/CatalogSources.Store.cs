using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog;

/// <summary>How what a source said is stored and shown.</summary>
public sealed partial class CatalogSources
{
    private async Task<SourceState> Unreadable(
        CatalogSource source, SourceState? before, SourceException unreadable, string actor, Func<Session, Task>? also, CancellationToken cancellation)
    {
        if (before?.Error == unreadable.Problem.Message && before.Source == source) return before;
        logger.LogWarning("The catalog source {Source} cannot be read: {Problem}", source.Name, unreadable.Problem);
        return await commits.Commit(async (session, now) =>
        {
            await DemandThere(session, source, before);
            var state = await new SourceChange(session, events, source, actor, now).StoreFailure(current.State(source.Name), new CatalogProblem(source.Name, null, unreadable.Problem));
            if (also is not null) await also(session);
            return state;
        }, current.Show, cancellation);
    }

    private async Task<SourceState> Store(CatalogSource source, SourceState? before, SourceReading reading, string actor, Func<Session, Task>? also, CancellationToken cancellation)
    {
        if (before is not null && !SourceChange.Differs(source, before, reading)) return before;
        return await Show(async (session, now) =>
        {
            // One that somebody removed while it was read stays removed.
            await DemandThere(session, source, before);
            var stored = await Store(session, now, source, reading, actor);
            // A lease is asked for last: its row is held until the end, and whoever prolongs it waits.
            if (also is not null) await also(session);
            return stored;
        }, cancellation);
    }

    private async Task DemandThere(Session session, CatalogSource source, SourceState? before)
    {
        if (before is { Source.IsGone: false }) current.DemandSource(source.Name);
        // Another of the same name may have been registered meanwhile.
        if (source.Kind is SourceKind.Git or SourceKind.Url or SourceKind.Push && (await RegistrationStore.Find(session, source.Name))?.AddedAt != source.AddedAt) throw CurrentCatalog.NoSource(source.Name);
    }

    private async Task<(SourceState State, IReadOnlyList<TakenOrphans> Adopted)> Store(Session session, DateTimeOffset now, CatalogSource source, SourceReading reading, string actor)
    {
        // Nobody wrote since what is shown here was stored, and nobody can while the row is held.
        await CatalogStore.Hold(session);
        var shown = current.State(source.Name);
        var isStored = shown is not null && await CatalogStore.Revision(session) == current.Index.Revision;
        return await new SourceChange(session, events, source, actor, now).Store(shown, reading, isStored);
    }

    private async Task<SourceState> Show(Func<Session, DateTimeOffset, Task<(SourceState State, IReadOnlyList<TakenOrphans> Adopted)>> change, CancellationToken cancellation)
    {
        var (stored, _) = await commits.Commit(change,
            (read, at) => current.Show([.. read.Adopted.Select(taken => Without(taken, read.State.Revision)).OfType<SourceState>(), read.State], at), cancellation);
        return stored;
    }

    private SourceState? Without(TakenOrphans taken, long revision) => current.State(taken.Source) is not { } gone ? null
        : gone with { Revision = revision, Entries = [.. gone.Entries.Where(entry => !taken.References.Contains(entry.Ref))] };
}
