using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Tarmac.Model.Yaml;

/// <summary>
/// The YAML 1.2 core schema (yaml.org/spec/1.2.2, section 10.3.2): what an unquoted scalar means.
/// Unlike YAML 1.1, <c>yes</c>, <c>on</c> and dates stay text and <c>012</c> is twelve.
/// </summary>
internal static class CoreSchema
{
    public static YamlScalarKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlScalarKind.Boolean,
        _ when IsInteger(text) => YamlScalarKind.Integer,
        _ when IsFloat(text) => YamlScalarKind.Float,
        _ => YamlScalarKind.Text,
    };

    public static JsonNode? ToJson(YamlScalar scalar) => scalar.Kind switch
    {
        YamlScalarKind.Null => null,
        YamlScalarKind.Boolean => JsonValue.Create(scalar.Text[0] is 't' or 'T'),
        YamlScalarKind.Integer => Integer(scalar.Text),
        YamlScalarKind.Float => Float(scalar.Text),
        _ => JsonValue.Create(scalar.Text),
    };

    private static JsonValue Integer(string text)
    {
        if (text.StartsWith("0o", StringComparison.Ordinal)) return FromDigits(text, 8);
        if (text.StartsWith("0x", StringComparison.Ordinal)) return FromDigits(text, 16);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? JsonValue.Create(value)
            : Float(text);
    }

    private static JsonValue FromDigits(string text, int numberBase)
    {
        double wide = 0;
        foreach (var digit in text.AsSpan(2)) wide = wide * numberBase + Convert.ToInt32(digit.ToString(), 16);
        if (double.IsInfinity(wide)) return JsonValue.Create(text)!;
        return wide < MostExact ? JsonValue.Create((long)wide) : JsonValue.Create(wide);
    }

    private static JsonValue Float(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? JsonValue.Create(value)
            : JsonValue.Create(text)!;

    // 2^53: every integer below it is exact in a double.
    private const double MostExact = 9007199254740992;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static bool IsInteger(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("0o")) return text.Length > 2 && !text[2..].ContainsAnyExceptInRange('0', '7');
        if (text.StartsWith("0x")) return text.Length > 2 && !text[2..].ContainsAnyExcept(HexDigits);
        return AllDigits(WithoutSign(text));
    }

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        if (text is ".nan" or ".NaN" or ".NAN") return true;
        var number = WithoutSign(text);
        if (number is ".inf" or ".Inf" or ".INF") return true;
        var exponent = number.IndexOfAny('e', 'E');
        if (exponent >= 0)
        {
            if (!AllDigits(WithoutSign(number[(exponent + 1)..]))) return false;
            number = number[..exponent];
        }
        var dot = number.IndexOf('.');
        if (dot < 0) return AllDigits(number);
        var whole = number[..dot];
        var fraction = number[(dot + 1)..];
        return whole.IsEmpty ? AllDigits(fraction) : AllDigits(whole) && (fraction.IsEmpty || AllDigits(fraction));
    }

    private static ReadOnlySpan<char> WithoutSign(ReadOnlySpan<char> text) => text is ['+' or '-', .. var rest] ? rest : text;

    private static bool AllDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
}
