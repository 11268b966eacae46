using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog.Sources;

/// <summary>
/// Files that are brought from elsewhere as the reading asks for them: what is not here yet is noted, brought all at once, and
/// the reading begins again, until it asks for nothing new.
/// </summary>
internal abstract class FetchedFiles(int mostFiles) : SourceFiles
{
    private const int MostRounds = 25;

    // What is read is held in memory until the reading is stored.
    private const long MostBytes = 256L * 1024 * 1024;

    private long bytes;

    private readonly Dictionary<string, SourceFile?> here = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EntityReadResult> parsed = new(StringComparer.Ordinal);
    private readonly HashSet<string> wanted = new(StringComparer.Ordinal);

    public sealed override SourceFile? Open(string path)
    {
        if (here.TryGetValue(path, out var file)) return file;
        if (MayExist(path)) wanted.Add(path);
        return null;
    }

    // What a file says may depend on files it names, so it counts only when nothing was missing.
    public sealed override EntityReadResult Parse(SourceFile file)
    {
        if (parsed.TryGetValue(file.Path, out var before)) return before;
        var missing = wanted.Count;
        var result = base.Parse(file);
        if (wanted.Count == missing) parsed[file.Path] = result;
        return result;
    }

    /// <param name="known">Files that held entities before.</param>
    /// <param name="holderOf">The file that held an entity before.</param>
    public async Task<SourceReading> Read(IReadOnlySet<string> known, Func<string, string?> holderOf, CancellationToken cancellation)
    {
        foreach (var path in Descriptors) Open(path);
        for (var round = 1; ; round++)
        {
            if (wanted.Count > 0) await BringWanted(round, cancellation);
            var reading = SourceReading.Of(this, known, holderOf);
            if (wanted.Count == 0) return reading;
        }
    }

    /// <summary>Whether it is worth asking for.</summary>
    protected abstract bool MayExist(string path);

    /// <summary>Brings files; one that is not in the answer does not exist.</summary>
    protected abstract Task<IReadOnlyList<SourceFile>> Bring(IReadOnlyList<string> paths, CancellationToken cancellation);

    /// <summary>To be asked before that much more is held.</summary>
    /// <exception cref="SourceException">All files together are too large.</exception>
    protected void Hold(long more)
    {
        if ((bytes += more) > MostBytes)
            throw new SourceException(CatalogSourceCodes.SourceTooLarge, $"The files to read hold more than {MostBytes / 1024 / 1024} MB together.", "Name fewer files, or make several sources of it.");
    }

    protected static SourceFile TooLarge(string path, long bytes) => new(path, null, new InputProblem(
        YamlCodes.TooLarge, $"The file has {bytes} bytes; at most {EntityReader.Limits.Bytes} are read.", path, Cure: "Split it into several files, or move generated data out of it."));

    private async Task BringWanted(int round, CancellationToken cancellation)
    {
        var paths = wanted.Order(StringComparer.Ordinal).ToList();
        wanted.Clear();
        var allowed = round > MostRounds ? 0 : Math.Max(0, mostFiles - here.Count);
        foreach (var path in paths) here[path] = null;
        foreach (var file in await Bring([.. paths.Take(allowed)], cancellation)) here[file.Path] = file;
        foreach (var path in paths.Skip(allowed))
            here[path] = new SourceFile(path, null, new InputProblem(CatalogSourceCodes.SourceTooLarge,
                round > MostRounds ? $"More than {MostRounds} Locations lead here, one after the other." : $"The source has more than {mostFiles} files to read.", path,
                Cure: "Name fewer files, or make several sources of it."));
    }
}

/// <summary>What fetching a source brought.</summary>
/// <param name="Version">What it is compared by the next time.</param>
/// <param name="Description">For people: the commit.</param>
internal sealed record Fetched(SourceReading Reading, string Version, string? Description);
