using System.Text;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>The paths a road makes: each one safe below any folder, and no two the same on any file system.</summary>
internal sealed class RenderedPaths(List<InputProblem> problems)
{
    // Every path and every folder above it, as file systems that ignore case see it.
    private readonly Dictionary<string, (string Path, bool IsFolder)> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why a part of a path cannot be the name of a file or folder; null when it can.</summary>
    public static string? WhyNot(string name) => name switch
    {
        "" => "is empty",
        "." or ".." => "leads out of the folder",
        _ when name.Contains('/', StringComparison.Ordinal) || name.Contains('\\', StringComparison.Ordinal) => "holds a slash",
        _ when name.Any(letter => char.IsControl(letter)) => "holds a control character",
        _ when name.Contains(':', StringComparison.Ordinal) => "holds a colon",
        // Git for Windows and macOS take these for .git too.
        _ when name.TrimEnd('.', ' ').Equals(".git", StringComparison.OrdinalIgnoreCase) || name.Equals("git~1", StringComparison.OrdinalIgnoreCase) => "belongs to git",
        _ when name.Any(letter => letter is '\u200c' or '\u200d' or '\ufeff' or (>= '\u200e' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u206a' and <= '\u206f')) => "holds an invisible character",
        _ when Encoding.UTF8.GetByteCount(name) > 200 => "is longer than 200 bytes",
        _ => null,
    };

    /// <summary>Takes a path; a problem, and false, when it clashes with one taken before.</summary>
    public bool Add(string path, string place)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var isFolder = end >= 0;
            var prefix = isFolder ? path[..end] : path;
            if (_taken.TryGetValue(prefix, out var taken))
            {
                if (taken.Path != prefix) return Clash($"{prefix} and {taken.Path} differ only in case");
                if (!isFolder || !taken.IsFolder) return Clash(isFolder || taken.IsFolder ? $"{prefix} is both a file and a folder" : $"{prefix} is made twice");
            }
            _taken[prefix] = (prefix, isFolder);
            if (!isFolder) return true;
        }

        bool Clash(string message)
        {
            problems.Add(new InputProblem(RoadCodes.Path, $"{message}.", place, Cure: "Give every file of the skeleton a name of its own, whatever the answers."));
            return false;
        }
    }
}
