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

    /// <summary>The names of those that other platforms were started with.</summary>
    public IReadOnlySet<string> Elsewhere { get; private set; } = new HashSet<string>();

    /// <summary>
    /// Gives each its name, and tells the other platforms. One that another gave to another place is not given twice, also when both
    /// start at the same time.
    /// </summary>
    internal async Task Choose(CancellationToken cancellation)
    {
        if (!database.IsShared)
        {
            Sources = Of(_ => null);
            return;
        }
        (Sources, Elsewhere) = await database.Write(async session =>
        {
            await database.Queue(session);
            var elsewhere = await CatalogStore.NamedElsewhere(session, replicas.Me);
            var chosen = Of(name => elsewhere.Find(named => named.Name == name).Location);
            await CatalogStore.PutNamed(session, replicas.Me, chosen);
            return (chosen, elsewhere.Select(named => named.Name).ToHashSet(StringComparer.Ordinal));
        }, cancellation);
    }

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
