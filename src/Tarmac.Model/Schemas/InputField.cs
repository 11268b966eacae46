using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tarmac.Model.Schemas;

/// <summary>The types a field of an input may have.</summary>
public enum InputKind
{
    Text,
    Integer,
    Number,
    Flag,
    TextList,
}

/// <summary>What a text means beyond being text; it chooses the control on a form and the extra check.</summary>
public enum InputFormat
{
    None,

    /// <summary>A reference to a catalog entity, such as <c>group:default/promotions</c>.</summary>
    EntityRef,

    /// <summary>Text of several lines; every other text but a secret is one line.</summary>
    MultiLine,

    /// <summary>Something to hide: never shown again, never repeated in a message.</summary>
    Secret,
}

/// <summary>One field of the input of an action or a road: what a form renders, the CLI makes an option of, and both check.</summary>
/// <param name="Name">camelCase; the CLI writes it with dashes.</param>
public sealed record InputField(string Name, InputKind Kind)
{
    private Lazy<Regex>? _matcher;

    public string? Title { get; init; }

    public string? Description { get; init; }

    public bool Required { get; init; }

    /// <summary>Used when the field is absent or blank; checked like any value. Never changed: a copy is handed out.</summary>
    public JsonNode? Default { get; init; }

    /// <summary>The only values allowed; empty when any is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>
    /// A regular expression the whole text must match, kept without its anchors; evaluated without backtracking, so in time
    /// linear in the text, and without lookaround or backreferences.
    /// </summary>
    public string? Pattern
    {
        get;
        init
        {
            field = WithoutAnchors(value);
            _matcher = field is null ? null : new(() => new Regex($@"\A(?:{Pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
    }

    /// <summary>Fewest characters (Unicode code points).</summary>
    public int? MinLength { get; init; }

    /// <summary>Most characters (Unicode code points).</summary>
    public int? MaxLength { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public string? Example { get; init; }

    public InputFormat Format { get; init; }

    /// <summary>For a reference, the kind it should name, such as Group; a form offers those. Null offers any.</summary>
    public string? EntityKind { get; init; }

    /// <summary>The title, or the name made readable.</summary>
    public string Label => Title ?? Readable(Name);

    /// <summary>The option of the CLI: <c>--build-command</c> for buildCommand.</summary>
    public string OptionName => "--" + Words(Name, '-').ToLowerInvariant();

    public static InputField Text(string name, string description, bool required = false) =>
        new(name, InputKind.Text) { Description = description, Required = required };

    /// <summary>Whether the whole text matches the pattern; true when there is none.</summary>
    /// <exception cref="ArgumentException">The pattern is no regular expression.</exception>
    /// <exception cref="NotSupportedException">The pattern needs backtracking.</exception>
    internal bool Matches(string text) => _matcher?.Value.IsMatch(text) ?? true;

    /// <summary>The pattern as JSON Schema has it, where a pattern may match anywhere unless anchored.</summary>
    internal string? AnchoredPattern => Pattern is null ? null : Pattern.Contains('|') ? $"^(?:{Pattern})$" : $"^{Pattern}$";

    private static string? WithoutAnchors(string? pattern)
    {
        if (pattern is null) return null;
        if (pattern.StartsWith("^(?:", StringComparison.Ordinal) && pattern.EndsWith(")$", StringComparison.Ordinal)
            && IsBalanced(pattern.AsSpan(4, pattern.Length - 6))) return pattern[4..^2];
        if (pattern.StartsWith('^')) pattern = pattern[1..];
        // "\$" is a dollar sign and "\\$" a backslash in front of the end.
        var slashes = pattern.Length - 1 - pattern.AsSpan(0, Math.Max(0, pattern.Length - 1)).TrimEnd('\\').Length;
        return pattern.EndsWith('$') && slashes % 2 == 0 ? pattern[..^1] : pattern;
    }

    private static bool IsBalanced(ReadOnlySpan<char> pattern)
    {
        var depth = 0;
        for (var index = 0; index < pattern.Length && depth >= 0; index++)
        {
            if (pattern[index] == '\\') index++;
            else if (pattern[index] is '(' or ')') depth += pattern[index] == '(' ? 1 : -1;
        }
        return depth == 0;
    }

    private static string Readable(string name)
    {
        var words = Words(name, ' ').ToLowerInvariant();
        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string Words(string name, char separator)
    {
        var words = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && words.Length > 0) words.Append(separator);
            words.Append(letter is '_' or '-' ? separator : letter);
        }
        return words.ToString();
    }
}
