using System.Diagnostics;
using System.Globalization;

namespace Tarmac.Expressions.Values;

/// <summary>A value of the language, or one of the two outcomes that are none: an error, or unknown (cel-spec, language definition, "Values" and "Evaluation").</summary>
public readonly struct Value
{
    private readonly ValueKind kind;
    private readonly int nanoseconds;
    private readonly long bits;
    private readonly object? reference;

    private Value(ValueKind kind, long bits = 0, object? reference = null, int nanoseconds = 0)
    {
        this.kind = kind;
        this.bits = bits;
        this.reference = reference;
        this.nanoseconds = nanoseconds;
    }

    /// <summary>The null value.</summary>
    public static Value Null => default;

    /// <summary>True.</summary>
    public static Value True => new(ValueKind.Bool, 1);

    /// <summary>False.</summary>
    public static Value False => new(ValueKind.Bool);

    /// <summary>What this is.</summary>
    public ValueKind Kind => kind;

    /// <summary>Whether this is an error or unknown rather than a value.</summary>
    public bool IsOutcome => kind >= ValueKind.Error;

    /// <summary>A truth value.</summary>
    public static Value Bool(bool value) => new(ValueKind.Bool, value ? 1 : 0);

    /// <summary>A signed number.</summary>
    public static Value Int(long value) => new(ValueKind.Int, value);

    /// <summary>An unsigned number.</summary>
    public static Value Uint(ulong value) => new(ValueKind.Uint, unchecked((long)value));

    /// <summary>A floating-point number.</summary>
    public static Value Double(double value) => new(ValueKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A text.</summary>
    public static Value String(string value) => new(ValueKind.String, reference: value);

    /// <summary>Octets; the array is not copied and must not change.</summary>
    public static Value Bytes(byte[] value) => new(ValueKind.Bytes, reference: value);

    /// <summary>A list.</summary>
    public static Value List(ListValue value) => new(ValueKind.List, reference: value);

    /// <summary>A list of these.</summary>
    public static Value List(params IEnumerable<Value> items) => List(new ListValue([.. items]));

    /// <summary>A list of texts.</summary>
    public static Value List(IEnumerable<string> items) => List(new ListValue([.. items.Select(String)]));

    /// <summary>A map.</summary>
    public static Value Map(MapValue value) => new(ValueKind.Map, reference: value);

    /// <summary>A map by text, such as the fields of an object.</summary>
    public static Value Map(IEnumerable<KeyValuePair<string, Value>> fields) =>
        Map(new MapValue(fields.Select(field => KeyValuePair.Create(String(field.Key), field.Value))));

    /// <summary>A time, of seconds since 1970 began in UTC and nanoseconds upon them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside the years 1 to 9999.</exception>
    public static Value Timestamp(long seconds, int nanoseconds = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seconds, Moment.MinimumSeconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, Moment.MaximumSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(nanoseconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, Moment.NanosecondsPerSecond - 1);
        return new Value(ValueKind.Timestamp, seconds, nanoseconds: nanoseconds);
    }

    /// <summary>A time.</summary>
    public static Value Timestamp(DateTimeOffset time) =>
        Timestamp(time.ToUnixTimeSeconds(), (int)(time.UtcTicks % TimeSpan.TicksPerSecond) * 100);

    /// <summary>A span of time in nanoseconds.</summary>
    public static Value Duration(long nanoseconds) => new(ValueKind.Duration, nanoseconds);

    /// <summary>A span of time.</summary>
    /// <exception cref="OverflowException">The span is beyond 292 years.</exception>
    public static Value Duration(TimeSpan span) => Duration(checked(span.Ticks * 100));

    /// <summary>A type by its name.</summary>
    public static Value Type(string name) => new(ValueKind.Type, reference: name);

    /// <summary>An error.</summary>
    public static Value Error(EvaluationError error) => new(ValueKind.Error, reference: error);

    /// <summary>An error.</summary>
    public static Value Error(string message) => Error(new EvaluationError(message));

    /// <summary>Unknown, for want of these attributes.</summary>
    public static Value Unknown(params IEnumerable<string> attributes) => Unknown(new UnknownAttributes(attributes));

    /// <summary>Unknown, for want of these attributes.</summary>
    public static Value Unknown(UnknownAttributes attributes) => new(ValueKind.Unknown, reference: attributes);

    /// <summary>The truth value.</summary>
    public bool AsBool => Checked(ValueKind.Bool).bits != 0;

    /// <summary>The signed number.</summary>
    public long AsInt => Checked(ValueKind.Int).bits;

    /// <summary>The unsigned number.</summary>
    public ulong AsUint => unchecked((ulong)Checked(ValueKind.Uint).bits);

    /// <summary>The floating-point number.</summary>
    public double AsDouble => BitConverter.Int64BitsToDouble(Checked(ValueKind.Double).bits);

    /// <summary>The text.</summary>
    public string AsString => (string)Checked(ValueKind.String).reference!;

    /// <summary>The octets.</summary>
    public ReadOnlyMemory<byte> AsBytes => Octets;

    /// <summary>The list.</summary>
    public ListValue AsList => (ListValue)Checked(ValueKind.List).reference!;

    /// <summary>The map.</summary>
    public MapValue AsMap => (MapValue)Checked(ValueKind.Map).reference!;

    /// <summary>The seconds of a timestamp since 1970 began.</summary>
    public long TimestampSeconds => Checked(ValueKind.Timestamp).bits;

    /// <summary>The nanoseconds of a timestamp upon its seconds.</summary>
    public int TimestampNanoseconds => Checked(ValueKind.Timestamp).nanoseconds;

    /// <summary>The nanoseconds of a duration.</summary>
    public long DurationNanoseconds => Checked(ValueKind.Duration).bits;

    /// <summary>The name of a type.</summary>
    public string AsTypeName => (string)Checked(ValueKind.Type).reference!;

    /// <summary>The error.</summary>
    public EvaluationError AsError => (EvaluationError)Checked(ValueKind.Error).reference!;

    /// <summary>The attributes that are missing.</summary>
    public UnknownAttributes AsUnknown => (UnknownAttributes)Checked(ValueKind.Unknown).reference!;

    internal bool IsTrue => kind == ValueKind.Bool && bits != 0;

    internal bool IsFalse => kind == ValueKind.Bool && bits == 0;

    internal byte[] Octets => (byte[])Checked(ValueKind.Bytes).reference!;

    internal object? Reference => reference;

    /// <summary>What stands for a variable without a value, until its name is known.</summary>
    internal static Value Unbound => new(ValueKind.Unknown);

    internal bool IsNumber => kind is ValueKind.Int or ValueKind.Uint or ValueKind.Double;

    /// <summary>The name of the type, as the language has it.</summary>
    internal string TypeName => kind switch
    {
        ValueKind.Null => "null_type",
        ValueKind.Timestamp => "google.protobuf.Timestamp",
        ValueKind.Duration => "google.protobuf.Duration",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>The value as a literal, for people.</summary>
    public override string ToString() => kind switch
    {
        ValueKind.Error => $"error: {AsError.Message}",
        ValueKind.Unknown => $"unknown: {AsUnknown}",
        _ => ValueText.Of(this),
    };

    private Value Checked(ValueKind wanted)
    {
        if (kind != wanted) Refuse(wanted);
        return this;
    }

    [StackTraceHidden]
    private void Refuse(ValueKind wanted) => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"this is a {kind}, not a {wanted}"));
}
