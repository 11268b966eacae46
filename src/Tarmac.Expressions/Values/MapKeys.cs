namespace Tarmac.Expressions.Values;

/// <summary>Equality of map keys, where a number equals the same number of another kind (cel-spec, language definition, "Equality").</summary>
internal sealed class MapKeys : IEqualityComparer<Value>
{
    public static MapKeys Comparer { get; } = new();

    public static bool CanBeKey(in Value value) => value.Kind is ValueKind.Bool or ValueKind.Int or ValueKind.Uint or ValueKind.String;

    public bool Equals(Value x, Value y) => x.Kind switch
    {
        ValueKind.String => y.Kind == ValueKind.String && x.AsString == y.AsString,
        ValueKind.Bool => y.Kind == ValueKind.Bool && x.AsBool == y.AsBool,
        _ => Whole(x) is { } one && Whole(y) is { } other && one == other,
    };

    // A double finds a key only when it is exactly that number.
    private static Int128? Whole(in Value value) => value.Kind switch
    {
        ValueKind.Int => value.AsInt,
        ValueKind.Uint => value.AsUint,
        ValueKind.Double when Math.Abs(value.AsDouble) < 1e20 && value.AsDouble == Math.Truncate(value.AsDouble) => (Int128)value.AsDouble,
        _ => null,
    };

    public int GetHashCode(Value obj) => obj.Kind switch
    {
        ValueKind.String => obj.AsString.GetHashCode(StringComparison.Ordinal),
        ValueKind.Bool => obj.AsBool ? 1 : 2,
        ValueKind.Int => obj.AsInt.GetHashCode(),
        // Every integral number hashes as the 64 bits it shares with the other kinds.
        ValueKind.Uint => unchecked((long)obj.AsUint).GetHashCode(),
        ValueKind.Double => OfDouble(obj.AsDouble),
        _ => 0,
    };

    private static int OfDouble(double value) => value switch
    {
        >= -9223372036854775808.0 and < 9223372036854775808.0 => ((long)value).GetHashCode(),
        >= 9223372036854775808.0 and < 18446744073709551616.0 => unchecked((long)(ulong)value).GetHashCode(),
        _ => value.GetHashCode(),
    };
}
