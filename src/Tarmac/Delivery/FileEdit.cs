using Tarmac.Model.Problems;
using Tarmac.Model.Runbooks;

namespace Tarmac.Delivery;

/// <summary>How a runbook's section stands.</summary>
public enum SectionState { Filled, Prompt, Missing }

/// <summary>A section a runbook may have, and whether this one has it.</summary>
public sealed record SectionHint(RunbookProperty Property, SectionState State);

/// <summary>A file in the editor.</summary>
/// <param name="Blob">The version the edit starts from; null for a new file.</param>
/// <param name="Line">Where to begin, the first line being 1; null for the top.</param>
/// <param name="Hints">For a runbook: what each section is for, those that want something first.</param>
public sealed record FileEdit(string Service, string Path, string? Blob, string Text, int? Line, RunbookProperty? Section, IReadOnlyList<SectionHint> Hints, IReadOnlyList<InputProblem> Problems)
{
    /// <summary>Puts an edit together; a section that is asked for and missing is begun at the end.</summary>
    public static FileEdit Of(string service, string path, string? blob, string? text, RunbookProperty? section)
    {
        var shown = text ?? (IsRunbook(path) ? $"# {service}\n\n" : "");
        if (!IsRunbook(path)) return new FileEdit(service, path, blob, shown, null, null, [], []);
        var runbook = Runbook.Parse(shown, path);
        int? line = null;
        if (section is not null)
        {
            line = LineOf(shown, section);
            if (line is null)
            {
                shown = $"{shown.TrimEnd()}\n\n## {section.Label}\n\n";
                line = shown.Count(c => c == '\n');
            }
        }
        return new FileEdit(service, path, blob, shown, line, section, Hinted(runbook, shown), text is null ? [] : runbook.Problems);
    }

    private static bool IsRunbook(string path) => path.Equals("RUNBOOK.md", StringComparison.OrdinalIgnoreCase);

    private static List<SectionHint> Hinted(Runbook runbook, string text) =>
    [
        .. RunbookProperties.All.Where(property => property is { Hint: not null, OwnedElsewhere: false, ReplacedBy: null } && property.Name is not "description" and not "code")
            .Select(property => new SectionHint(property, StateOf(runbook, text, property))).OrderByDescending(hint => hint.State == SectionState.Prompt).ThenByDescending(hint => hint.State),
    ];

    private static SectionState StateOf(Runbook runbook, string text, RunbookProperty property) =>
        runbook.Sections.FirstOrDefault(section => section.Property == property) is not { } section ? LineOf(text, property) is null ? SectionState.Missing : SectionState.Prompt
        : section.IsPlaceholder ? SectionState.Prompt : SectionState.Filled;

    // By the text and not the parsed sections: a heading with nothing under it is none of those, and just what one looks for.
    private static int? LineOf(string text, RunbookProperty property)
    {
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
            if (lines[index].StartsWith("## ", StringComparison.Ordinal) && RunbookProperties.Find(lines[index][3..].Trim()) == property) return index + 1;
        return null;
    }
}
