using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Model.Runbooks;

namespace Tarmac.Facts;

/// <summary>What a section holds, as far as checks want to know.</summary>
/// <param name="Line">Of its heading.</param>
/// <param name="LinkOnly">Nothing but links and the words around them.</param>
/// <param name="Choice">For a property with a fixed set of values, the value; null when it is none of them.</param>
/// <param name="Yes">For a yes-or-no property, the answer.</param>
public sealed record SectionFact(int Line, int Words, bool Placeholder, bool LinkOnly, string? Choice, bool? Yes);

/// <summary>What the RUNBOOK.md beside an entity's descriptor says; its prose itself stays in the catalog.</summary>
/// <param name="File">Where it is, or null when there is none.</param>
/// <param name="Sections">Those with content, by property name.</param>
/// <param name="Headings">The line of each property's heading, of empty sections too.</param>
/// <param name="Problems">How many things are wrong with its form.</param>
public sealed record RunbookFact(
    string? File, string? Name, int DescriptionLength, bool DescriptionPlaceholder, IReadOnlyDictionary<string, SectionFact> Sections,
    IReadOnlyDictionary<string, int> Headings, int Problems)
{
    /// <summary>The source of the fact.</summary>
    public const string Source = "catalog";

    // An entry never changes, so each runbook is parsed once.
    private static readonly ConditionalWeakTable<CatalogEntry, RunbookFact> Known = [];

    public static RunbookFact Of(CatalogEntry entry) => Known.GetValue(entry, static each => Collect(each.Runbook));

    public Fact ToFact(string subject, DateTimeOffset now) =>
        new(subject, FactKeys.Runbook, Source, (JsonObject)JsonSerializer.SerializeToNode(this, JsonSerializerOptions.Web)!, now, null);

    /// <summary>What a stored fact says; null when it cannot be read as one.</summary>
    public static RunbookFact? Of(Fact? fact)
    {
        try
        {
            return fact?.Value.Deserialize<RunbookFact>(JsonSerializerOptions.Web) is { Sections: not null, Headings: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RunbookFact Collect(RunbookFile? file)
    {
        if (file is null) return new(null, null, 0, false, new Dictionary<string, SectionFact>(), new Dictionary<string, int>(), 0);
        var runbook = Runbook.Parse(file.Text, file.File);
        var sections = new Dictionary<string, SectionFact>(StringComparer.Ordinal);
        foreach (var section in runbook.Sections)
            if (section.Property is { OwnedElsewhere: false } property)
                sections.TryAdd(property.Name, new(section.Line, section.WordCount, section.IsPlaceholder, section.IsLinkOnly, section.Choice, section.YesNo));
        var description = runbook.Description?.Trim() ?? "";
        return new(
            file.File, runbook.Name, description.Length, IsPlaceholder(runbook, description), sections, HeadingsOf(file.Text), runbook.Problems.Count);
    }

    // The description is no section; read as one, it is judged by the same rule.
    private static bool IsPlaceholder(Runbook runbook, string description) =>
        description.Length == 0 || runbook["description"]?.IsPlaceholder == true
        || Runbook.Parse("# x\n\nx\n\n## More Information\n\n" + description, "").Sections is [{ IsPlaceholder: true }, ..];

    // By hand, because the parser keeps no section that has nothing to say, and that is where one has to write.
    private static Dictionary<string, int> HeadingsOf(string text)
    {
        var headings = new Dictionary<string, int>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.StartsWith("## ") && RunbookProperties.Find(line[3..].Trim().ToString()) is { } property) headings.TryAdd(property.Name, number);
        }
        return headings;
    }
}
