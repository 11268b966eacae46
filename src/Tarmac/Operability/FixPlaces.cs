using Tarmac.Catalog;
using Tarmac.Facts;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Runbooks;

namespace Tarmac.Operability;

/// <summary>Where each kind of failing is mended: the file and line, and the page that opens them.</summary>
public static class FixPlaces
{
    private const string Hosted = "repository:";
    private const string SourceAnnotation = "backstage.io/source-location";

    /// <summary>A section of the runbook: its heading where there is one, else the file.</summary>
    public static Fix Runbook(Examined examined, string property)
    {
        ArgumentNullException.ThrowIfNull(examined);
        var heading = RunbookProperties.Find(property)!.Label;
        var file = examined.Runbook?.File ?? Beside(examined.Entry.Entity.Origin.File);
        var line = examined.Runbook?.Headings.GetValueOrDefault(property) is > 0 and var found ? found : (int?)null;
        return new Fix(line is null ? $"Add “## {heading}” to {file}" : $"Write “{heading}” in {file}", Href(examined.Entry, file, property), file, line, heading);
    }

    /// <summary>The runbook as a whole.</summary>
    public static Fix Runbook(Examined examined)
    {
        ArgumentNullException.ThrowIfNull(examined);
        var file = examined.Runbook?.File ?? Beside(examined.Entry.Entity.Origin.File);
        return new Fix(examined.Runbook?.File is null ? $"Add {file}" : $"Edit {file}", Href(examined.Entry, file, null), file);
    }

    /// <summary>A field of a descriptor, the component's own or its owner's.</summary>
    public static Fix Descriptor(CatalogEntry entry, string field)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var origin = entry.Entity.Origin;
        return new Fix($"Set {field} of {entry.Name} in {origin.File}", Href(entry, origin.File, null), origin.File, origin.Line, field);
    }

    /// <summary>For what is done rather than written: the component's own page.</summary>
    public static Fix Do(Examined examined, string label)
    {
        ArgumentNullException.ThrowIfNull(examined);
        return new Fix(label, EntityAddress.Of(examined.Entry.Entity.Ref));
    }

    /// <summary>To release it: by deploying what is hosted here, by reporting what was released elsewhere.</summary>
    public static Fix Release(Examined examined)
    {
        ArgumentNullException.ThrowIfNull(examined);
        var entity = examined.Entry.Entity.Ref;
        var hosted = examined.Entry.Source.Name.StartsWith(Hosted, StringComparison.Ordinal);
        var (label, action, input) = hosted
            ? ("Deploy it", DeliveryActions.Deploy.Name, "service=" + Uri.EscapeDataString(examined.Entry.Source.Name[Hosted.Length..]))
            : ("Report a release made elsewhere", FactActions.Report.Name, $"entity={Uri.EscapeDataString(entity.ToString())}&key={FactKeys.Release}");
        return new Fix(label, $"/actions/{action}?{input}&{ActionForm.Back}={Uri.EscapeDataString(ScoreAddress.Of(entity))}", Action: action);
    }

    // What is hosted here is edited here; what is not opens where its source is said to be.
    private static string Href(CatalogEntry entry, string file, string? section)
    {
        var source = entry.Source.Name;
        if (source.StartsWith(Hosted, StringComparison.Ordinal))
            return $"/services/{Uri.EscapeDataString(source[Hosted.Length..])}/edit/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}" + (section is null ? "" : "?section=" + section);
        if (entry.Entity.Metadata.Annotations.TryGetValue(SourceAnnotation, out var location) && location.StartsWith("url:", StringComparison.Ordinal)
            && Uri.TryCreate(location[4..], UriKind.Absolute, out var root) && (root.Scheme is "http" or "https") && root.AbsolutePath.EndsWith('/'))
            return new Uri(root, Path.GetFileName(file)).AbsoluteUri;
        return EntityAddress.Of(entry.Entity.Ref);
    }

    private static string Beside(string descriptor) =>
        descriptor.LastIndexOf('/') is >= 0 and var slash ? descriptor[..(slash + 1)] + "RUNBOOK.md" : "RUNBOOK.md";
}
