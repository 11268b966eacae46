using System.Globalization;
using System.Text;

namespace Tarmac.Expressions.Values;

/// <summary>Values as the language writes them.</summary>
internal static class ValueText
{
    public static string Of(in Value value) => value.Kind switch
    {
        ValueKind.Null => "null",
        ValueKind.Bool => value.AsBool ? "true" : "false",
        ValueKind.Int => value.AsInt.ToString(CultureInfo.InvariantCulture),
        ValueKind.Uint => value.AsUint.ToString(CultureInfo.InvariantCulture) + "u",
        ValueKind.Double => Literal(value.AsDouble),
        ValueKind.String => Quoted(value.AsString),
        ValueKind.Bytes => "b\"" + string.Concat(value.Octets.Select(octet => $"\\x{octet:x2}")) + "\"",
        ValueKind.Timestamp => $"timestamp(\"{Moment.Text(value)}\")",
        ValueKind.Duration => $"duration(\"{Moment.DurationText(value.DurationNanoseconds)}\")",
        ValueKind.Type => value.AsTypeName,
        ValueKind.List => "[" + string.Join(", ", value.AsList.Select(item => Of(item))) + "]",
        ValueKind.Map => "{" + string.Join(", ", value.AsMap.Select(entry => $"{Of(entry.Key)}: {Of(entry.Value)}")) + "}",
        _ => value.Kind.ToString(),
    };

    /// <summary>The shortest digits that mean the number again.</summary>
    public static string Number(double number)
    {
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "+Inf" : "-Inf";
        return number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
    }

    private static string Literal(double number)
    {
        if (!double.IsFinite(number)) return $"double(\"{Number(number)}\")";
        var text = Number(number);
        return text.AsSpan().IndexOfAny('.', 'e') < 0 ? text + ".0" : text;
    }

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\x7f' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => quoted.Append(character),
            };
        }
        return quoted.Append('"').ToString();
    }
}
