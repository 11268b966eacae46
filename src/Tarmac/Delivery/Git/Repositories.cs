using System.Text;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;

namespace Tarmac.Delivery.Git;

/// <summary>A commit as people see it.</summary>
public sealed record Commit(string Id, string Subject, string Author, DateTimeOffset At)
{
    // The subject comes last: it may hold anything, the separator included.
    internal const string Format = "--format=%H%x1f%ct%x1f%an%x1f%s";

    public string Short => Id[..8];

    internal static Commit Parse(string line)
    {
        var parts = line.Split('\x1f', 4);
        // A commit may claim a time that no calendar has.
        var seconds = Math.Clamp(long.Parse(parts[1]), DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return new Commit(parts[0], parts[3], parts[2], DateTimeOffset.FromUnixTimeSeconds(seconds));
    }
}

/// <summary>The bare repositories of services, one folder each. A repository appears whole, by one rename, or not at all.</summary>
public sealed class Repositories(HomeFolder home)
{
    public const string DefaultBranch = "main";
    private const string DefaultRef = "refs/heads/" + DefaultBranch;
    private const string Executable = "100755";
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Where a road's rendered files are kept as they were, so that a later version of the road can be merged in.</summary>
    public const string RoadBaseRef = "refs/tarmac/road-base";

    public string Root => home.Folder("repositories");

    public string PathOf(string service) => Path.Combine(Root, service + ".git");

    public bool Exists(string service) => Directory.Exists(PathOf(service));

    /// <summary>Makes a repository whose first commit holds <paramref name="files"/>; one that is there stays as it is.</summary>
    public async Task Create(string service, IReadOnlyList<RepositoryFile> files, string message, CommitAuthor author, CancellationToken cancellation)
    {
        if (Exists(service)) return;
        var half = Path.Combine(home.Folder("repositories", ".making"), service);
        HomeFolder.Delete(half);
        Directory.CreateDirectory(half);
        await GitProgram.Must(half, ["init", "--quiet", "--bare", "--initial-branch=" + DefaultBranch, "--template=", "."], cancellation: cancellation);
        await GitProgram.Must(half, ["config", "http.receivepack", "true"], cancellation: cancellation);
        await GitProgram.Must(half, ["config", "receive.fsckObjects", "true"], cancellation: cancellation);
        await GitProgram.Must(half, ["config", "transfer.hideRefs", "refs/tarmac"], cancellation: cancellation);
        var commit = await CommitTree(half, null, files, message, author, cancellation);
        await GitProgram.Must(half, ["update-ref", DefaultRef, commit], cancellation: cancellation);
        await GitProgram.Must(half, ["update-ref", RoadBaseRef, commit], cancellation: cancellation);
        Directory.Move(half, PathOf(service));
    }

    public void Remove(string service) => HomeFolder.Delete(PathOf(service));

    /// <summary>The newest commit of the default branch, or null when nothing was pushed yet.</summary>
    public async Task<string?> Head(string service, CancellationToken cancellation)
    {
        var answer = await GitProgram.Run(PathOf(service), ["rev-parse", "--verify", "--quiet", DefaultRef + "^{commit}"], cancellation: cancellation);
        return answer.Succeeded ? answer.Output : null;
    }

    /// <exception cref="Problem">There is no such commit.</exception>
    public async Task<Commit> Find(string service, string revision, CancellationToken cancellation)
    {
        // --end-of-options: a revision is never read as an option; and a range is no revision.
        var found = await GitProgram.Run(PathOf(service), ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], cancellation: cancellation);
        if (!found.Succeeded) throw Problem.NotFound("commit, branch or tag", revision, "Push it first: git push.");
        return Git.Commit.Parse(await GitProgram.Must(PathOf(service), ["log", "-1", Git.Commit.Format, found.Output, "--"], cancellation: cancellation));
    }

