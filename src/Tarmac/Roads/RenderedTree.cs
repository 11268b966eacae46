namespace Tarmac.Roads;

/// <param name="Path">Relative, with slashes, safe to join to a folder.</param>
/// <param name="Content">The bytes.</param>
/// <param name="Executable">To be made executable.</param>
public sealed record RenderedFile(string Path, ReadOnlyMemory<byte> Content, bool Executable);

/// <summary>The files of a service as a road makes them, sorted by path: the base that later upgrades are merged against.</summary>
public sealed record RenderedTree(IReadOnlyList<RenderedFile> Files)
{
    /// <summary>Where the road, its version and the answers are recorded; a file of the tree like any other.</summary>
    public const string AnswersPath = ".tarmac/road.yaml";

    /// <summary>Writes all files below a folder, making folders on the way; never overwrites a file or follows one that is a link.</summary>
    public void WriteTo(string folder)
    {
        foreach (var file in Files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = file.Executable ? Executable : Plain;
            using var stream = new FileStream(path, options);
            stream.Write(file.Content.Span);
        }
    }

    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
}
