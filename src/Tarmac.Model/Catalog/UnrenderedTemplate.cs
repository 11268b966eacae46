using System.Text.RegularExpressions;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>
/// Tells a template of a descriptor from a descriptor with mistakes: the skeletons of Backstage's templates (Nunjucks), of
/// cookiecutter (Jinja), Helm, Handlebars, EJS and ERB carry a descriptor's name and are none before they are rendered.
/// </summary>
internal static partial class UnrenderedTemplate
{
    /// <summary>Whether a value still holds what an engine would replace.</summary>
    public static bool IsMarked(string text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal) || text.Contains("<%", StringComparison.Ordinal);

    /// <summary>
    /// The problem of a document that is no YAML because it is a template; null when something else is wrong with it. A
    /// scaffolder template is a descriptor itself and holds such marks by right.
    /// </summary>
    public static InputProblem? In(YamlPart part, string file)
    {
        if (!IsMarked(part.Text) || ScaffolderTemplate().IsMatch(part.Text)) return null;
        var line = part.Line;
        foreach (var written in part.Text.AsSpan().EnumerateLines())
        {
            var mark = Mark().EnumerateMatches(written);
            if (mark.MoveNext())
            {
                var shown = written[mark.Current.Index..].Trim();
                var start = written.IndexOf(shown, StringComparison.Ordinal);
                return Problem(EntityRules.Shorten(shown.ToString()), file, line, start + 1, null);
            }
            line++;
        }
        return null;
    }

    public static InputProblem Problem(string shown, string file, int line, int column, string? field) => new(CatalogCodes.NotRendered,
        $"This looks like a template, not a descriptor: `{shown}` stands where a value belongs.", file, line, column, field,
        "Read what the template is rendered to instead. A skeleton is passed over in a folder whose name starts with a dot.");

    // A line that is a mark, or a key or list item whose value is one; marks inside other text are somebody's prose.
    [GeneratedRegex("""^[ \t]*(?:- +)*(?:\$?\{\{|\{%|\{#|<%)|(?<=:[ \t]+["']?)(?:\$?\{\{|\{%|<%)|(?<=^[ \t]*- +["']?)(?:\$?\{\{|\{%|<%)""")]
    private static partial Regex Mark();

    [GeneratedRegex("""^kind:[ \t]*["']?Template\b""", RegexOptions.Multiline)]
    private static partial Regex ScaffolderTemplate();
}
