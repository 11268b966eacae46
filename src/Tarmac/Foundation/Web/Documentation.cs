using System.Reflection;
using Ganss.Xss;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Tarmac.Foundation.Web;

/// <summary>
/// The folder <c>docs/</c>, compiled into the program and served under <c>/docs</c>, so that the link in an error works
/// wherever the platform runs: <c>/docs/errors/CODE</c>, <c>/docs/GUIDE</c>.
/// </summary>
public static class Documentation
{
    private const string Prefix = "docs/";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers().DisableHtml().Build();

    private static readonly Dictionary<string, Lazy<Document>> Documents = Load();

    public static void MapDocumentation(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/docs", Show).ExcludeFromDescription();
        routes.MapGet("/docs/{**path}", Show).ExcludeFromDescription();
    }

    private static Task<IResult> Show(HttpContext context, string? path = null)
    {
        var name = path?.Trim('/') ?? "";
        string[] candidates = [name.Length == 0 ? "README" : name, "guides/" + name];
        var found = candidates.Select(candidate => Documents.GetValueOrDefault(candidate)).FirstOrDefault(document => document is not null)
            ?? throw Problem.NotFound("document", name, "/docs shows what there is.");
        return Portal.Page<DocumentationPage>(context, new { found.Value.Title, found.Value.Html, IsIndex = name.Length == 0 });
    }

    private static Dictionary<string, Lazy<Document>> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(resource => resource[Prefix.Length..].Replace('\\', '/'), resource => new Lazy<Document>(() =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                return Render(resource[Prefix.Length..], reader.ReadToEnd());
            }), StringComparer.OrdinalIgnoreCase);
    }

    private static Document Render(string name, string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        var title = name;
        // The page shows the title itself.
        if (document.FirstOrDefault() is HeadingBlock { Level: 1, Inline: { } words } heading)
        {
            title = string.Concat(words.Descendants<LiteralInline>().Select(word => word.Content.ToString()));
            document.Remove(heading);
        }
        foreach (var link in document.Descendants<LinkInline>().ToList())
            if (link.Url is { } url && !url.Contains("://", StringComparison.Ordinal) && !url.StartsWith('#') && !url.StartsWith('/'))
            {
                if (Address(name, url) is { } address) link.Url = address;
                else Unwrap(link);
            }
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedAttributes.Remove("style");
        sanitizer.AllowedAttributes.Add("id");
        return new Document(title, new MarkupString(sanitizer.Sanitize(document.ToHtml(Pipeline))));
    }

    private static void Unwrap(LinkInline link)
    {
        foreach (var part in link.ToList())
        {
            part.Remove();
            link.InsertBefore(part);
        }
        link.Remove();
    }

    // docs/guides/x.md links to ../errors/y.md: here that is /docs/errors/y. What is outside docs/ has no address here.
    private static string? Address(string from, string url)
    {
        var (file, anchor) = url.Split('#', 2) is [var before, var after] ? (before, "#" + after) : (url, "");
        var full = new Uri(new Uri("http://docs/root/" + from), file).AbsolutePath;
        if (!full.StartsWith("/root/", StringComparison.Ordinal)) return null;
        var name = full["/root/".Length..].TrimEnd('/');
        if (name.EndsWith(".md", StringComparison.Ordinal)) name = name[..^3];
        return "/docs/" + (name.StartsWith("guides/", StringComparison.Ordinal) ? name["guides/".Length..] : name) + anchor;
    }

    private sealed record Document(string Title, MarkupString Html);
}
