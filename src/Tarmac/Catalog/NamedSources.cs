using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog;

/// <summary>The folders and files this platform was started with, and what others on the same database were.</summary>
public sealed class NamedSources(PlatformOptions options, ReplicaStore replicas, Database database, TimeProvider clock)
{
    public IReadOnlyList<CatalogSource> Sources { get; private set; } = [];

    public bool Has(CatalogSource source) => Sources.Any(one => one.Name == source.Name && one.Location == source.Location);

    /// <summary>Gives each its name. One that another platform gave to another place is not given twice.</summary>
    internal async Task Choose(IReadOnlyList<SourceState> known, CancellationToken cancellation)
    {
        var others = await Others(cancellation);
        var taken = known.Where(state => others.Contains(state.Source.Name)).ToDictionary(state => state.Source.Name, state => state.Source.Location, StringComparer.Ordinal);
        Sources = Of(taken.GetValueOrDefault);
    }

    /// <summary>Tells the others what this platform was started with; answers what they were.</summary>
    internal async Task<IReadOnlySet<string>> Share(CancellationToken cancellation)
    {
        if (database.IsShared) await database.Write(session => CatalogStore.PutNamed(session, replicas.Me, [.. Sources.Select(source => source.Name)]), cancellation);
        return await Others(cancellation);
    }

    private async Task<HashSet<string>> Others(CancellationToken cancellation) =>
        !database.IsShared ? [] : [.. await database.Read(session => CatalogStore.NamedElsewhere(session, replicas.Me), cancellation)];

    private List<CatalogSource> Of(Func<string, string?> taken)
    {
        var named = new List<CatalogSource>();
        foreach (var (kind, prefix, paths) in new[] { (SourceKind.Organisation, "organisation:", options.Organisation), (SourceKind.Catalog, "catalog:", options.Catalog) })
            foreach (var path in paths.Distinct(StringComparer.Ordinal))
            {
                var wanted = prefix + Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(path)).ToLowerInvariant();
                var name = wanted;
                for (var number = 2; named.Exists(source => source.Name == name) || (taken(name) is { } other && other != Path.GetFullPath(path)); number++) name = $"{wanted}-{number}";
                named.Add(new CatalogSource(name, kind, Path.GetFullPath(path), null, Principal.Platform.Ref, clock.GetUtcNow()));
            }
        return named;
    }
}
