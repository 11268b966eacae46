using System.Security.Cryptography;
using System.Text;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;
using Tarmac.Model.Runtimes;

namespace Tarmac.Delivery.Releases;

/// <summary>What builds made, kept by content: the digest names the folder, so the same output is kept once and never changes.</summary>
public sealed class Artifacts(HomeFolder home)
{
    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    // Everything is seen, and what cannot be read is an error: an artifact is whole or is none.
    private static readonly EnumerationOptions All = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    public string FolderOf(string service, string digest) => home.In("artifacts", service, NameOf(digest));

    /// <exception cref="Problem">It is older than the releases whose artifacts are kept.</exception>
    public void Demand(Release release)
    {
        if (!Directory.Exists(FolderOf(release.Service, release.Digest)))
            throw new Problem(409, "artifact-gone", $"The artifact of release {release.Number} of {release.Service} is not kept any more.",
                $"The newest {ReleaseRules.Kept} releases of an environment keep theirs.", $"Build its commit again: tarmac deploy {release.Service} --commit {release.Commit[..8]}.");
    }

    /// <summary>Keeps a copy of an output folder and answers its digest. The copy appears whole or not at all.</summary>
    /// <exception cref="Problem">The folder is missing, empty, or holds what an artifact cannot.</exception>
    public string Keep(string service, string output, CancellationToken cancellation)
    {
        if (!Directory.Exists(output))
            throw new Problem(422, "build-output-missing", "The build left no output folder.", $"It should be at {Path.GetFileName(output)}.", "Say in score.yaml where the output is: metadata.annotations.\"tarmac.dev/output\".");
        output = Path.TrimEndingDirectorySeparator(output);
        var entries = new List<Entry>();
        Collect(output, new DirectoryInfo(output), entries, cancellation);
        if (entries.Count == 0)
            throw new Problem(422, "build-output-missing", "The build left an empty output folder.", null, "Check what the build command writes.");
        entries.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        var digest = Digest(output, entries, cancellation);
        var kept = FolderOf(service, digest);
        if (Directory.Exists(kept)) return digest;
        var half = kept + ".part";
        HomeFolder.Delete(half);
        Copy(output, half, entries, cancellation);
        MakeReadOnly(new DirectoryInfo(half));
        Directory.Move(half, kept);
        return digest;
    }

    /// <summary>Deletes a service's artifacts but these, and answers how many went.</summary>
    public int Prune(string service, IReadOnlySet<string> digests)
    {
        var names = digests.Select(NameOf).ToHashSet();
        var gone = Directory.GetDirectories(home.Folder("artifacts", service)).Where(folder => !names.Contains(Path.GetFileName(folder))).ToList();
        gone.ForEach(HomeFolder.Delete);
        return gone.Count;
    }

    /// <summary>Deletes all a service has.</summary>
    public void Remove(string service) => HomeFolder.Delete(home.In("artifacts", service));

    private static string NameOf(string digest) => digest.Replace("sha256:", "", StringComparison.Ordinal);

    /// <param name="Link">Where a link leads, from its own folder; null for a file.</param>
    private sealed record Entry(string Path, string? Link);

    private static void Collect(string root, DirectoryInfo folder, List<Entry> entries, CancellationToken cancellation)
    {
        foreach (var found in folder.EnumerateFileSystemInfos("*", All))
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.GetRelativePath(root, found.FullName);
            if (found.LinkTarget is { } target) entries.Add(new Entry(path, Inside(root, found, target)));
            else if (found is DirectoryInfo inner) Collect(root, inner, entries, cancellation);
            else if (Posix.IsRegularFile(found.FullName)) entries.Add(new Entry(path, null));
            else
                throw new Problem(422, "build-output-special", "The build's output holds something that is neither a file, a folder nor a link.", $"{path} is a pipe, a socket or a device.", "Remove it at the end of the build, or make it outside of the output folder.");
        }
    }

    // By the names alone, and written anew from them: a link cannot leave by way of another.
    private static string Inside(string root, FileSystemInfo link, string target)
    {
        var folder = Path.GetDirectoryName(link.FullName)!;
        var full = Path.GetFullPath(target, folder);
        if (full != root && !full.StartsWith(root + "/", StringComparison.Ordinal))
            throw new Problem(422, "build-output-link", "The build's output holds a link that leads out of it.", $"{Path.GetRelativePath(root, link.FullName)} leads to {target}.", "Copy the file into the output instead.");
        return Path.GetRelativePath(folder, full);
    }

    private static void Copy(string from, string to, List<Entry> entries, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            var target = Path.Combine(to, entry.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (entry.Link is null) File.Copy(Path.Combine(from, entry.Path), target);
            else File.CreateSymbolicLink(target, entry.Link);
        }
    }

    private static void MakeReadOnly(DirectoryInfo folder)
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (var found in folder.EnumerateFileSystemInfos("*", All).Where(found => found.LinkTarget is null))
        {
            if (found is DirectoryInfo inner) MakeReadOnly(inner);
            else found.UnixFileMode &= ~Writable;
        }
        folder.UnixFileMode &= ~Writable;
    }

    /// <summary>SHA-256 over each file's path, executable bit and content hash, and each link's target, in ordinal order of the paths.</summary>
    private static string Digest(string root, List<Entry> entries, CancellationToken cancellation)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            all.AppendData(Encoding.UTF8.GetBytes(entry.Link is null ? Line(root, entry.Path) : $"{entry.Path}\0l\0{entry.Link}\n"));
        }
        return "sha256:" + Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static string Line(string root, string file)
    {
        var path = Path.Combine(root, file);
        using var content = File.OpenRead(path);
        var executable = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
        return $"{file}\0{(executable ? 'x' : '-')}\0{Convert.ToHexStringLower(SHA256.HashData(content))}\n";
    }
}
