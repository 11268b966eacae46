using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog;

/// <summary>
/// The catalog as it is now: one immutable <see cref="CatalogIndex"/>, swapped whole after each commit. Take <see cref="Index"/>
/// once and work with that.
/// </summary>
public sealed class CurrentCatalog(Database database) : IOrganisation
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SourceState> sources = new(StringComparer.Ordinal);
    private volatile CatalogIndex index = CatalogIndex.Empty;
    private readonly Signal changed = new();

    public CatalogIndex Index => index;

    public IReadOnlyList<string> TeamsOf(string person) => Index.TeamsOf(person);

    public string? OwnerOf(string entity) => Index.OwnerOf(entity);

    public string DisplayName(string entity) => Index.DisplayName(entity);

    public IReadOnlyList<(string Text, string? Href)> ContactsOf(string entity) => Index.Find(entity) is { } entry ? Catalog.ContactsOf.Entity(entry.Entity) : [];

    public bool Exists(string entity) => Index.Exists(entity);

    /// <summary>
    /// Waits until every change of the catalog up to an event revision can be seen in <see cref="Index"/>: whoever wrote
    /// it, reads it. Returns at once when nothing is outstanding.
    /// </summary>
    public async Task CaughtUp(long revision, CancellationToken cancellation)
    {
        if (Index.Revision >= revision) return;
        var written = await database.Read(CatalogStore.Revision, cancellation);
        var wanted = Math.Min(revision, written);
        while (true)
        {
            var next = changed.Next;
            if (Index.Revision >= wanted) return;
            await next.WaitAsync(cancellation);
        }
    }

    /// <summary>Shows everything the tables hold, at start.</summary>
    internal void Load(IReadOnlyList<SourceState> all, long revision)
    {
        lock (gate)
        {
            sources.Clear();
            var (next, asOf) = (CatalogIndex.Empty, all.Max(state => state.ReadAt) ?? DateTimeOffset.UnixEpoch);
            foreach (var state in all)
            {
                sources[state.Source.Name] = state;
                next = next.With(null, state, revision, asOf);
            }
            Swap(next.Revision == revision ? next : next.With(null, null, revision, asOf));
        }
    }

    /// <summary>Shows what other platforms committed, all of it at once.</summary>
    internal void Follow(CatalogNews news, DateTimeOffset at)
    {
        lock (gate)
        {
            var next = index;
            foreach (var state in news.Changed)
            {
                next = next.With(sources.GetValueOrDefault(state.Source.Name), state, news.Revision, at);
                sources[state.Source.Name] = state;
            }
            foreach (var gone in sources.Keys.Except(news.Names).ToList())
            {
                next = next.With(sources[gone], null, news.Revision, at);
                sources.Remove(gone);
            }
            Swap(next.Revision == news.Revision ? next : next.With(null, null, news.Revision, at));
        }
    }

    /// <summary>The state of a source that is shown now.</summary>
    internal SourceState? State(string source)
    {
        lock (gate) return sources.GetValueOrDefault(source);
    }

    /// <exception cref="Problem">There is no such source, or none any more.</exception>
    internal SourceState DemandSource(string name) => State(name) is { Source.IsGone: false } there ? there : throw NoSource(name);

    internal static Problem NoSource(string name) => Problem.NotFound("catalog source", name, "GET /api/v1/catalog/sources lists them.");

    internal void Show(SourceState state, DateTimeOffset at) => Show([state], at);

    /// <summary>
    /// Shows the committed states of sources, all at once; one that is gone and holds nothing is forgotten. Commits may arrive here
    /// out of order; an older one changes nothing.
    /// </summary>
    internal void Show(IEnumerable<SourceState> states, DateTimeOffset at)
    {
        lock (gate)
        {
            var next = index;
            foreach (var state in states)
            {
                if (sources.TryGetValue(state.Source.Name, out var known) && known.Revision > state.Revision) continue;
                if (state.Source.IsGone && state.Entries.Count == 0) sources.Remove(state.Source.Name);
                else sources[state.Source.Name] = state;
                next = next.With(known, sources.GetValueOrDefault(state.Source.Name), state.Revision, at);
            }
            Swap(next);
        }
    }

    internal void Forget(string source, long revision, DateTimeOffset at)
    {
        lock (gate)
        {
            if (sources.TryGetValue(source, out var known) && known.Revision > revision) return;
            sources.Remove(source);
            Swap(index.With(known, null, revision, at));
        }
    }

    private void Swap(CatalogIndex next)
    {
        index = next;
        changed.Fire();
    }
}
