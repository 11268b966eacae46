using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Tarmac.Model.Problems;

namespace Tarmac.Model.Runbooks;

/// <summary>Parses one runbook; <see cref="Runbook.Parse"/> is the way in.</summary>
internal sealed class RunbookParser(string file)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().Build();

    private readonly List<InputProblem> _problems = [];

    public Runbook Parse(string text)
    {
        if (text.Length > Runbook.MostCharacters)
        {
            Report(RunbookCodes.TooLarge, $"The runbook has {text.Length} characters; at most {Runbook.MostCharacters} are read.", null,
                "Keep what is needed at three in the morning and link to the rest.");
            return Done(null, null, []);
        }
        var raw = text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        var (lines, unclosed) = RunbookComments.Strip(raw);
        if (unclosed is not null) Report(RunbookCodes.CommentUnclosed, "This comment is never closed; it is read as text.", unclosed, "Close it with -->.");

        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(string.Join('\n', lines), Pipeline);
        }
        catch (ArgumentException error)
        {
            // Markdig refuses blocks nested deeper than its own limit this way.
            Report(RunbookCodes.Unreadable, $"The text cannot be read as Markdown: {error.Message}", null, "Nest lists and quotes less deeply.");
            return Done(null, null, []);
        }

        // The trees of H1 and H2 are flat: each owns the blocks up to the next one.
        var parts = Parts(document);
        var named = parts.FindIndex(part => part.Heading?.Level == 1);
        var name = Name(parts, named);
        var description = Description(parts, named, lines);
        var sections = new List<RunbookSection>();
        for (var index = 0; index < parts.Count; index++)
        {
            if (parts[index].Heading is not { Level: 2 }) continue;
            var end = index + 1 < parts.Count ? FirstLine(parts[index + 1].Heading!) : lines.Length;
            if (Section(parts[index], end, raw, lines, sections) is { } section) sections.Add(section);
        }
        return Done(name, description, sections);
    }

    private sealed record Part(HeadingBlock? Heading, List<Block> Blocks);

    private static List<Part> Parts(MarkdownDocument document)
    {
        var parts = new List<Part> { new(null, []) };
        foreach (var block in document)
        {
            if (block is HeadingBlock { Level: <= 2 } heading) parts.Add(new(heading, []));
            else if (block is not LinkReferenceDefinitionGroup) parts[^1].Blocks.Add(block);
        }
        return parts;
    }

    private string? Name(List<Part> parts, int named)
    {
        if (named < 0)
        {
            Report(RunbookCodes.Name, "The runbook has no name.", 1, "Start with one line: # and the system's name.");
            return null;
        }
        if (parts[0].Blocks.Count > 0) Report(RunbookCodes.Name, "Text in front of the name is not read.", parts[0].Blocks[0].Line + 1, "Move it below the name.");
        foreach (var extra in parts.Skip(named + 1).Where(part => part.Heading!.Level == 1))
        {
            Report(RunbookCodes.Name, "This is a second name; what stands under it is not read.", FirstLine(extra.Heading!) + 1, "Keep one # heading; sections are ## headings.");
        }
        var (name, markup) = RunbookText.Of(parts[named].Heading!);
        var line = FirstLine(parts[named].Heading!) + 1;
        if (markup) Report(RunbookCodes.Name, "The name is plain text; links, emphasis and code do not belong there.", line, $"Write: # {name}");
        if (name.Length > 0) return name;
        Report(RunbookCodes.Name, "The name is empty.", line, "Write the system's name after the #.");
        return null;
    }

    private string? Description(List<Part> parts, int named, string[] lines)
    {
        // Without a name, text in front of the first section is still the description.
        var part = parts[Math.Max(0, named)];
        var line = part.Heading is null ? 1 : FirstLine(part.Heading) + 1;
        if (part.Blocks.Count == 0)
        {
            // A section called Description does as well.
            if (parts.Any(each => each.Heading?.Level == 2 && RunbookProperties.Find(RunbookText.Of(each.Heading).Text)?.Name == "description")) return null;
            Report(RunbookCodes.Description, "The runbook has no description.", line, "Write one paragraph under the name: what the system does and why.");
            return null;
        }
        if (part.Blocks.Count > 1 || part.Blocks[0] is not ParagraphBlock)
        {
            var odd = part.Blocks.Count > 1 ? part.Blocks[1] : part.Blocks[0];
            Report(RunbookCodes.Description, "The description is one paragraph; this one goes on.", odd.Line + 1, "Keep the first paragraph and move the rest to More Information.");
        }
        var next = parts.SkipWhile(each => each != part).Skip(1).FirstOrDefault()?.Heading is { } following ? FirstLine(following) : lines.Length;
        return Slice(lines, part.Blocks[0].Line, next);
    }

    private RunbookSection? Section(Part part, int end, string[] raw, string[] lines, List<RunbookSection> before)
    {
        var heading = RunbookText.Of(part.Heading!).Text;
        var line = FirstLine(part.Heading!) + 1;
        var property = RunbookProperties.Find(heading);
        if (property is null)
        {
            Report(RunbookCodes.SectionUnknown, $"No property is called '{heading}'.", line,
                Nearest.To(heading, RunbookProperties.All.Select(each => each.Label)) is { } near ? $"Is it {near}? Else make it a ### heading of the section it belongs to."
                    : "Make it a ### heading of the section it belongs to, or put it under More Information.");
        }
        else if (property.OwnedElsewhere)
        {
            Report(RunbookCodes.SectionElsewhere, $"{property.Label} is not taken from runbooks; it is known from elsewhere.", line, "Remove the section.", property.Name);
        }
        else if (property.ReplacedBy is { } replacement)
        {
            Report(RunbookCodes.SectionDeprecated, $"{property.Label} has been replaced.", line, $"Move the text to {RunbookProperties.Find(replacement)!.Label}.", property.Name);
        }
        var first = before.FirstOrDefault(each => property is null ? each.Heading == heading : each.Property == property);
        if (first is not null)
        {
            Report(RunbookCodes.SectionRepeated, $"'{heading}' is already there on line {first.Line}; the first is taken.", line, "Put both into one section.", property?.Name);
        }

        var start = part.Heading!.Line + 1;
        var markdown = Slice(lines, start, end);
        if (markdown.Length == 0)
        {
            // A section of nothing but a comment is a hint nobody has taken up yet: no error, and no section.
            if (Slice(raw, start, end).Length == 0)
            {
                Report(RunbookCodes.SectionEmpty, $"'{heading}' is empty.", line, "Write it or remove the heading.", property?.Name);
            }
            return null;
        }
        var text = RunbookText.Of(part.Blocks);
        var section = new RunbookSection
        {
            Heading = heading,
            Property = property,
            Line = line,
            Markdown = markdown,
            DemotedMarkdown = Demoted(part.Blocks, lines, start, end),
            PlainText = text.Plain,
            WordCount = text.WordCount,
            Links = text.Links,
            ContainsHtml = text.ContainsHtml,
            IsPlaceholder = text.IsPlaceholder,
            IsLinkOnly = text.IsLinkOnly,
        };
        return RunbookValues.Read(section, part.Blocks, lines,
            (message, at, cure) => Report(RunbookCodes.Value, message, at, cure, property!.Name));
    }

    // Markdig gives the line of the underline for a heading made by === or ---; its text stands above.
    private static int FirstLine(HeadingBlock heading) =>
        heading.IsSetext ? heading.Line - 1 - (heading.Inline?.Descendants<LineBreakInline>().Count() ?? 0) : heading.Line;

    private static string Demoted(List<Block> blocks, string[] lines, int start, int end)
    {
        var copy = lines[start..end];
        foreach (var heading in blocks.OfType<HeadingBlock>().Where(heading => !heading.IsSetext))
        {
            ref var line = ref copy[heading.Line - start];
            var mark = line.IndexOf('#', StringComparison.Ordinal);
            line = line.Insert(mark, new string('#', Math.Min(2, 6 - heading.Level)));
        }
        return Slice(copy, 0, copy.Length);
    }

    private static string Slice(string[] lines, int start, int end)
    {
        while (start < end && string.IsNullOrWhiteSpace(lines[start])) start++;
        while (end > start && string.IsNullOrWhiteSpace(lines[end - 1])) end--;
        return string.Join('\n', lines[start..Math.Max(start, end)]).TrimEnd();
    }

    private Runbook Done(string? name, string? description, List<RunbookSection> sections) =>
        new(file, name, description ?? sections.FirstOrDefault(section => section.Property?.Name == "description")?.Markdown, sections,
            [.. _problems.OrderBy(problem => problem.Line ?? 0)]);

    private void Report(string code, string message, int? line, string cure, string? field = null) =>
        _problems.Add(new(code, message, file, line, line is null ? null : 1, field, cure));
}
