using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tarmac.Model.Catalog;

namespace Tarmac.Roads;

/// <summary>
/// The filters of templates; in Liquid their names are in snake_case. Those named after a language write a value safely into it:
/// use one wherever an answer that people write freely goes into a file.
/// </summary>
public static partial class LiquidFilters
{
    internal static readonly IReadOnlyList<string> Names =
        ["camel_case", "capitalize", "csharp", "downcase", "entity_name", "json", "markdown", "pascal_case", "snake_case", "upcase", "with_suffix", "yaml"];

    [GeneratedRegex(@"^[a-z][a-z0-9]*(?:[-/:._][a-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PlainYaml { get; }

    private static readonly HashSet<string> YamlWords = new(["null", "true", "false", "yes", "no", "on", "off", "y", "n"], StringComparer.OrdinalIgnoreCase);

    /// <summary><c>price-feed</c> → <c>PriceFeed</c>.</summary>
    public static string PascalCase(string? input) => string.Concat(Words(input).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary><c>price-feed</c> → <c>priceFeed</c>.</summary>
    public static string CamelCase(string? input) => PascalCase(input) is { Length: > 0 } pascal ? char.ToLowerInvariant(pascal[0]) + pascal[1..] : "";

    /// <summary><c>price-feed</c> → <c>price_feed</c>.</summary>
    public static string SnakeCase(string? input) => string.Join('_', Words(input));

    /// <summary>Appends a text, unless it is at the end already.</summary>
    public static string WithSuffix(string? input, string suffix) =>
        (input ?? "").EndsWith(suffix, StringComparison.Ordinal) && input != suffix ? input! : input + suffix;

    /// <summary><c>group:default/promotions</c> → <c>promotions</c>.</summary>
    public static string EntityName(string? input) =>
        EntityRef.TryParse(input, "Group", EntityRef.DefaultNamespace, out var reference, out _) ? reference.Name : input ?? "";

    public static string Upcase(string? input) => (input ?? "").ToUpperInvariant();

    public static string Downcase(string? input) => (input ?? "").ToLowerInvariant();

    /// <summary>First letter large, the rest as it is.</summary>
    public static string Capitalize(string? input) => string.IsNullOrEmpty(input) ? "" : char.ToUpperInvariant(input[0]) + input[1..];

    /// <summary>A JSON value, quotes included.</summary>
    public static string Json(object? input) => input switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"\"{JavaScriptEncoder.Default.Encode(Convert.ToString(input, CultureInfo.InvariantCulture) ?? "")}\"",
    };

    /// <summary>A YAML value on one line: as it is where that is unmistakably text, else in double quotes.</summary>
    public static string Yaml(object? input) => input switch
    {
        string text when PlainYaml.IsMatch(text) && !YamlWords.Contains(text) => text,
        string text => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"",
        _ => Json(input),
    };

    /// <summary>A C# string literal, quotes included.</summary>
    public static string Csharp(string? input)
    {
        var literal = new StringBuilder("\"");
        foreach (var letter in input ?? "")
        {
            if (letter is '"' or '\\') literal.Append('\\').Append(letter);
            else if (letter is >= ' ' and <= '~') literal.Append(letter);
            else literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
        }
        return literal.Append('"').ToString();
    }

    /// <summary>Text inside a Markdown paragraph: whatever would be markup or HTML is escaped.</summary>
    public static string Markdown(string? input)
    {
        var text = new StringBuilder();
        foreach (var letter in (input ?? "").ReplaceLineEndings(" "))
        {
            if (letter is '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '<' or '>' or '#' or '|' or '~' or '&' or '$') text.Append('\\');
            else if (text.Length == 0 && letter is '-' or '+' or '=' or '!') text.Append('\\');
            text.Append(letter);
        }
        return NumberAtStart.Replace(text.ToString(), @"$1\$2");
    }

    [GeneratedRegex(@"^(\d+)([.)])", RegexOptions.CultureInvariant)]
    private static partial Regex NumberAtStart { get; }

    private static IEnumerable<string> Words(string? input) => (input ?? "").Split(['-', '_', ' ', '.'], StringSplitOptions.RemoveEmptyEntries);
}
