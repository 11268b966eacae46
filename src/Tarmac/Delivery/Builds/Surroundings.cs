namespace Tarmac.Delivery.Builds;

/// <summary>
/// Ends the search of build tools above a checkout: they look for their settings in every folder up to the root, and a home
/// may lie inside anybody's repository, as that of <c>./run</c> does in Tarmac's own.
/// </summary>
internal static class Surroundings
{
    private const string Nothing = "<Project />";

    // https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory, and the same of global.json and EditorConfig.
    private static readonly (string Name, string Text)[] Ends =
    [
        ("Directory.Build.props", Nothing), ("Directory.Build.targets", Nothing), ("Directory.Packages.props", Nothing),
        ("Directory.Solution.props", Nothing), ("Directory.Solution.targets", Nothing), ("Directory.Build.rsp", ""),
        ("global.json", "{}"), (".editorconfig", "root = true"),
    ];

    /// <param name="folder">The folder that the checkout lies in.</param>
    public static void Close(string folder)
    {
        foreach (var (name, text) in Ends) File.WriteAllText(Path.Combine(folder, name), text + "\n");
    }
}
