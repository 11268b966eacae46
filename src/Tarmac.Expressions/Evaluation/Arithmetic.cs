using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>The operators that calculate; numbers of one kind only, and nothing overflows in silence (cel-spec, language definition, "Numeric Values").</summary>
internal static class Arithmetic
{
    private static readonly Value Overflow = Value.Error(EvaluationError.Overflow);
    private static readonly Value NoSuchOverload = Value.Error(EvaluationError.NoSuchOverload);

    public static Value Add(ref Frame frame, in Value left, in Value right)
    {
        switch (left.Kind, right.Kind)
        {
            case (ValueKind.Int, ValueKind.Int):
                return Math.Sign(left.AsInt) == Math.Sign(right.AsInt) ? Whole((Int128)left.AsInt + right.AsInt) : Value.Int(left.AsInt + right.AsInt);
            case (ValueKind.Uint, ValueKind.Uint):
                return Unsigned((Int128)left.AsUint + right.AsUint);
            case (ValueKind.Double, ValueKind.Double):
                return Value.Double(left.AsDouble + right.AsDouble);
            case (ValueKind.String, ValueKind.String):
                var length = left.AsString.Length + right.AsString.Length;
                return length > ExpressionLimits.MaximumTextLength ? Aggregates.TooLong() : frame.Work(length) ? Value.String(left.AsString + right.AsString) : Frame.Exhaustion;
            case (ValueKind.Bytes, ValueKind.Bytes):
                var octets = left.Octets.Length + right.Octets.Length;
                return octets > ExpressionLimits.MaximumTextLength ? Aggregates.TooLong() : frame.Work(octets) ? Value.Bytes([.. left.Octets, .. right.Octets]) : Frame.Exhaustion;
            case (ValueKind.List, ValueKind.List):
                var count = left.AsList.Count + right.AsList.Count;
                return count > ExpressionLimits.MaximumElements ? Aggregates.TooMany("list") : frame.Work(count) ? Aggregates.List([.. left.AsList.Items, .. right.AsList.Items]) : Frame.Exhaustion;
            case (ValueKind.Timestamp, ValueKind.Duration):
                return Later(left, right.DurationNanoseconds);
            case (ValueKind.Duration, ValueKind.Timestamp):
                return Later(right, left.DurationNanoseconds);
            case (ValueKind.Duration, ValueKind.Duration):
                return Span((Int128)left.DurationNanoseconds + right.DurationNanoseconds);
            default:
                return NoSuchOverload;
        }
    }

    public static Value Subtract(ref Frame frame, in Value left, in Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => Whole((Int128)left.AsInt - right.AsInt),
        (ValueKind.Uint, ValueKind.Uint) => Unsigned((Int128)left.AsUint - right.AsUint),
        (ValueKind.Double, ValueKind.Double) => Value.Double(left.AsDouble - right.AsDouble),
        (ValueKind.Timestamp, ValueKind.Timestamp) => Span(Nanoseconds(left) - Nanoseconds(right)),
        (ValueKind.Timestamp, ValueKind.Duration) => Later(left, -(Int128)right.DurationNanoseconds),
        (ValueKind.Duration, ValueKind.Duration) => Span((Int128)left.DurationNanoseconds - right.DurationNanoseconds),
        _ => NoSuchOverload,
    };

    public static Value Multiply(ref Frame frame, in Value left, in Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => Whole((Int128)left.AsInt * right.AsInt),
        (ValueKind.Uint, ValueKind.Uint) => (UInt128)left.AsUint * right.AsUint is var product && product <= ulong.MaxValue ? Value.Uint((ulong)product) : Overflow,
        (ValueKind.Double, ValueKind.Double) => Value.Double(left.AsDouble * right.AsDouble),
        _ => NoSuchOverload,
    };

    public static Value Divide(ref Frame frame, in Value left, in Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => right.AsInt == 0 ? Value.Error("divide by zero") : Whole((Int128)left.AsInt / right.AsInt),
        (ValueKind.Uint, ValueKind.Uint) => right.AsUint == 0 ? Value.Error("divide by zero") : Value.Uint(left.AsUint / right.AsUint),
        (ValueKind.Double, ValueKind.Double) => Value.Double(left.AsDouble / right.AsDouble),
        _ => NoSuchOverload,
    };

    public static Value Remainder(ref Frame frame, in Value left, in Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => right.AsInt switch { 0 => Value.Error("modulus by zero"), -1 => left.AsInt == long.MinValue ? Overflow : Value.Int(0), var by => Value.Int(left.AsInt % by) },
        (ValueKind.Uint, ValueKind.Uint) => right.AsUint == 0 ? Value.Error("modulus by zero") : Value.Uint(left.AsUint % right.AsUint),
        _ => NoSuchOverload,
    };

    public static Value Negate(ref Frame frame, in Value value) => value.Kind switch
    {
        ValueKind.Int => Whole(-(Int128)value.AsInt),
        ValueKind.Double => Value.Double(-value.AsDouble),
        _ => NoSuchOverload,
    };

    private static Value Whole(Int128 number) => number >= long.MinValue && number <= long.MaxValue ? Value.Int((long)number) : Overflow;

    private static Value Unsigned(Int128 number) => number >= 0 && number <= ulong.MaxValue ? Value.Uint((ulong)number) : Overflow;

    private static Value Span(Int128 nanoseconds) =>
        nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue ? Value.Duration((long)nanoseconds) : Value.Error("duration overflow: the span is beyond 292 years, the range of a duration");

    private static Int128 Nanoseconds(in Value time) => ((Int128)time.TimestampSeconds * Moment.NanosecondsPerSecond) + time.TimestampNanoseconds;

    private static Value Later(in Value time, Int128 nanoseconds)
    {
        var seconds = (Nanoseconds(time) + nanoseconds) / Moment.NanosecondsPerSecond;
        var rest = (Nanoseconds(time) + nanoseconds) % Moment.NanosecondsPerSecond;
        return Moment.Timestamp((long)seconds, (long)rest) ?? Value.Error("timestamp overflow: the time is outside the years 1 to 9999, the range of a timestamp");
    }
}