    public async Task<IReadOnlyList<Commit>> History(string service, int most, CancellationToken cancellation)
    {
        var answer = await GitProgram.Run(PathOf(service), ["log", "-" + most, Git.Commit.Format, DefaultRef, "--"], cancellation: cancellation);
        return answer.Succeeded ? [.. answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Git.Commit.Parse)] : [];
    }

    /// <summary>Every branch and tag with what it points at.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Refs(string service, CancellationToken cancellation)
    {
        var lines = await GitProgram.Must(PathOf(service), ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/tags"], cancellation: cancellation);
        return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[1], parts => parts[0]);
    }

    /// <summary>Changes whenever the default branch does, and costs no program to ask for.</summary>
    public (DateTime Loose, DateTime Packed) StampOf(string service) =>
        (File.GetLastWriteTimeUtc(Path.Combine(PathOf(service), DefaultRef)), File.GetLastWriteTimeUtc(Path.Combine(PathOf(service), "packed-refs")));

    /// <summary>The text of a file at a commit, with its blob id; null when it is not there, or is not UTF-8 text of at most 2 MB.</summary>
    public async Task<(string Blob, string Text)?> Read(string service, string commit, string path, CancellationToken cancellation)
    {
        if (await Entry(PathOf(service), commit, path, cancellation) is not { Size: <= 2_000_000 } entry) return null;
        var blob = (await GitProgram.Run(PathOf(service), ["cat-file", "blob", entry.Blob], cancellation: cancellation)).OrFail("cat-file");
        try
        {
            return (entry.Blob, Strict.GetString(blob.Bytes).TrimStart('\uFEFF'));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The paths of all files at a commit.</summary>
    public async Task<IReadOnlyList<string>> Files(string service, string commit, CancellationToken cancellation)
    {
        var answer = await GitProgram.Must(PathOf(service), ["ls-tree", "-r", "-z", "--name-only", commit], cancellation: cancellation);
        return answer.Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Unpacks a commit into an empty folder, without any git data.</summary>
    public async Task CheckOut(string service, string commit, string folder, CancellationToken cancellation)
    {
        // A name of its own for each try: a kill leaves the index and git's lock on it behind.
        var index = $"{folder.TrimEnd('/')}.{Guid.NewGuid().ToString("n")[..8]}.index";
        var variables = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index, ["GIT_WORK_TREE"] = folder };
        await GitProgram.Must(PathOf(service), ["read-tree", commit], variables, cancellation: cancellation);
        await GitProgram.Must(PathOf(service), ["checkout-index", "--all", "--force"], variables, cancellation: cancellation);
        File.Delete(index);
    }

    /// <summary>
    /// Commits one changed file on the default branch; refused when the branch has moved meanwhile. The same parent, file,
    /// message and author make the same commit: asked for again after a crash, it is found, also below what was pushed since.
    /// </summary>
    /// <returns>The new commit, or the parent when the file already has this text.</returns>
    public async Task<string> Commit(string service, string parent, RepositoryFile file, string message, CommitAuthor author, CancellationToken cancellation)
    {
        var executable = (await Entry(PathOf(service), parent, file.Path, cancellation))?.Mode == Executable;
        var commit = await CommitTree(PathOf(service), parent, [file with { Executable = executable }], message, author, cancellation);
        var tree = await GitProgram.Must(PathOf(service), ["rev-parse", commit + "^{tree}"], cancellation: cancellation);
        if (tree == await GitProgram.Must(PathOf(service), ["rev-parse", parent + "^{tree}"], cancellation: cancellation)) return parent;
        var moved = await GitProgram.Run(PathOf(service), ["update-ref", DefaultRef, commit, parent], cancellation: cancellation);
        if (moved.Succeeded || (await GitProgram.Run(PathOf(service), ["merge-base", "--is-ancestor", commit, DefaultRef], cancellation: cancellation)).Succeeded) return commit;
        throw new Problem(409, "repository-moved", "Somebody pushed while you were editing.", null, "Look at the new version and make your change again.");
    }

    // "100644 blob <id>   <size>\t<path>"; links and folders are something else. A folder's name with a slash lists what is in it.
    private static async Task<(string Mode, string Blob, long Size)?> Entry(string repository, string commit, string path, CancellationToken cancellation)
    {
        var answer = await GitProgram.Run(repository, ["ls-tree", "-l", "-z", commit, "--", path], cancellation: cancellation);
        if (!answer.Succeeded || answer.Output.Split('\0') is not [var line, ""] || line.Split('\t', 2) is not [var about, var name] || name != path) return null;
        var parts = about.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts[0].StartsWith("100", StringComparison.Ordinal) ? (parts[0], parts[2], long.Parse(parts[3])) : null;
    }

    private static async Task<string> CommitTree(string repository, string? parent, IReadOnlyList<RepositoryFile> files, string message, CommitAuthor author, CancellationToken cancellation)
    {
        var index = Path.Combine(repository, "index." + Guid.NewGuid().ToString("n")[..8]);
        var variables = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        try
        {
            if (parent is not null) await GitProgram.Must(repository, ["read-tree", parent], variables, cancellation: cancellation);
            var entries = new StringBuilder();
            foreach (var file in files)
            {
                var blob = await GitProgram.Must(repository, ["hash-object", "-w", "--stdin"], input: file.Content, cancellation: cancellation);
                entries.Append(file.Executable ? Executable : "100644").Append(' ').Append(blob).Append('\t').Append(file.Path).Append('\0');
            }
            await GitProgram.Must(repository, ["update-index", "-z", "--add", "--index-info"], variables, Encoding.UTF8.GetBytes(entries.ToString()), cancellation: cancellation);
            var tree = await GitProgram.Must(repository, ["write-tree"], variables, cancellation: cancellation);
            string[] parents = parent is null ? [] : ["-p", parent];
            return await GitProgram.Must(repository, ["commit-tree", tree, .. parents], author.Variables(), Encoding.UTF8.GetBytes(message), cancellation);
        }
        finally
        {
            File.Delete(index);
        }
    }
}

public sealed record RepositoryFile(string Path, ReadOnlyMemory<byte> Content, bool Executable = false);

/// <summary>Who a commit is by, at a fixed time: the same commit made twice after a crash has the same id.</summary>
public sealed record CommitAuthor(string Name, string Email, DateTimeOffset At)
{
    public static CommitAuthor Of(string principal, string name, DateTimeOffset at) =>
        new(name.Length > 0 ? name : principal, principal[(principal.LastIndexOf('/') + 1)..] + "@tarmac.invalid", at);

    public Dictionary<string, string> Variables()
    {
        var when = $"@{At.ToUnixTimeSeconds()} +0000";
        return new()
        {
            ["GIT_AUTHOR_NAME"] = Name,
            ["GIT_AUTHOR_EMAIL"] = Email,
            ["GIT_AUTHOR_DATE"] = when,
            ["GIT_COMMITTER_NAME"] = Name,
            ["GIT_COMMITTER_EMAIL"] = Email,
            ["GIT_COMMITTER_DATE"] = when,
        };
    }
}
