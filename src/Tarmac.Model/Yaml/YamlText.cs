using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tarmac.Model.Yaml;

/// <summary>JSON values as block YAML that any reader of YAML 1.1 or 1.2 takes back for the same values.</summary>
public static partial class YamlText
{
    // Letters first, nothing that YAML might take for something else; whatever is not clearly plain is quoted.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_./@+-]*(?: [A-Za-z0-9_./@+(-][A-Za-z0-9_.,/@+()-]*)*\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Plain { get; }

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "yes", "no", "on", "off", "null", "y", "n" };

    public static string Document(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var text = new StringBuilder("---\n");
        Write(text, json, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonObject json, int indent)
    {
        foreach (var (name, value) in json)
        {
            text.Append(' ', indent).Append(Scalar(name)).Append(':');
            Value(text, value, indent);
        }
    }

    private static void Value(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } json:
                text.Append('\n');
                Write(text, json, indent + 2);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                {
                    text.Append(' ', indent).Append("  -");
                    Item(text, item, indent + 4);
                }
                break;
            default:
                text.Append(' ').Append(Inline(value)).Append('\n');
                break;
        }
    }

    private static void Item(StringBuilder text, JsonNode? item, int indent)
    {
        if (item is not JsonObject { Count: > 0 } json)
        {
            Value(text, item, indent - 2);
            return;
        }
        // The first member goes on the dash's line.
        var block = new StringBuilder();
        Write(block, json, indent);
        text.Append(' ').Append(block, indent, block.Length - indent);
    }

    private static string Inline(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => Scalar(scalar.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    private static string Scalar(string text) => Plain.IsMatch(text) && !Reserved.Contains(text) ? text : Quoted(text);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' or (>= '\x7f' and <= '\x9f') or '\u2028' or '\u2029' or '\ufeff' => quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }
}
