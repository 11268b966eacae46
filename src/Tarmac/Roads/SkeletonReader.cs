using System.Text;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>Reads the files of a skeleton. Links are refused, never followed: they could bring any file of this machine into a service.</summary>
internal static class SkeletonReader
{
    public const string FolderName = "skeleton";

    public const int MostFiles = 2_000;
    public const int MostBytesOfOne = 2 * 1024 * 1024;
    public const long MostBytes = 20L * 1024 * 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IReadOnlyList<SkeletonFile> Read(string folder, List<InputProblem> problems)
    {
        var files = new List<SkeletonFile>();
        var root = new DirectoryInfo(folder);
        if (!root.Exists || root.LinkTarget is not null)
        {
            problems.Add(new InputProblem(RoadCodes.Skeleton, root.Exists ? "skeleton is a link." : "The road has no folder skeleton.", FolderName,
                Cure: "Put the files of the service to be in a folder skeleton/."));
            return files;
        }
        long bytes = 0;
        var pending = new Stack<(DirectoryInfo Folder, string Path)>([(root, "")]);
        while (pending.TryPop(out var current))
        {
            foreach (var entry in current.Folder.EnumerateFileSystemInfos())
            {
                var path = current.Path.Length == 0 ? entry.Name : $"{current.Path}/{entry.Name}";
                if (entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                {
                    problems.Add(new InputProblem(RoadCodes.Skeleton, $"{path} is a link.", $"{FolderName}/{path}", Cure: "Put a copy of the file there."));
                }
                else if (entry is DirectoryInfo below)
                {
                    pending.Push((below, path));
                }
                else if (files.Count == MostFiles || (bytes += ((FileInfo)entry).Length) > MostBytes || ((FileInfo)entry).Length > MostBytesOfOne)
                {
                    problems.Add(new InputProblem(RoadCodes.Skeleton, $"The skeleton is too large at {path}.", $"{FolderName}/{path}",
                        Cure: $"A skeleton has at most {MostFiles} files of {MostBytesOfOne / 1024} kB each and {MostBytes / 1024 / 1024} MB together."));
                    return files;
                }
                else
                {
                    files.Add(new SkeletonFile(path, File.ReadAllBytes(entry.FullName),
                        !OperatingSystem.IsWindows() && entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute)));
                }
            }
        }
        if (files.Count == 0) problems.Add(new InputProblem(RoadCodes.Skeleton, "The skeleton is empty.", FolderName, Cure: "Put the files of the service to be there."));
        files.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return files;
    }

    /// <summary>The text of a template; null when it is not UTF-8.</summary>
    public static string? TextOf(SkeletonFile file)
    {
        try
        {
            return StrictUtf8.GetString(file.Content.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
