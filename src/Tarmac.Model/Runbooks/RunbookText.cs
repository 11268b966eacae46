using System.Text;
using System.Text.RegularExpressions;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Tarmac.Model.Runbooks;

/// <summary>What a few Markdown blocks say: their words, their links, and whether that amounts to anything.</summary>
internal sealed partial class RunbookText
{
    // Words around a link that add nothing to it.
    private static readonly HashSet<string> Filler = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "all", "also", "an", "and", "as", "at", "available", "be", "can", "check", "click", "details", "doc", "docs", "documentation", "file",
        "following", "for", "found", "from", "full", "further", "github", "have", "here", "in", "info", "information", "is", "it", "its", "link", "links",
        "look", "more", "of", "on", "or", "our", "page", "please", "project", "project's", "read", "readme", "readme.md", "refer", "repo", "repo's", "repository", "section",
        "see", "the", "these", "this", "to", "under", "visit", "we", "wiki", "you",
    };

    // Without backtracking, because the text is a stranger's.
    private static readonly Regex Placeholder = new(
        @"\A[\W_]*((to\s?do|tbd|tbc|fixme|fill\s(this|me|it)?\s?in|to\sbe\s(done|decided|defined|confirmed|written|added|completed)|coming\ssoon|work\sin\sprogress|placeholder|lorem\sipsum|"
        + @"please\s(fill|describe|enter|provide|add|include|explain|complete|replace|write|try)|(enter|insert|describe|write|add|choose|replace)\s(here|this|text|descriptive|yes\sor\sno|one\sof|your)|here\sare\ssome\sdetails)\b.*|(xxx+|nothing\syet|none\syet|n/?a|\?+|-+|\.+)?[\W_]*)\z",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    // A text of more than this is somebody's honest work, however it begins.
    private const int LongestPlaceholder = 600;

    private readonly StringBuilder _plain = new();
    private readonly StringBuilder _outsideLinks = new();
    private readonly List<string> _links = [];

    public string Plain => WhiteSpace().Replace(_plain.ToString(), " ").Trim();

    public IReadOnlyList<string> Links => _links;

    public bool ContainsHtml { get; private set; }

    public int WordCount => Words(Plain).Count();

    public bool IsPlaceholder => _links.Count == 0 && (Plain.Length <= LongestPlaceholder && Placeholder.IsMatch(Plain));

    public bool IsLinkOnly => (_links.Count > 0 || _plain.ToString().Contains("readme", StringComparison.OrdinalIgnoreCase))
        && Words(_outsideLinks.ToString()).All(Filler.Contains);

    public static RunbookText Of(IEnumerable<Block> blocks)
    {
        var text = new RunbookText();
        foreach (var block in blocks) text.Add(block);
        return text;
    }

    /// <summary>The words of one heading or paragraph, and whether there is markup in it.</summary>
    public static (string Text, bool Markup) Of(LeafBlock leaf)
    {
        var text = Of([leaf]);
        return (text.Plain, leaf.Inline?.Any(inline => inline is not (LiteralInline or LineBreakInline or HtmlEntityInline)) ?? false);
    }

    /// <summary>The words of some inlines.</summary>
    public static string Of(IEnumerable<Inline> inlines)
    {
        var text = new RunbookText();
        foreach (var inline in inlines) text.Add(inline, insideLink: false);
        return text.Plain;
    }

    private void Add(Block block)
    {
        switch (block)
        {
            case LinkReferenceDefinitionGroup or LinkReferenceDefinition:
                return;
            case ContainerBlock container:
                foreach (var child in container) Add(child);
                return;
            case HtmlBlock html:
                ContainsHtml = true;
                Literal(Tag().Replace(html.Lines.ToString(), " "), insideLink: false);
                break;
            case LeafBlock { Inline: { } inlines }:
                foreach (var inline in inlines) Add(inline, insideLink: false);
                break;
            case LeafBlock leaf:
                Literal(leaf.Lines.ToString(), insideLink: false);
                break;
        }
        Literal("\n", insideLink: false);
    }

    private void Add(Inline inline, bool insideLink)
    {
        switch (inline)
        {
            case LinkInline link:
                if (link.Url is { Length: > 0 } url) _links.Add(url);
                foreach (var child in link) Add(child, insideLink: true);
                break;
            case ContainerInline container:
                foreach (var child in container) Add(child, insideLink);
                break;
            case AutolinkInline auto:
                _links.Add(auto.Url);
                break;
            case LiteralInline literal:
                Literal(literal.Content.ToString(), insideLink);
                break;
            case CodeInline code:
                Literal(code.Content, insideLink);
                break;
            case HtmlEntityInline entity:
                Literal(entity.Transcoded.ToString(), insideLink);
                break;
            case LineBreakInline:
                Literal(" ", insideLink);
                break;
            case HtmlInline:
                ContainsHtml = true;
                break;
        }
    }

    private void Literal(string text, bool insideLink)
    {
        foreach (Match address in BareUrl().Matches(text)) _links.Add(address.Value.TrimEnd('.', ',', ')', ';'));
        var words = BareUrl().Replace(text, " ");
        _plain.Append(words);
        if (!insideLink) _outsideLinks.Append(words);
    }

    private static IEnumerable<string> Words(string text) =>
        Word().Matches(text).Select(match => match.Value).Where(word => word.Any(char.IsLetterOrDigit));

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}'’._\-/]*[\p{L}\p{N}]|[\p{L}\p{N}]")]
    private static partial Regex Word();

    [GeneratedRegex(@"https?://[^\s<>""]*", RegexOptions.IgnoreCase)]
    private static partial Regex BareUrl();

    [GeneratedRegex(@"<[^<>]*>")]
    private static partial Regex Tag();
}
