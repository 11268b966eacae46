using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using Ganss.Xss;
using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Tarmac.Foundation.Web;

/// <summary>
/// Markdown that anybody may have written, as HTML that is safe on our pages: raw HTML, scripts, styles and pictures from
/// elsewhere are gone, and links go to the web, to mail or within the text.
/// </summary>
public static class SafeMarkdown
{
    /// <summary>Longer texts are cut at a line, so that a page keeps its size.</summary>
    public const int MostCharacters = 40_000;

    private const string IdPrefix = "text-";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseTaskLists().UseAutoLinks().UseAutoIdentifiers().Build();

    private static readonly HtmlSanitizer Sanitizer = MakeSanitizer();

    // Kept exactly as long as whoever holds the text: an unchanged file is rendered once, a changed one anew.
    private static readonly ConditionalWeakTable<object, Shown> Rendered = [];

    /// <summary>Renders the text of a revision, once as long as <paramref name="revision"/> lives.</summary>
    public static Shown Once(object revision, Func<string> text) => Rendered.GetValue(revision, _ => Render(text()));

    /// <summary>Headings begin at the third level: the page has the first and the panel around has the second.</summary>
    public static Shown Render(string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        var cut = markdown.Length > MostCharacters;
        if (cut) markdown = markdown[..Math.Max(markdown.LastIndexOf('\n', MostCharacters), MostCharacters / 2)];
        try
        {
            return new Shown(new MarkupString(Sanitizer.Sanitize(ToHtml(markdown))), cut);
        }
        catch (ArgumentException)
        {
            // Nested deeper than Markdig follows: no document a person wrote, and shown as it is.
            return new Shown(new MarkupString("<pre>" + HtmlEncoder.Default.Encode(markdown) + "</pre>"), cut);
        }
    }

    private static string ToHtml(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var block in document.Descendants<HtmlBlock>().ToList()) block.Parent?.Remove(block);
        foreach (var html in document.Descendants<HtmlInline>().ToList()) html.Remove();
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            heading.Level = Math.Min(6, heading.Level + 2);
            if (heading.TryGetAttributes() is { Id: { } id } attributes) attributes.Id = IdPrefix + id;
        }
        foreach (var link in document.Descendants<LinkInline>())
        {
            // Pictures from elsewhere would tell others who reads what, and the policy forbids them: a link remains.
            link.IsImage = false;
            if (link.Url is ['#', .. var anchor]) link.Url = "#" + IdPrefix + anchor;
        }
        return document.ToHtml(Pipeline);
    }

    private static HtmlSanitizer MakeSanitizer()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
            {
                "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "del", "input",
            },
            AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "id", "type", "checked", "disabled", "start" },
            AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
            UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
        });
        sanitizer.PostProcessNode += (_, args) =>
        {
            // A path means something in the repository, not on this site.
            if (args.Node is AngleSharp.Dom.IElement { LocalName: "a" } link && link.GetAttribute("href") is { } href && !IsAddress(href)) link.RemoveAttribute("href");
        };
        return sanitizer;
    }

    private static bool IsAddress(string href) =>
        href.StartsWith('#') || href.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || href.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);

    /// <param name="Cut">True when the text was longer and only its beginning is shown.</param>
    public sealed record Shown(MarkupString Html, bool Cut);
}
