using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog.Sources;

/// <summary>The files of one commit. Links in it are reported and never followed.</summary>
internal sealed class GitFiles : FetchedFiles
{
    private const int MostFiles = 100_000;
    private const long MostAtOnce = 64L * 1024 * 1024;
    private const string Link = "120000";
    private const string Submodule = "160000";

    private readonly GitRemote remote;
    private readonly Dictionary<string, (string Mode, string Blob)> tree;
    private readonly HashSet<string> missing;
    private readonly IReadOnlyList<PathPattern> patterns;
    private readonly Registration source;

    public GitFiles(Registration source, GitRemote remote, Dictionary<string, (string Mode, string Blob)> tree, HashSet<string> missing) : base(MostFiles)
    {
        this.source = source;
        this.remote = remote;
        this.tree = tree;
        this.missing = missing;
        patterns = [.. source.Patterns.Select(PathPattern.Of).OfType<PathPattern>()];
        var named = tree.Keys.Where(IsNamed).Order(StringComparer.Ordinal).ToList();
        Descriptors = [.. named.Where(path => tree[path].Mode is not (Link or Submodule))];
        Problems = [.. named.Where(path => tree[path].Mode == Link).Select(LinkProblem)];
    }

    public override IReadOnlyList<string> Descriptors { get; }

    public override IReadOnlyList<InputProblem> Problems { get; }

    public override bool IsNamed(string path) => patterns.Count > 0
        ? patterns.Any(pattern => pattern.Matches(path))
        : CatalogRules.IsCatalogInfo(path) && FolderWalk.Covers(path);

    public override IReadOnlyList<string> Listed(out string? why)
    {
        why = null;
        return [.. tree.Keys.Where(path => CatalogRules.IsYaml(path) && FolderWalk.Covers(path)).Order(StringComparer.Ordinal)];
    }

    public override string? PathOf(string address) => HostedFile.Of(address) is { } file && file.IsIn(source.Location, source.Branch) ? file.Path : null;

    protected override bool MayExist(string path) => tree.TryGetValue(path, out var item) && item.Mode != Submodule;

    protected override async Task<IReadOnlyList<SourceFile>> Bring(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var files = paths.Where(path => tree[path].Mode == Link).Select(path => new SourceFile(path, null, LinkProblem(path))).ToList();
        var blobs = paths.Where(path => tree[path].Mode != Link).ToLookup(path => tree[path].Blob);
        var absent = blobs.Select(blob => blob.Key).Where(missing.Remove).ToList();
        if (absent.Count > 0) await remote.Bring(absent, cancellation);
        var sizes = blobs.Count == 0 ? [] : await remote.Sizes([.. blobs.Select(blob => blob.Key)], cancellation);
        files.AddRange(sizes.Where(size => size.Value > EntityReader.Limits.Bytes).SelectMany(size => blobs[size.Key].Select(path => TooLarge(path, size.Value))));
        Hold(sizes.Values.Where(size => size <= EntityReader.Limits.Bytes).Sum());
        foreach (var some in Parts(sizes.Where(size => size.Value <= EntityReader.Limits.Bytes)))
            foreach (var (blob, text) in await remote.Texts(some, cancellation))
                files.AddRange(blobs[blob].Select(path => new SourceFile(path, text, null)));
        return files;
    }

    // So many at once as memory should hold twice.
    private static IEnumerable<List<string>> Parts(IEnumerable<KeyValuePair<string, long>> sizes)
    {
        var (part, bytes) = (new List<string>(), 0L);
        foreach (var (blob, size) in sizes)
        {
            if (part.Count > 0 && bytes + size > MostAtOnce)
            {
                yield return part;
                (part, bytes) = ([], 0L);
            }
            part.Add(blob);
            bytes += size;
        }
        if (part.Count > 0) yield return part;
    }

    private static InputProblem LinkProblem(string path) =>
        new(CatalogSourceCodes.LinkNotFollowed, "The file is a symbolic link; links in a repository are not followed.", path, Cure: "Put the file itself here, or name the other path.");
}
