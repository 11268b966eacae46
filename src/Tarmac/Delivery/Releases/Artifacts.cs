using System.Security.Cryptography;
using System.Text;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;

namespace Tarmac.Delivery.Releases;

/// <summary>What builds made, kept by content: the digest names the folder, so the same output is kept once and never changes.</summary>
public sealed class Artifacts(HomeFolder home)
{
    public string FolderOf(string service, string digest) => home.In("artifacts", service, digest.Replace("sha256:", "", StringComparison.Ordinal));

    /// <summary>Keeps a copy of an output folder and answers its digest. The copy appears whole or not at all.</summary>
    /// <exception cref="Problem">The folder is missing, empty, or holds a link that leads out of it.</exception>
    public string Keep(string service, string output)
    {
        if (!Directory.Exists(output))
            throw new Problem(422, "build-output-missing", "The build left no output folder.", $"It should be at {Path.GetFileName(output)}.", "Say in score.yaml where the output is: metadata.annotations.\"tarmac.dev/output\".");
        var files = Files(output);
        if (files.Count == 0)
            throw new Problem(422, "build-output-missing", "The build left an empty output folder.", null, "Check what the build command writes.");
        var digest = Digest(output, files);
        var kept = FolderOf(service, digest);
        if (Directory.Exists(kept)) return digest;
        var half = kept + ".part";
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
        foreach (var file in files)
        {
            var target = Path.Combine(half, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(output, file), target);
        }
        Directory.Move(half, kept);
        return digest;
    }

    private static List<string> Files(string output)
    {
        var root = Path.GetFullPath(output);
        var files = new List<string>();
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            var info = new FileInfo(path);
            if (info.LinkTarget is not null)
            {
                var target = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
                if (target is null || !target.StartsWith(root + "/", StringComparison.Ordinal))
                    throw new Problem(422, "build-output-link", "The build's output holds a link that leads out of it.", $"{Path.GetRelativePath(root, path)} leads to {info.LinkTarget}.", "Copy the file into the output instead.");
            }
            if (!Directory.Exists(path)) files.Add(Path.GetRelativePath(root, path));
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>SHA-256 over each file's path, executable bit and content hash, in ordinal order of the paths.</summary>
    private static string Digest(string root, List<string> files)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var path = Path.Combine(root, file);
            using var content = File.OpenRead(path);
            var executable = !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
            all.AppendData(Encoding.UTF8.GetBytes($"{file}\0{(executable ? 'x' : '-')}\0{Convert.ToHexStringLower(SHA256.HashData(content))}\n"));
        }
        return "sha256:" + Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
