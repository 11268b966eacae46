using Tarmac.Model.Problems;
using Tarmac.Model.Runbooks;

namespace Tarmac.Catalog;

/// <summary>
/// Lists a folder without opening anything. Links to folders are not followed, so there are no rings and nothing is found
/// twice; a link to a file counts when the file is inside the folder, and is refused when it is not.
/// </summary>
internal sealed class FolderWalk
{
    private const int MostFiles = 250_000;

    // Looking at what is passed over takes time too.
    private const int MostItems = 1_000_000;
    private const int MostLinks = 40;

    private readonly string root;
    private readonly List<InputProblem> problems = [];
    private int visited;

    private readonly HashSet<string> leftOut;

    private FolderWalk(string root, IEnumerable<string> leftOut)
    {
        this.root = root;
        this.leftOut = [.. leftOut.Select(path => RealPath(path) ?? path)];
    }

    /// <summary>YAML files and runbooks, by path from the root.</summary>
    public Dictionary<string, FileStamp?> Stamps { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<InputProblem> Problems => problems;

    /// <summary>Whether there are links among the files, so that a change of one may be a change of another.</summary>
    public bool HasLinks { get; private set; }

    /// <param name="leftOut">Files and folders that belong to somebody else.</param>
    /// <exception cref="SourceException">There are too many files, or the folder itself cannot be listed.</exception>
    public static FolderWalk Of(string root, IEnumerable<string> leftOut)
    {
        var walk = new FolderWalk(RealPath(root) ?? root, leftOut);
        if (!walk.leftOut.Contains(walk.root)) walk.Enter(new DirectoryInfo(walk.root), "");
        return walk;
    }

    public static FolderWalk OfFile(string root, string file)
    {
        var walk = new FolderWalk(RealPath(root) ?? root, []);
        // The operator named this very file, so where it leads is the operator's word.
        var info = new FileInfo(Path.Combine(walk.root, file));
        walk.Stamps[file] = StampOf(info.LinkTarget is null ? info : new FileInfo(RealPath(info.FullName) ?? info.FullName));
        return walk;
    }

    /// <summary>Size and time of a file inside the root; null when there is none or it lies outside.</summary>
    public FileStamp? Stat(string path) =>
        RealPath(Path.Combine(root, path)) is { } real && IsInside(real) && new FileInfo(real) is { Exists: true } file ? StampOf(file) : null;

    /// <summary>Whether a path is somebody else's, itself or by a folder above it.</summary>
    public bool IsLeftOut(string path)
    {
        for (var current = Path.Combine(root, path); current is not null && current.Length > root.Length; current = Path.GetDirectoryName(current))
            if (leftOut.Contains(current)) return true;
        return false;
    }

    /// <summary>Whether the list would hold a file of this path if there were one: nobody need look again.</summary>
    public static bool Covers(string path) => IsOurs(path) && !path.Split('/')[..^1].Any(IsPassedOver);

    /// <summary>Size and time now of a file that was listed; null when it is not the plain file any more that it was.</summary>
    public FileStamp? Again(string path) =>
        new FileInfo(Path.Combine(root, path)) is { Exists: true } file && (file.Attributes & FileAttributes.ReparsePoint) == 0 ? StampOf(file) : null;

    private static bool IsPassedOver(string folder) => folder.StartsWith('.') || folder == "node_modules";

    private void Enter(DirectoryInfo folder, string prefix)
    {
        IEnumerable<FileSystemInfo> items;
        try
        {
            items = [.. folder.EnumerateFileSystemInfos().Take(MostItems + 1)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (prefix.Length == 0) throw new SourceException(CatalogSourceCodes.SourceUnreadable, $"{root} cannot be listed: {error.Message}", "Let the platform's user read it.");
            problems.Add(new InputProblem(CatalogSourceCodes.FileUnreadable, $"The folder cannot be listed: {error.Message}", prefix, Cure: "Let the platform's user read it."));
            return;
        }
        foreach (var item in items.OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            if (++visited > MostItems || Stamps.Count > MostFiles)
                throw new SourceException(CatalogSourceCodes.SourceTooLarge, $"{root} holds more than {(visited > MostItems ? $"{MostItems} files and folders" : $"{MostFiles} descriptors and runbooks")}.", "Name the folders that hold descriptors as sources of their own.");
            var path = prefix + item.Name;
            if (item is FileInfo && !IsOurs(item.Name)) continue;
            if (leftOut.Count > 0 && leftOut.Contains(item.FullName)) continue;
            if ((item.Attributes & FileAttributes.ReparsePoint) != 0) Link(item, path);
            else if (item is DirectoryInfo inner)
            {
                if (!IsPassedOver(item.Name)) Enter(inner, path + "/");
            }
            else if (StampOf((FileInfo)item) is { } stamp) Stamps[path] = stamp;
        }
    }

    private void Link(FileSystemInfo item, string path)
    {
        if (!IsOurs(item.Name)) return;
        HasLinks = true;
        var real = RealPath(item.FullName);
        if (real is null || Directory.Exists(real)) return;
        if (IsInside(real))
        {
            if (StampOf(new FileInfo(real)) is { } stamp) Stamps[path] = stamp;
            return;
        }
        problems.Add(new InputProblem(CatalogSourceCodes.LinkLeaves, "The link leads out of the source and is not followed.", path,
            Cure: "Put the file itself here, or add the other folder as a source of its own."));
    }

    private bool IsInside(string real) => real.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static bool IsOurs(string name) => CatalogRules.IsYaml(name) || Runbook.IsRunbookPath(name);

    private static FileStamp? StampOf(FileInfo file)
    {
        try
        {
            return new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks);
        }
        catch (FileNotFoundException)
        {
            // Gone since it was listed.
            return null;
        }
    }

    /// <summary>The path with every link on the way resolved; null when it leads nowhere or in a ring.</summary>
    private static string? RealPath(string path)
    {
        var links = 0;
        var pending = new Stack<string>(Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var current = "/";
        while (pending.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? "/";
                continue;
            }
            var next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                if (!Path.Exists(next)) return null;
                current = next;
                continue;
            }
            if (++links > MostLinks) return null;
            if (Path.IsPathRooted(target)) current = "/";
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) pending.Push(step);
        }
        return current;
    }
}
