namespace Tarmac.Expressions.Values;

/// <summary>Which of two values comes first (cel-spec, language definition, "Ordering"); null when they cannot be compared.</summary>
internal static class Order
{
    /// <summary>What <see cref="OfNumbers"/> says when one of the numbers is not a number.</summary>
    public const int Unordered = 2;

    public static int? Of(in Value left, in Value right)
    {
        if (left.Kind != right.Kind) return left.IsNumber && right.IsNumber ? OfNumbers(left, right) : null;
        return left.Kind switch
        {
            ValueKind.Int => left.AsInt.CompareTo(right.AsInt),
            ValueKind.Uint or ValueKind.Double => OfNumbers(left, right),
            ValueKind.String => OfStrings(left.AsString, right.AsString),
            ValueKind.Bytes => Math.Sign(left.Octets.AsSpan().SequenceCompareTo(right.Octets)),
            ValueKind.Bool => left.AsBool.CompareTo(right.AsBool),
            ValueKind.Duration => left.DurationNanoseconds.CompareTo(right.DurationNanoseconds),
            ValueKind.Timestamp => left.TimestampSeconds == right.TimestampSeconds
                ? left.TimestampNanoseconds.CompareTo(right.TimestampNanoseconds)
                : left.TimestampSeconds.CompareTo(right.TimestampSeconds),
            _ => null,
        };
    }

    /// <summary>Numbers compare by what they are worth, whatever their kinds; a double and a whole number as doubles.</summary>
    public static int OfNumbers(in Value left, in Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => left.AsInt.CompareTo(right.AsInt),
        (ValueKind.Uint, ValueKind.Uint) => left.AsUint.CompareTo(right.AsUint),
        (ValueKind.Int, ValueKind.Uint) => left.AsInt < 0 ? -1 : ((ulong)left.AsInt).CompareTo(right.AsUint),
        (ValueKind.Uint, ValueKind.Int) => right.AsInt < 0 ? 1 : left.AsUint.CompareTo((ulong)right.AsInt),
        (ValueKind.Double, ValueKind.Double) => OfDoubles(left.AsDouble, right.AsDouble),
        (ValueKind.Double, ValueKind.Int) => OfDoubleAndInt(left.AsDouble, right.AsInt),
        (ValueKind.Int, ValueKind.Double) => Reversed(OfDoubleAndInt(right.AsDouble, left.AsInt)),
        (ValueKind.Double, ValueKind.Uint) => OfDoubleAndUint(left.AsDouble, right.AsUint),
        _ => Reversed(OfDoubleAndUint(right.AsDouble, left.AsUint)),
    };

    private static int Reversed(int order) => order == Unordered ? Unordered : -order;

    private static int OfDoubles(double left, double right) => left < right ? -1 : left > right ? 1 : left == right ? 0 : Unordered;

    // A whole number too large for a double to tell from its neighbours equals the double it is rounded to, as the suite has it.
    private static int OfDoubleAndInt(double left, long right) => left > 9223372036854775808.0 ? 1 : left < long.MinValue ? -1 : OfDoubles(left, right);

    private static int OfDoubleAndUint(double left, ulong right) => left > 18446744073709551616.0 ? 1 : left < 0 ? -1 : OfDoubles(left, right);

    /// <summary>By code point, where a surrogate pair comes after every character that is none.</summary>
    private static int OfStrings(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length) return left.Length.CompareTo(right.Length);
        var (one, other) = (left[common], right[common]);
        return char.IsSurrogate(one) == char.IsSurrogate(other) ? one.CompareTo(other) : char.IsSurrogate(one) ? 1 : -1;
    }
}
