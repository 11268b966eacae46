using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <summary>Reads the sources that somebody registered and that are fetched from elsewhere.</summary>
internal sealed class RegisteredSources(CatalogSources sources, SourceFetch fetch, SourceSchedule schedule, Database database)
{
    public Task<List<Registration>> All(CancellationToken cancellation) => database.Read(RegistrationStore.All, cancellation);

    public Task<Registration?> Find(string name, CancellationToken cancellation) => database.Read(session => RegistrationStore.Find(session, name), cancellation);

    /// <summary>Reads a source. Unless it is done anyway, one that is still at the version read last costs one question.</summary>
    public async Task<SourceState> Fetch(string name, string actor, bool anyway, CancellationToken cancellation)
    {
        var source = await Find(name, cancellation) ?? throw CurrentCatalog.NoSource(name);
        Fetched? fetched = null;
        var state = await sources.Take(source.Source(null), async (before, known) =>
        {
            var unless = anyway || before is not { Error: null, Source.IsGone: false } ? null : source.Version;
            fetched = await fetch.Fetch(source, unless, known, CatalogSources.HolderOf(before), cancellation);
            return fetched is null ? null : (source.Source(fetched.Description), fetched.Reading.Only(source.Kinds));
        }, null, actor, cancellation);
        // After the entities: a crash in between reads them once more.
        if (fetched is { } now && now.Version != source.Version) await database.Write(session => RegistrationStore.SetVersion(session, name, now.Version), cancellation);
        schedule.Looked(source, failed: state.Error is not null);
        schedule.Wake();
        return state;
    }

    /// <summary>The text of the file that declares an entity, from wherever its source is; null when it cannot be had.</summary>
    public async Task<string?> TextOf(CatalogEntry entry, CancellationToken cancellation) => entry.Source.Kind is SourceKind.Git or SourceKind.Url
        ? await Find(entry.Source.Name, cancellation) is { } source ? await fetch.Text(source, entry.Entity.Origin.File, cancellation) : null
        : await sources.TextOf(entry, cancellation);

    /// <summary>Replaces everything a source said by what a tool pushed.</summary>
    /// <param name="pushed">Null reads again what was pushed last; nothing yet makes the source known.</param>
    public async Task<SourceState> Push(Registration source, PushedFiles? pushed, string actor, CancellationToken cancellation)
    {
        IReadOnlyList<(string Path, string Text)> files = [];
        return await sources.Take(source.Source(null), async (before, known) =>
        {
            files = pushed?.Files ?? await database.Read(session => CatalogStore.Files(session, source.Name), cancellation);
            var description = pushed is null ? before?.Source.Description : pushed.Description;
            return (source.Source(description), SourceReading.Of(new HandedFiles(files), known, CatalogSources.HolderOf(before)).Only(source.Kinds));
        }, session => CatalogStore.PutFiles(session, source.Name, files), actor, cancellation);
    }

    /// <summary>Reads a source whatever it said before: fetched anew, or as it was pushed last.</summary>
    public Task<SourceState> Read(Registration source, string actor, CancellationToken cancellation) =>
        source.IsPolled ? Fetch(source.Name, actor, anyway: true, cancellation) : Push(source, null, actor, cancellation);

    public async Task FetchAll(CancellationToken cancellation)
    {
        foreach (var source in (await All(cancellation)).Where(source => source.IsPolled)) await Fetch(source.Name, Principal.Platform.Ref, anyway: true, cancellation);
    }

    /// <summary>The source goes, with its cache; what only it declared stays as orphans.</summary>
    /// <param name="addedAt">When the one that is meant was added, in Unix milliseconds: another of its name stays.</param>
    public async Task<long> Remove(string name, long? addedAt, string actor, CancellationToken cancellation)
    {
        var registered = await Find(name, cancellation);
        if (addedAt is not null && (registered?.AddedAt ?? sources.AddedAt(name))?.ToUnixTimeMilliseconds() is { } now && now != addedAt) return 0;
        var revision = await sources.Abandon(name, actor, cancellation);
        // One that was never read has no state that could be abandoned.
        if (registered is null) return revision;
        await database.Write(session => RegistrationStore.Remove(session, name, registered.AddedAt), cancellation);
        fetch.Forget(registered);
        return revision;
    }
}
