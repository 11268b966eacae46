using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>One file of a source: its text, or why it cannot be used.</summary>
/// <param name="Path">From the root of the source, with forward slashes.</param>
internal sealed record SourceFile(string Path, string? Text, InputProblem? Problem);

/// <summary>The files a source is read from. Every path is relative to its root and never leaves it.</summary>
internal abstract class SourceFiles
{
    /// <summary>The files to look for entities in.</summary>
    public abstract IReadOnlyList<string> Descriptors { get; }

    /// <summary>What was refused while the files were listed.</summary>
    public virtual IReadOnlyList<InputProblem> Problems => [];

    /// <summary>A file; null when there is none of this name.</summary>
    public abstract SourceFile? Open(string path);

    /// <summary>Whether a file is read whatever it says, because somebody named it.</summary>
    public abstract bool IsNamed(string path);

    public virtual EntityReadResult Parse(SourceFile file) => EntityReader.Read(file.Text!, file.Path);

    /// <summary>A path as seen from a file's folder, without dots; null when it leaves the root.</summary>
    public static string? Resolve(string fromFile, string target)
    {
        if (target.StartsWith('/') || target.Contains('\\', StringComparison.Ordinal) || target.Contains('\0', StringComparison.Ordinal)) return null;
        var parts = new List<string>(fromFile.Split('/')[..^1]);
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }
}

/// <summary>Files that another part of the platform handed in.</summary>
internal sealed class HandedFiles(IReadOnlyList<(string Path, string Text)> files) : SourceFiles
{
    private readonly Dictionary<string, string> texts = files.ToDictionary(file => file.Path, file => StorableText.Of(file.Text), StringComparer.Ordinal);

    public override IReadOnlyList<string> Descriptors { get; } = [.. files.Select(file => file.Path).Where(CatalogRules.IsYaml).Order(StringComparer.Ordinal)];

    public override SourceFile? Open(string path) => texts.TryGetValue(path, out var text) ? new SourceFile(path, text, null) : null;

    public override bool IsNamed(string path) => CatalogRules.IsCatalogInfo(path);
}
