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
internal sealed partial class SourceFolder
{
    private static readonly int LargestFile = EntityReader.Limits.Bytes;

    private readonly Dictionary<string, Cached> cache = new(StringComparer.Ordinal);
    private readonly string? onlyFile;
    private readonly string location;
    private Dictionary<string, FileStamp?> seen = [];
    private readonly ConcurrentQueue<string> hints = new();
    private readonly HashSet<string> doubted = new(StringComparer.Ordinal);

    // Of those, what this look has read.
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);
    private IReadOnlyList<string>? below;
    private readonly HashSet<string> emptied = new(StringComparer.Ordinal);
    private IReadOnlyList<InputProblem> lastProblems = [];
    private FolderWalk? walked;
    private IReadOnlyList<string>? descriptors;

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
    /// <param name="anyway">Opens every file, also those whose size and time are the same.</param>
    /// <param name="leftOut">What other sources read, and this one therefore does not.</param>
    /// <param name="shown">What the source is known to declare.</param>
    /// <exception cref="SourceException">The location cannot be listed.</exception>
    public SourceFiles? Look(bool anyway, IReadOnlyList<string> leftOut, IReadOnlyList<CatalogEntry>? shown = null)
    {
        Noticed();
        if (anyway) doubted.UnionWith(cache.Keys);
        if (!Directory.Exists(Root) || (onlyFile is not null && !File.Exists(location)))
            throw new SourceException(CatalogSourceCodes.SourceNotFound, $"{location} does not exist.", "Put it back, or remove the source. What was read last is kept until then.");
        var walk = onlyFile is null ? FolderWalk.Of(Root, leftOut) : FolderWalk.OfFile(Root, onlyFile);
        var stamps = new Dictionary<string, FileStamp?>(walk.Stamps, StringComparer.Ordinal);
        // Files that the walk does not look for, and that somebody named.
        foreach (var other in seen.Keys.Where(path => !stamps.ContainsKey(path) && (onlyFile is not null || !FolderWalk.Covers(path)))) stamps[other] = walk.Stat(other);
        var files = new Files(this, walk, stamps, null, shown);
        var same = doubted.Count == 0 && stamps.Count == seen.Count && stamps.All(stamp => seen.TryGetValue(stamp.Key, out var before) && before == stamp.Value)
            && walk.Problems.SequenceEqual(lastProblems) && (below is null || below.SequenceEqual(files.ListNow(out _)));
        return same && !anyway ? null : files;
    }

    /// <summary>The same, looking only at what somebody noticed, where that is known to be enough: plain files that were there and still are.</summary>
    public SourceFiles? LookAtNoticed(IReadOnlyList<string> leftOut, IReadOnlyList<CatalogEntry>? shown = null)
    {
        var noticed = Noticed();
        if (walked is not { HasLinks: false } walk || onlyFile is not null) return Look(anyway: false, leftOut, shown);
        var again = new Dictionary<string, FileStamp?>(StringComparer.Ordinal);
        foreach (var path in noticed)
        {
            var listed = walk.Stamps.ContainsKey(path);
            if (!seen.ContainsKey(path) && (!MayHoldFiles(path) || walk.IsLeftOut(path))) continue;
            if (listed ? walk.Again(path) is null : !seen.ContainsKey(path)) return Look(anyway: false, leftOut, shown);
            again[path] = listed ? walk.Again(path) : walk.Stat(path);
        }
        if (doubted.Count == 0 && again.All(stamp => seen[stamp.Key] == stamp.Value)) return null;
        var stamps = new Dictionary<string, FileStamp?>(seen, StringComparer.Ordinal);
        foreach (var (path, stamp) in again) stamps[path] = stamp;
        return new Files(this, walk, stamps, descriptors, shown);
    }

    private List<string> Noticed()
    {
        var noticed = new List<string>();
        settled.Clear();
        while (hints.TryDequeue(out var path))
        {
            noticed.Add(path);
            if (cache.ContainsKey(path)) doubted.Add(path);
        }
        return noticed;
    }

    // A file of ours that is new, or a folder that came or went.
    private bool MayHoldFiles(string path) => FolderWalk.Covers(path)
        || (FolderWalk.Covers(path + "/catalog-info.yaml") && (Directory.Exists(Path.Combine(Root, path)) || seen.Keys.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal))));

    /// <summary>Somebody says a file changed: it is read again whatever its size and time say.</summary>
    /// <remarks>May be called at any time, from any thread.</remarks>
    public void Doubt(string path) => hints.Enqueue(path);

    /// <summary>The reading was stored: the next look compares with it.</summary>
    public void Keep(SourceFiles files)
    {
        var read = (Files)files;
        (seen, walked, descriptors) = (read.Touched, read.Walk, read.Descriptors);
        doubted.Clear();
        lastProblems = read.Problems;
        below = read.Below;
        foreach (var gone in cache.Keys.Where(path => !seen.ContainsKey(path)).ToList()) cache.Remove(gone);
    }

    private SourceFile Read(string path, FileStamp stamp)
    {
        if (!IsToBeRead(path, stamp)) return cache[path].File;
        return Put(ReadNow(path, stamp), stamp, null).File;
    }

    // The same text again keeps what was made of it.
    private Cached Put(SourceFile file, FileStamp stamp, EntityReadResult? entities)
    {
        settled.Add(file.Path);
        return cache[file.Path] = cache.TryGetValue(file.Path, out var before) && before.File == file
            ? new Cached(stamp, before.File) { Entities = before.Entities, Placed = before.Placed }
            : new Cached(stamp, file) { Entities = entities };
    }

    private bool IsToBeRead(string path, FileStamp stamp) =>
        !cache.TryGetValue(path, out var cached) || cached.Stamp != stamp || (doubted.Contains(path) && !settled.Contains(path));

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
}

/// <summary>Size and time of a file; when either changes it is read again.</summary>
internal readonly record struct FileStamp(long Length, long Ticks);

/// <summary>A source cannot be read at all.</summary>
internal sealed class SourceException(string code, string message, string cure) : Exception(message)
{
    public InputProblem Problem { get; } = new(code, message, Cure: cure);
}
