namespace Tarmac.Tests.Repository;

/// <summary>The files of the checkout that people write, as text.</summary>
internal static class SourceFiles
{
    private static readonly string[] Generated = ["artifacts", "bin", "obj", "node_modules", ".git", ".tarmac", "wwwroot"];

    /// <summary>All files below a folder of the repository whose name ends so, by path relative to the repository with slashes.</summary>
    public static IReadOnlyList<(string Path, string Text)> In(string folder, params string[] endings)
    {
        var root = System.IO.Path.Combine(PublicData.Repository, folder);
        return Directory.Exists(root)
            ? [.. Walk(root).Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal))).Order(StringComparer.Ordinal)
                .Select(file => (System.IO.Path.GetRelativePath(PublicData.Repository, file).Replace('\\', '/'), File.ReadAllText(file)))]
            : [];
    }

    public static string Text(string path) => File.ReadAllText(System.IO.Path.Combine(PublicData.Repository, path));

    public static IEnumerable<string> Lines(string text) => text.Split('\n');

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder)
            .Where(child => !Generated.Contains(System.IO.Path.GetFileName(child))).SelectMany(Walk));
}
