using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Tarmac.Model.Runbooks;

/// <summary>Reads the value of a section as its property's type; each way it can be wrong is reported and the best guess kept.</summary>
internal static partial class RunbookValues
{
    public static RunbookSection Read(RunbookSection section, IReadOnlyList<Block> blocks, string[] lines, Action<string, int, string> report)
    {
        if (section.Property is not { } property) return section;
        var firstLine = blocks.Count > 0 ? blocks[0].Line + 1 : section.Line;
        return property.Type switch
        {
            RunbookType.Choice => Choice(section, property, firstLine, report),
            RunbookType.YesNo => YesNo(section, firstLine, report),
            RunbookType.Url => Url(section, firstLine, report),
            RunbookType.Code => Code(section, firstLine, report),
            RunbookType.Reference => References(section, property, blocks, lines, report),
            _ => section,
        };
    }

    private static RunbookSection Choice(RunbookSection section, RunbookProperty property, int line, Action<string, int, string> report)
    {
        var written = LettersOf(section.PlainText);
        var choice = property.Choices.FirstOrDefault(each => string.Equals(each, written, StringComparison.OrdinalIgnoreCase));
        if (choice is null) report($"{property.Label} is '{Shorten(section.PlainText)}'.", line, $"Write one of: {string.Join(", ", property.Choices)}.");
        return section with { Choice = choice, IsPlaceholder = section.IsPlaceholder && choice is null };
    }

    private static RunbookSection YesNo(RunbookSection section, int line, Action<string, int, string> report)
    {
        bool? answer = section.Markdown.Trim().Trim('.', '*', '_').ToLowerInvariant() switch
        {
            "true" or "yes" or "👍" or ":+1:" or ":thumbsup:" => true,
            "false" or "no" or "👎" or ":-1:" or ":thumbsdown:" => false,
            _ => null,
        };
        if (answer is null) report($"{section.Property!.Label} is '{Shorten(section.PlainText)}'.", line, "Write Yes or No and nothing else.");
        return section with { YesNo = answer, IsPlaceholder = section.IsPlaceholder && answer is null };
    }

    private static RunbookSection Url(RunbookSection section, int line, Action<string, int, string> report)
    {
        var usable = section.Links.Select(link => Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 ? uri : null)
            .OfType<Uri>().Distinct().ToList();
        if (usable.Count == 0) report($"{section.Property!.Label} is '{Shorten(section.Markdown)}', which is no address.", line, "Write one address that starts with https://, or remove the section.");
        if (usable.Count > 1) report($"{section.Property!.Label} has {usable.Count} addresses; the first is taken.", line, "Keep the one people use; put the others under More Information.");
        return section with { Url = usable.FirstOrDefault(), IsLinkOnly = false };
    }

    private static RunbookSection Code(RunbookSection section, int line, Action<string, int, string> report)
    {
        if (!SystemCode().IsMatch(section.PlainText))
        {
            report($"{section.Property!.Label} is '{Shorten(section.PlainText)}'.", line, "Write 2 to 64 lower-case letters and digits in words joined by single dashes.");
        }
        return section;
    }

    private static RunbookSection References(RunbookSection section, RunbookProperty property, IReadOnlyList<Block> blocks, string[] lines, Action<string, int, string> report)
    {
        var references = new List<RunbookReference>();
        var lists = blocks.OfType<ListBlock>().ToList();
        foreach (var item in lists.SelectMany(list => list).OfType<ListItemBlock>()) AddItem(item, lines, references, report);
        if (lists.Count == 0 && blocks.OfType<ParagraphBlock>().FirstOrDefault() is { } paragraph) AddItem(paragraph, lines, references, report);

        var line = blocks.Count > 0 ? blocks[0].Line + 1 : section.Line;
        if (property.Many && lists.Count == 0)
        {
            report($"{property.Label} can name several, so it is a list; this is text.", line, "Write each on a line of its own that starts with a dash, or remove the section.");
        }
        else if (!property.Many && (lists.Count > 0 || references.Count > 1))
        {
            report($"{property.Label} names one {property.RefersTo}; this is a list.", line, "Write one code without a dash.");
            references = [.. references.Take(1)];
        }
        return section with { References = references, IsPlaceholder = section.IsPlaceholder && references.Count == 0, IsLinkOnly = false };
    }

    /// <summary>The first line of an item is a code, perhaps as a link; the lines under it are its properties.</summary>
    private static void AddItem(MarkdownObject item, string[] lines, List<RunbookReference> references, Action<string, int, string> report)
    {
        var paragraph = item as ParagraphBlock ?? (item as ContainerBlock)?.OfType<ParagraphBlock>().FirstOrDefault();
        if (paragraph?.Inline is null) return;
        var end = item is ContainerBlock { LastChild: { } last } ? Math.Max(LastLine(last), LastLine(paragraph)) : LastLine(paragraph);
        var code = RunbookText.Of(FirstLineOf(paragraph.Inline));
        if (!Reference().IsMatch(code))
        {
            report($"'{Shorten(code)}' is not a code.", paragraph.Line + 1, "Write the code of the thing meant, such as payments-api; put prose into another section.");
            return;
        }
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var number = paragraph.Line + 1; number <= end && number < lines.Length; number++)
        {
            var text = lines[number].Trim().TrimStart('-', '*', '+').Trim();
            if (text.Length == 0) continue;
            if (Property().Match(text) is { Success: true } match) properties[match.Groups["name"].Value] = match.Groups["value"].Value.Trim();
            else report($"'{Shorten(text)}' is not a property of {code}.", number + 1, "Under a code, write lowerCamelName: value on each line.");
        }
        references.Add(new(code, paragraph.Line + 1, properties));
    }

    private static IEnumerable<Inline> FirstLineOf(ContainerInline inlines) => inlines.TakeWhile(inline => inline is not LineBreakInline);

    private static int LastLine(MarkdownObject block) => block switch
    {
        ContainerBlock { LastChild: { } last } => LastLine(last),
        ParagraphBlock { Inline: { } inlines } paragraph => paragraph.Line + inlines.Descendants<LineBreakInline>().Count(),
        LeafBlock leaf => leaf.Line + Math.Max(0, leaf.Lines.Count - 1),
        MarkdownObject other => other.Line,
    };

    private static string LettersOf(string text) => string.Concat(text.Where(character => !char.IsWhiteSpace(character) && character is not ('-' or '.' or '_')));

    private static string Shorten(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= 60 ? line : line[..60] + "…";
    }

    [GeneratedRegex(@"\A(?=.{2,64}\z)[a-z0-9]+(?:-[a-z0-9]+)*\z")]
    private static partial Regex SystemCode();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/@\-]{0,127}\z")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\A(?<name>[a-z][A-Za-z0-9]*):\s*(?<value>.+)\z")]
    private static partial Regex Property();
}
