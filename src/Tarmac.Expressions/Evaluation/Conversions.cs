using System.Globalization;
using System.Text;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>The conversions between types; what does not fit is an error (cel-spec, language definition, "Type Conversions").</summary>
internal static class Conversions
{
    private const double TwoTo63 = 9223372036854775808.0;
    private const double TwoTo64 = 18446744073709551616.0;
    private static readonly Value NoSuchOverload = Value.Error(EvaluationError.NoSuchOverload);
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static Value ToInt(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Int => value,
        ValueKind.Uint => value.AsUint <= long.MaxValue ? Value.Int((long)value.AsUint) : Range(value, "int"),
        ValueKind.Double => value.AsDouble is > -TwoTo63 and < TwoTo63 ? Value.Int((long)value.AsDouble) : Range(value, "int"),
        ValueKind.String => long.TryParse(value.AsString, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Value.Int(number) : Unreadable(value, "int"),
        ValueKind.Timestamp => Value.Int(value.TimestampSeconds),
        _ => NoSuchOverload,
    };

    public static Value ToUint(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Uint => value,
        ValueKind.Int => value.AsInt >= 0 ? Value.Uint((ulong)value.AsInt) : Range(value, "uint"),
        ValueKind.Double => value.AsDouble is > -1 and < TwoTo64 ? Value.Uint((ulong)value.AsDouble) : Range(value, "uint"),
        ValueKind.String => ulong.TryParse(value.AsString, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Value.Uint(number) : Unreadable(value, "uint"),
        _ => NoSuchOverload,
    };

    public static Value ToDouble(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Double => value,
        ValueKind.Int => Value.Double(value.AsInt),
        ValueKind.Uint => Value.Double(value.AsUint),
        ValueKind.String => ReadDouble(value),
        _ => NoSuchOverload,
    };

    public static Value ToText(ref Frame frame, in Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.String: return value;
            case ValueKind.Bool: return Value.String(value.AsBool ? "true" : "false");
            case ValueKind.Int: return Value.String(value.AsInt.ToString(CultureInfo.InvariantCulture));
            case ValueKind.Uint: return Value.String(value.AsUint.ToString(CultureInfo.InvariantCulture));
            case ValueKind.Double: return Value.String(ValueText.Number(value.AsDouble));
            case ValueKind.Timestamp: return Value.String(Moment.Text(value));
            case ValueKind.Duration: return Value.String(Moment.DurationText(value.DurationNanoseconds));
            case ValueKind.Bytes:
                if (!frame.Work(value.Octets.Length)) return Frame.Exhaustion;
                try
                {
                    return Value.String(Utf8.GetString(value.Octets));
                }
                catch (DecoderFallbackException)
                {
                    return Value.Error("invalid UTF-8: the octets are no text");
                }
            default: return NoSuchOverload;
        }
    }

    public static Value ToBytes(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Bytes => value,
        ValueKind.String => frame.Work(value.AsString.Length) ? Value.Bytes(Encoding.UTF8.GetBytes(value.AsString)) : Frame.Exhaustion,
        _ => NoSuchOverload,
    };

    public static Value ToBool(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Bool => value,
        ValueKind.String => value.AsString switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => Value.True,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => Value.False,
            _ => Unreadable(value, "bool"),
        },
        _ => NoSuchOverload,
    };

    public static Value ToTimestamp(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Timestamp => value,
        ValueKind.Int => Moment.Timestamp(Math.Clamp(value.AsInt, Moment.MinimumSeconds - 1, Moment.MaximumSeconds + 1), 0) ?? Range(value, "timestamp"),
        ValueKind.String => Moment.ReadTimestamp(value.AsString) ?? Unreadable(value, "timestamp"),
        _ => NoSuchOverload,
    };

    public static Value ToDuration(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Duration => value,
        ValueKind.String => Moment.ReadDuration(value.AsString) is { } nanoseconds ? Value.Duration(nanoseconds) : Unreadable(value, "duration"),
        _ => NoSuchOverload,
    };

    public static Value TypeOf(ref Frame frame, in Value value) => Value.Type(value.TypeName);

    public static Value Dynamic(ref Frame frame, in Value value) => value;

    private static Value ReadDouble(in Value value) => value.AsString.TrimStart('+', '-').ToLowerInvariant() switch
    {
        "nan" => Value.Double(double.NaN),
        "inf" or "infinity" => Value.Double(value.AsString[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity),
        _ => double.TryParse(value.AsString, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? Value.Double(number) : Unreadable(value, "double"),
    };

    private static Value Range(in Value value, string type) => Value.Error($"range error: {value} is outside the range of {type}");

    private static Value Unreadable(in Value value, string type) => Value.Error($"type conversion error: {Shortened(value)} cannot be read as {type}");

    private static string Shortened(in Value value) => value.ToString() is { Length: > 80 } text ? text[..80] + "…" : value.ToString();
}
