using System.Collections.Concurrent;
using Tarmac.Catalog.Sources;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog;

/// <summary>
/// Where entities come from, and the one door through which they come: a source is read or handed in whole, stored in one
/// transaction, and shown by <see cref="CurrentCatalog"/> before the call returns.
/// </summary>
public sealed partial class CatalogSources(
    Database database, EventLog events, CurrentCatalog current, CatalogCommits commits, NamedSources named, Leases leases, TimeProvider clock, ILogger<CatalogSources> logger)
{
    /// <summary>The source of what Tarmac itself makes, alone or followed by a colon and a name.</summary>
    public const string Tarmac = "tarmac";

    private readonly ConcurrentDictionary<string, SourceFolder> folders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> readers = new(StringComparer.Ordinal);

    /// <summary>Sources on this machine, which change by themselves.</summary>
    internal IReadOnlyList<CatalogSource> Folders => [.. current.Index.Sources.Select(state => state.Source).Where(IsFolder)];

    /// <summary>
    /// Replaces everything a source said by these files: descriptors (YAML or JSON text), and the runbooks they refer to.
    /// Returns the revision at which the catalog shows it; by then it does.
    /// </summary>
    /// <param name="source">For example <c>repository:vouchers</c>, or <c>tarmac:vouchers</c> for what Tarmac made itself.</param>
    /// <param name="description">For people: where the files are from, such as a commit.</param>
    /// <param name="actor">Who brought the change about; the platform itself when null.</param>
    public async Task<long> Provide(string source, string description, IReadOnlyList<(string Path, string Text)> files, string? actor = null, CancellationToken cancellation = default)
    {
        var kind = source == Tarmac || source.StartsWith(Tarmac + ":", StringComparison.Ordinal) ? SourceKind.Tarmac : SourceKind.Provided;
        using var reader = await Reading(source, cancellation);
        var before = current.State(source);
        var who = actor ?? Principal.Platform.Ref;
        var described = new CatalogSource(source, kind, source, description, before?.Source.AddedBy ?? who, before?.Source.AddedAt ?? clock.GetUtcNow());
        return (await Provide(described, before, files, who, cancellation)).Revision;
    }

    private Task<SourceState> Provide(CatalogSource source, SourceState? before, IReadOnlyList<(string Path, string Text)> files, string actor, CancellationToken cancellation) =>
        Store(source, before, SourceReading.Of(new HandedFiles(files), Known(before), HolderOf(before)), actor, session => CatalogStore.PutFiles(session, source.Name, files), cancellation);

    /// <summary>Reads a source whose files somebody else fetches.</summary>
    /// <param name="bring">Given the state shown now and the files that held entities, answers what the source says; null when nothing is new.</param>
    /// <param name="also">Written in the same transaction, when there is something to write.</param>
    internal async Task<SourceState> Take(
        CatalogSource source, Func<SourceState?, IReadOnlySet<string>, Task<(CatalogSource Source, SourceReading Reading)?>> bring, Func<Session, Task>? also, string actor, CancellationToken cancellation)
    {
        using var reader = await Reading(source.Name, cancellation);
        var before = current.State(source.Name);
        try
        {
            return await bring(before, Known(before)) is { } brought ? await Store(brought.Source, before, brought.Reading, actor, also, cancellation) : before!;
        }
        catch (SourceException unreadable)
        {
            return await Unreadable(before is { Source.IsGone: false } ? before.Source : source, before, unreadable, actor, null, cancellation);
        }
    }

    /// <summary>When a source that is there was added.</summary>
    internal DateTimeOffset? AddedAt(string source) => current.State(source) is { Source: { IsGone: false } there } ? there.AddedAt : null;

    /// <summary>Whether a source was provided and not withdrawn.</summary>
    public bool Has(string source) => current.State(source) is { Source.IsGone: false };

    /// <summary>Removes a source of the platform's own and the entities that only it declared. Nothing happens when there is none.</summary>
    public Task<long> Withdraw(string source, string? actor = null, CancellationToken cancellation = default) => Leave(source, keep: false, actor, cancellation);

    /// <summary>The source is gone by somebody's decision; the entities that only it declared are kept as orphans until somebody decides about them too.</summary>
    internal Task<long> Abandon(string source, string? actor, CancellationToken cancellation) => Leave(source, keep: true, actor, cancellation);

    private async Task<long> Leave(string source, bool keep, string? actor, CancellationToken cancellation)
    {
        using var reader = await Reading(source, cancellation);
        if (current.State(source) is not { } state) return current.Index.Revision;
        var isFolder = IsFolder(state.Source);
        if (keep && state.Source.IsGone) return state.Revision;
        var (revision, _) = await commits.Commit(async (session, now) =>
        {
            await RegistrationStore.Remove(session, source);
            return await new SourceChange(session, events, state.Source, actor ?? Principal.Platform.Ref, now).Remove(current.State(source) ?? state, keep);
        }, (removed, at) =>
        {
            if (removed.Kept is { } kept) current.Show(kept, at);
            else current.Forget(source, removed.Revision, at);
            folders.TryRemove(source, out _);
        }, cancellation);
        if (isFolder) await leases.Release(LeaseOf(source));
        return revision;
    }

    /// <summary>Changes the files that a source holds, by what is stored when it is their turn.</summary>
    internal async Task<SourceState> Edit(CatalogSource source, Action<SortedDictionary<string, string>> change, string actor, CancellationToken cancellation)
    {
        using var reader = await Reading(source.Name, cancellation);
        return await Show(async (session, now) =>
        {
            await CatalogStore.Hold(session);
            var files = new SortedDictionary<string, string>((await CatalogStore.Files(session, source.Name)).ToDictionary(file => file.Path, file => file.Text), StringComparer.Ordinal);
            change(files);
            IReadOnlyList<(string Path, string Text)> changed = [.. files.Select(file => (file.Key, file.Value))];
            await CatalogStore.PutFiles(session, source.Name, changed);
            return await Store(session, now, source, SourceReading.Of(new HandedFiles(changed), Known(current.State(source.Name)), HolderOf(current.State(source.Name))), actor);
        }, cancellation);
    }

    /// <summary>Changes what several sources hold, while none of them is read.</summary>
    /// <param name="change">Answers the states to show, each with the revision; one without entities whose source is gone is forgotten.</param>
    internal async Task<long> Change(IEnumerable<string> sources, Func<Session, DateTimeOffset, Task<(long Revision, IReadOnlyList<SourceState> States)>> change, CancellationToken cancellation)
    {
        var turns = new List<IDisposable>();
        try
        {
            // Always in one order, so that two who want the same never wait for each other.
            foreach (var source in sources.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) turns.Add(await Reading(source, cancellation));
            return (await commits.Commit(change, (changed, at) => current.Show(changed.States, at), cancellation)).Revision;
        }
        finally
        {
            foreach (var turn in turns) turn.Dispose();
        }
    }

    /// <summary>Adds a folder or file of this machine and reads it.</summary>
    internal async Task<SourceState> Add(string name, string path, string actor, CancellationToken cancellation)
    {
        await CatchUp(cancellation);
        // Two may have planned the same name at once; the second must not take the first one's place.
        if (current.State(name)?.Source is { IsGone: false } taken && (taken.Kind != SourceKind.Added || taken.Location != path)) throw SourceExists(name);
        return await Read(new CatalogSource(name, SourceKind.Added, path, null, actor, clock.GetUtcNow()), actor, Looking.Anyway, cancellation, isAdded: true);
    }

    internal static Problem SourceExists(string name) =>
        new(409, CatalogSourceCodes.SourceExists, $"There is a catalog source named {name} already.", null, "Choose another name, or remove that source first.");

    /// <summary>Reads a source again. Unless it is done anyway, files whose size and time are the same are not opened.</summary>
    internal async Task<SourceState> Refresh(string name, string actor, bool anyway, CancellationToken cancellation)
    {
        await CatchUp(cancellation);
        var source = current.DemandSource(name).Source;
        if (IsFolder(source)) return await Read(source, actor, anyway ? Looking.Anyway : Looking.Everywhere, cancellation);
        using var reader = await Reading(name, cancellation);
        var before = current.DemandSource(name);
        var files = await database.Read(session => CatalogStore.Files(session, name), cancellation);
        return await Provide(before.Source, before, files, actor, cancellation);
    }

    /// <summary>Looks whether the files of a source on this machine have changed, for somebody who cannot wait for its turn.</summary>
    public async Task LookAgain(string name, CancellationToken cancellation)
    {
        if (current.State(name) is { } state && IsFolder(state.Source) && await MayRead(state.Source, cancellation)) await Read(state.Source, Principal.Platform.Ref, Looking.Everywhere, cancellation);
    }

    /// <summary>Reads what was seen to change of a source on this machine.</summary>
    internal async Task LookAtNoticed(string name, CancellationToken cancellation)
    {
        if (current.State(name) is { } state && IsFolder(state.Source)) await Read(state.Source, Principal.Platform.Ref, Looking.WhereNoticed, cancellation);
    }

    /// <summary>The text of the file that declares an entity; null when it cannot be had.</summary>
    internal async Task<string?> TextOf(CatalogEntry entry, CancellationToken cancellation)
    {
        var file = entry.Entity.Origin.File;
        if (!IsFolder(entry.Source))
            return (await database.Read(session => CatalogStore.Files(session, entry.Source.Name), cancellation)).Find(handed => handed.Path == file).Text;
        try
        {
            // A folder's file is opened as its readings open it: within the folder, no links out, no larger than any is read.
            return new SourceFolder(entry.Source.Location).Look(anyway: true, OthersInside(entry.Source))?.Open(file)?.Text;
        }
        catch (SourceException)
        {
            return null;
        }
    }

    /// <summary>Somebody saw a file of a source change.</summary>
    internal void Doubt(string source, string path)
    {
        if (folders.TryGetValue(source, out var folder)) folder.Doubt(path);
    }

    private enum Looking
    {
        WhereNoticed,
        Everywhere,

        /// <summary>Everywhere, and reading whatever was seen.</summary>
        Anyway,
    }

    /// <summary>
    /// Whether this platform reads a folder or file: one that sees it does, of several that share the database, and goes on
    /// for as long as it lives.
    /// </summary>
    internal async Task<bool> MayRead(CatalogSource source, CancellationToken cancellation) =>
        leases.Has(LeaseOf(source.Name)) || ((Path.Exists(source.Location) || named.Has(source)) && await leases.Take(LeaseOf(source.Name), cancellation));

    internal static string LeaseOf(string source) => "source:" + source;

    /// <param name="isAdded">Whether it may be new; else it is not read when it went meanwhile.</param>
    private async Task<SourceState> Read(CatalogSource source, string actor, Looking looking, CancellationToken cancellation, bool isAdded = false)
    {
        using var reader = await Reading(source.Name, cancellation);
        var lease = LeaseOf(source.Name);
        var before = isAdded ? current.State(source.Name) : current.DemandSource(source.Name);
        if (!await leases.Take(lease, cancellation)) throw new LeaseTakenException(lease);
        var fence = leases.FenceOf(lease);
        var folder = folders.AddOrUpdate(source.Name, _ => new SourceFolder(source.Location), (_, known) => known.Location == source.Location ? known : new SourceFolder(source.Location));
        try
        {
            var files = looking == Looking.WhereNoticed && before is { Error: null } ? folder.LookAtNoticed(OthersInside(source), before.Entries)
                : folder.Look(looking == Looking.Anyway || before is not { Error: null }, OthersInside(source), before?.Entries);
            if (files is null) return before!;
            var state = await Store(source, before, SourceReading.Of(files, Known(before), HolderOf(before)), actor, session => leases.Demand(session, lease, fence), cancellation);
            folder.Keep(files);
            return state;
        }
        catch (SourceException unreadable)
        {
            folders.TryRemove(source.Name, out _);
            // Another platform may see what this one does not.
            var isHidden = !Path.Exists(source.Location) && !named.Has(source);
            if (isHidden && await leases.AreOthers(cancellation))
            {
                await leases.Release(lease);
                throw new LeaseTakenException(lease);
            }
            var state = await Unreadable(source, before, unreadable, actor, session => leases.Demand(session, lease, fence), cancellation);
            if (isHidden) await leases.Release(lease);
            return state;
        }
    }

    // A file belongs to the source that names it most closely: the organisation's file inside the catalog's folder is read once.
    private List<string> OthersInside(CatalogSource source) =>
        [.. named.Sources.Concat(Folders).Where(other => other.Name != source.Name
            && (other.Location == source.Location ? other.Kind < source.Kind : other.Location.StartsWith(source.Location.TrimEnd('/') + "/", StringComparison.Ordinal)))
            .Select(other => other.Location).Distinct()];

    private static bool IsFolder(CatalogSource source) => !source.IsGone && source.Kind is SourceKind.Organisation or SourceKind.Catalog or SourceKind.Added;

    private static HashSet<string> Known(SourceState? state) => [.. (state?.Entries ?? []).Select(entry => entry.Entity.Origin.File)];

    // Worked out when two declare one name, which is seldom: each edit would pay for it.
    internal static Func<string, string?> HolderOf(SourceState? state)
    {
        var files = new Lazy<Dictionary<string, string>>(() => (state?.Entries ?? []).ToDictionary(entry => entry.Ref, entry => entry.Entity.Origin.File, StringComparer.Ordinal));
        return reference => files.Value.GetValueOrDefault(reference);
    }

    private async Task<IDisposable> Reading(string source, CancellationToken cancellation)
    {
        var turn = readers.GetOrAdd(source, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            await CatchUp(cancellation);
        }
        catch
        {
            turn.Release();
            throw;
        }
        return new Turn(turn);
    }

    /// <summary>Before anything is decided by what is shown: other platforms may have changed it.</summary>
    internal Task CatchUp(CancellationToken cancellation) => database.IsShared ? commits.Follow(cancellation) : Task.CompletedTask;

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}
