using System.Collections.ObjectModel;
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
    private const int MostPlaced = 2 * 1024 * 1024;

    /// <summary>The files to look for entities in.</summary>
    public abstract IReadOnlyList<string> Descriptors { get; }

    /// <summary>What was refused while the files were listed.</summary>
    public virtual IReadOnlyList<InputProblem> Problems => [];

    /// <summary>What the source is known to declare, by reference; nothing when that is not told.</summary>
    public virtual IReadOnlyDictionary<string, CatalogEntry> Shown => ReadOnlyDictionary<string, CatalogEntry>.Empty;

    /// <summary>Whether looking for a file that may not be there costs a question to somebody else's machine.</summary>
    public virtual bool IsDear => false;

    /// <summary>Does ahead what opening and parsing one file after the other would take long for.</summary>
    /// <param name="known">Files that are read whatever they say.</param>
    public virtual void Prepare(Func<string, bool> known)
    {
    }

    /// <summary>A file; null when there is none of this name.</summary>
    public abstract SourceFile? Open(string path);

    /// <summary>Whether a file is read whatever it says, because somebody named it.</summary>
    public abstract bool IsNamed(string path);

    /// <summary>The YAML files that a pattern may mean.</summary>
    /// <param name="why">Set when there are too many to list.</param>
    public virtual IReadOnlyList<string> Listed(out string? why)
    {
        why = null;
        return Descriptors;
    }

    /// <summary>The file of this source that an address on the web shows; null when the source is not on the web, or the file not in it.</summary>
    public virtual string? PathOf(string address) => null;

    /// <summary>Whether a file below the root belongs to another source, which reads it.</summary>
    public virtual bool IsElsewhere(string path) => false;

    public virtual EntityReadResult Parse(SourceFile file) => EntityReader.Read(file.Text!, file.Path, placeholders: target => Placed(file.Path, target));

    /// <summary>What a placeholder in a file stands for.</summary>
    protected PlaceholderContent Placed(string fromFile, string target)
    {
        var shown = target.Length <= 120 ? target : target[..120] + "…";
        var isAddress = target.Contains("://", StringComparison.Ordinal);
        if ((isAddress ? PathOf(target) : Resolve(fromFile, target)) is not { } path)
        {
            return isAddress
                ? new(null, CatalogCodes.PlaceholderNotRead, $"{shown} is not read: it is an address, and only files of the same source are.",
                    "Put the file into this source and name it by a relative path, for example ./openapi.yaml.")
                : new(null, CatalogCodes.PlaceholderNotRead, $"{shown} is outside the source.", "Name a file below the source's folder, with forward slashes.");
        }
        if (OpenPlaced(path) is not { } file)
            return new(null, CatalogCodes.PlaceholderNotFound, $"There is no file {shown} in the source.", "Mend the path; it starts from the folder of this file. Links out of the source are not followed.");
        if (file.Text is null) return new(null, CatalogCodes.PlaceholderNotRead, $"{shown} is not read. {file.Problem!.Message}", file.Problem.Cure ?? "Name another file.");
        if (file.Text.Length > MostPlaced)
            return new(null, CatalogCodes.PlaceholderNotRead, $"{shown} has {file.Text.Length} characters; at most {MostPlaced} are taken.", "Shorten it, or link to it instead.");
        return new(file.Text);
    }

    protected virtual SourceFile? OpenPlaced(string path) => Open(path);

    /// <summary>A path as seen from a file's folder, or from the root when it starts with a slash; null when it leaves the root.</summary>
    public static string? Resolve(string fromFile, string target)
    {
        if (target.Contains('\\', StringComparison.Ordinal) || target.Contains('\0', StringComparison.Ordinal)) return null;
        var parts = new List<string>(target.StartsWith('/') ? [] : fromFile.Split('/')[..^1]);
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
