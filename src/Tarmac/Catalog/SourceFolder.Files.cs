using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>A folder's files at one look.</summary>
internal sealed partial class SourceFolder
{
    /// <param name="stamps">What is known of each file, listed or opened before; added to as more are opened.</param>
    /// <param name="descriptors">Those of the reading before, when no file came or went since.</param>
    private sealed class Files(
        SourceFolder folder, FolderWalk walk, Dictionary<string, FileStamp?> stamps, IReadOnlyList<string>? descriptors, IReadOnlyList<CatalogEntry>? shown) : SourceFiles
    {
        // Fewer are read as they come: starting threads for them costs more.
        private const int WorthSharing = 64;

        public FolderWalk Walk => walk;

        public Dictionary<string, FileStamp?> Touched => stamps;

        public override IReadOnlyDictionary<string, CatalogEntry> Shown => byRef.Value;

        private readonly Lazy<Dictionary<string, CatalogEntry>> byRef = new(() => (shown ?? []).ToDictionary(entry => entry.Ref, StringComparer.Ordinal));

        public override IReadOnlyList<string> Descriptors { get; } = descriptors ?? [.. walk.Stamps.Keys.Where(path => CatalogRules.IsYaml(path) || path == folder.onlyFile).Order(StringComparer.Ordinal)];

        public override IReadOnlyList<InputProblem> Problems => walk.Problems;

        private (IReadOnlyList<string> Files, string? Why)? list;
        private List<(string Path, SourceFile? File)>? placing;
        private readonly HashSet<string> held = new(StringComparer.Ordinal);

        /// <summary>What lies beside and below a file that is a source alone, once a pattern has asked for it.</summary>
        public IReadOnlyList<string>? Below { get; private set; }

        public override IReadOnlyList<string> Listed(out string? why)
        {
            why = null;
            return folder.onlyFile is null ? Descriptors : Below = ListNow(out why);
        }

        public IReadOnlyList<string> ListNow(out string? why)
        {
            var known = list ??= List();
            why = known.Why;
            return known.Files;
        }

        private (IReadOnlyList<string>, string?) List()
        {
            try
            {
                return ([.. FolderWalk.Of(folder.Root, []).Stamps.Keys.Where(CatalogRules.IsYaml).Order(StringComparer.Ordinal)], null);
            }
            catch (SourceException tooMany)
            {
                return ([], tooMany.Problem.Message);
            }
        }

        public override bool IsElsewhere(string path) => walk.IsLeftOut(path);

        public override SourceFile? Open(string path)
        {
            if (!Touched.TryGetValue(path, out var stamp))
            {
                if (folder.onlyFile is null && FolderWalk.Covers(path)) return null;
                Touched[path] = stamp = walk.Stat(path);
            }
            if (stamp is { Length: 0 } && folder.cache.TryGetValue(path, out var before) && before.File.Text is { Length: > 0 } && folder.emptied.Add(path))
            {
                // Just emptied is most likely being written: it counts when the next look finds it empty still.
                Touched[path] = before.Stamp;
                held.Add(path);
                return before.File;
            }
            if (!held.Contains(path)) folder.emptied.Remove(path);
            return stamp is { } known ? folder.Read(path, known) : null;
        }

        public override bool IsNamed(string path) => path == folder.onlyFile || CatalogRules.IsCatalogInfo(path);

        public override EntityReadResult Parse(SourceFile file)
        {
            if (!folder.cache.TryGetValue(file.Path, out var cached) || cached.File != file) return base.Parse(file);
            if (cached.Entities is { } before && cached.Placed.All(placed => Open(placed.Path) == placed.File)) return before;
            placing = [];
            cached.Entities = AsShown(base.Parse(file));
            cached.Placed = placing;
            return cached.Entities;
        }

        /// <summary>Reads and parses what has changed on every processor there is; what needs other files is left for its turn.</summary>
        public override void Prepare(Func<string, bool> known)
        {
            var changed = Descriptors.Where(path => stamps[path] is { Length: > 0 } stamp && stamp.Length <= LargestFile && folder.IsToBeRead(path, stamp)).ToList();
            if (changed.Count < WorthSharing) return;
            var made = new (SourceFile File, EntityReadResult? Entities)[changed.Count];
            Parallel.For(0, changed.Count, number =>
            {
                var file = folder.ReadNow(changed[number], stamps[changed[number]]!.Value);
                made[number] = (file, folder.cache.TryGetValue(file.Path, out var cached) && cached.File == file ? null : file.Text is { } text && (IsNamed(file.Path) || known(file.Path) || CatalogRules.LooksLikeDescriptor(text)) ? Alone(file) : null);
            });
            foreach (var (file, entities) in made) folder.Put(file, stamps[file.Path]!.Value, entities);
        }

        // What a file says by itself; null when it names others.
        private EntityReadResult? Alone(SourceFile file)
        {
            var namesOthers = false;
            var read = EntityReader.Read(file.Text!, file.Path, placeholders: _ =>
            {
                namesOthers = true;
                return null;
            });
            return namesOthers ? null : AsShown(read);
        }

        // After a restart most files say what is shown already; holding it twice would double what the catalog takes in memory.
        private EntityReadResult AsShown(EntityReadResult read) =>
            Shown.Count == 0 ? read : read with { Entities = [.. read.Entities.Select(entity => Shown.TryGetValue(entity.Ref.ToString(), out var entry) && Says(entry.Entity, entity) ? entry.Entity : entity)] };

        private static bool Says(Entity one, Entity other) => one.Origin == other.Origin && one.ApiVersion == other.ApiVersion && one.Kind == other.Kind
            && JsonNode.DeepEquals(one.Metadata.Json, other.Metadata.Json) && JsonNode.DeepEquals(one.Spec, other.Spec);

        protected override SourceFile? OpenPlaced(string path)
        {
            var file = Open(path);
            placing?.Add((path, file));
            return file;
        }
    }
}
