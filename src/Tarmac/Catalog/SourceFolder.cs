using System.Collections.Concurrent;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog;

/// <summary>
/// A folder or file on this machine, watched by size and time of its files. Files that have not changed are neither opened
/// nor parsed again. Used by one reader at a time.
/// </summary>
internal sealed class SourceFolder
{
    private static readonly int LargestFile = EntityReader.Limits.Bytes;

    private readonly Dictionary<string, Cached> cache = new(StringComparer.Ordinal);
    private readonly string? onlyFile;
    private readonly string location;
    private Dictionary<string, FileStamp?> seen = [];
    private readonly ConcurrentQueue<string> hints = new();
    private readonly HashSet<string> doubted = new(StringComparer.Ordinal);
    private IReadOnlyList<string>? below;
    private readonly HashSet<string> emptied = new(StringComparer.Ordinal);
    private IReadOnlyList<InputProblem> lastProblems = [];

    /// <param name="location">An absolute path; a file stands for itself and the files its Locations name below its folder.</param>
    public SourceFolder(string location)
    {
        this.location = location;
        if (!File.Exists(location)) Root = location;
        else (Root, onlyFile) = (Path.GetDirectoryName(location)!, Path.GetFileName(location));
    }

    public string Root { get; }

    public string Location => location;

    private sealed class Cached(FileStamp stamp, SourceFile file)
    {
        public FileStamp Stamp => stamp;

        public SourceFile File => file;

        public EntityReadResult? Entities { get; set; }

        /// <summary>The files its placeholders named, as they were when it was parsed.</summary>
        public IReadOnlyList<(string Path, SourceFile? File)> Placed { get; set; } = [];
    }

    /// <summary>The files as they are now; null when nothing has changed since the last reading that was kept.</summary>
    /// <param name="leftOut">What other sources read, and this one therefore does not.</param>
    /// <exception cref="SourceException">The location cannot be listed.</exception>
    public SourceFiles? Look(bool anyway, IReadOnlyList<string> leftOut)
    {
        while (hints.TryDequeue(out var path))
            if (cache.ContainsKey(path)) doubted.Add(path);
        if (!Directory.Exists(Root) || (onlyFile is not null && !File.Exists(location)))
            throw new SourceException(CatalogSourceCodes.SourceNotFound, $"{location} does not exist.", "Put it back, or remove the source. What was read last is kept until then.");
        var walk = onlyFile is null ? FolderWalk.Of(Root, leftOut) : FolderWalk.OfFile(Root, onlyFile);
        var stamps = walk.Stamps;
        foreach (var other in seen.Keys.Where(other => !stamps.ContainsKey(other)).ToList()) stamps[other] = walk.Stat(other);
        var files = new Files(this, walk);
        var same = doubted.Count == 0 && stamps.Count == seen.Count && stamps.All(stamp => seen.TryGetValue(stamp.Key, out var before) && before == stamp.Value)
            && walk.Problems.SequenceEqual(lastProblems) && (below is null || below.SequenceEqual(files.ListNow(out _)));
        return same && !anyway ? null : files;
    }

    /// <summary>Somebody says a file changed: it is read again whatever its size and time say.</summary>
    /// <remarks>May be called at any time, from any thread.</remarks>
    public void Doubt(string path) => hints.Enqueue(path);

    /// <summary>The reading was stored: the next look compares with it.</summary>
    public void Keep(SourceFiles files)
    {
        var read = (Files)files;
        seen = read.Touched;
        doubted.Clear();
        lastProblems = read.Problems;
        below = read.Below;
        foreach (var gone in cache.Keys.Where(path => !seen.ContainsKey(path)).ToList()) cache.Remove(gone);
    }

    private SourceFile Read(string path, FileStamp stamp)
    {
        if (cache.TryGetValue(path, out var cached) && cached.Stamp == stamp && !doubted.Contains(path)) return cached.File;
        var file = ReadNow(path, stamp);
        // The same text again keeps what was made of it.
        if (file == cached?.File) cache[path] = new Cached(stamp, cached.File) { Entities = cached.Entities, Placed = cached.Placed };
        else cache[path] = new Cached(stamp, file);
        file = cache[path].File;
        doubted.Remove(path);
        return file;
    }

    private SourceFile ReadNow(string path, FileStamp stamp)
    {
        if (stamp.Length > LargestFile)
            return new SourceFile(path, null, new InputProblem(YamlCodes.TooLarge, $"The file has {stamp.Length} bytes; at most {LargestFile} are read.", path,
                Cure: "Split it into several files, or move generated data out of it."));
        // Pipes and devices have no length either; opening one could wait for ever.
        if (stamp.Length == 0) return new SourceFile(path, "", null);
        try
        {
            return new SourceFile(path, StorableText.Of(File.ReadAllText(Path.Combine(Root, path))), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new SourceFile(path, null, new InputProblem(CatalogSourceCodes.FileUnreadable, $"The file cannot be read: {error.Message}", path,
                Cure: "Let the platform's user read it."));
        }
    }

    private sealed class Files(SourceFolder folder, FolderWalk walk) : SourceFiles
    {
        public Dictionary<string, FileStamp?> Touched { get; } = new(walk.Stamps, StringComparer.Ordinal);

        public override IReadOnlyList<string> Descriptors { get; } = [.. walk.Stamps.Keys.Where(path => CatalogRules.IsYaml(path) || path == folder.onlyFile).Order(StringComparer.Ordinal)];

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
            cached.Entities = base.Parse(file);
            cached.Placed = placing;
            return cached.Entities;
        }

        protected override SourceFile? OpenPlaced(string path)
        {
            var file = Open(path);
            placing?.Add((path, file));
            return file;
        }
    }
}

/// <summary>Size and time of a file; when either changes it is read again.</summary>
internal readonly record struct FileStamp(long Length, long Ticks);

/// <summary>A source cannot be read at all.</summary>
internal sealed class SourceException(string code, string message, string cure) : Exception(message)
{
    public InputProblem Problem { get; } = new(code, message, Cure: cure);
}
