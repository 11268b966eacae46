using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>A place that entities come from, in Backstage's words: <c>file:/srv/catalog</c>, <c>url:https://…</c>, <c>tarmac:repository:vouchers</c>.</summary>
public sealed record EntityPlace(string Type, string Target)
{
    private const string File = "file";
    private const string Url = "url";

    public override string ToString() => Type + ":" + Target;

    /// <summary>Where a source is.</summary>
    public static EntityPlace Of(CatalogSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Path.IsPathFullyQualified(source.Location) ? new(File, source.Location)
            : source.Location.Contains("://", StringComparison.Ordinal) ? new(Url, source.Location)
            : new("tarmac", source.Name);
    }

    /// <summary>Where the file is that declares an entity.</summary>
    public static EntityPlace Of(CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var (source, file) = (Of(entry.Source), entry.Entity.Origin.File);
        // A source may be one file, and files that its Locations name lie beside it.
        var root = source.Target.EndsWith("/" + file, StringComparison.Ordinal) || CatalogRules.IsYaml(source.Target)
            ? source.Target[..source.Target.LastIndexOf('/')]
            : source.Target.TrimEnd('/');
        return source.Target.EndsWith("/" + file, StringComparison.Ordinal) ? source : source with { Target = root + "/" + file };
    }

    /// <summary>Reads <c>type:target</c>; null when it is none.</summary>
    public static EntityPlace? Parse(string? text) =>
        text?.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < text.Length - 1 ? new(text[..colon].Trim(), text[(colon + 1)..].Trim()) : null;
}
