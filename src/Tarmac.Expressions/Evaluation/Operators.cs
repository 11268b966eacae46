using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>The operators that compare, and those that look into lists and maps.</summary>
internal static class Operators
{
    private static readonly Value NoSuchOverload = Value.Error(EvaluationError.NoSuchOverload);

    public static Value Not(ref Frame frame, in Value value) => value.Kind == ValueKind.Bool ? Value.Bool(!value.IsTrue) : NoSuchOverload;

    public static Value Equal(ref Frame frame, in Value left, in Value right)
    {
        var equal = Equality.Of(ref frame, left, right);
        return frame.Exhausted ? Frame.Exhaustion : Value.Bool(equal);
    }

    public static Value NotEqual(ref Frame frame, in Value left, in Value right)
    {
        var equal = Equality.Of(ref frame, left, right);
        return frame.Exhausted ? Frame.Exhaustion : Value.Bool(!equal);
    }

    public static Value Less(ref Frame frame, in Value left, in Value right) => Order.Of(left, right) is { } order ? Value.Bool(order < 0) : NoSuchOverload;

    public static Value LessOrEqual(ref Frame frame, in Value left, in Value right) => Order.Of(left, right) is { } order ? Value.Bool(order <= 0) : NoSuchOverload;

    public static Value Greater(ref Frame frame, in Value left, in Value right) => Order.Of(right, left) is { } order ? Value.Bool(order < 0) : NoSuchOverload;

    public static Value GreaterOrEqual(ref Frame frame, in Value left, in Value right) => Order.Of(right, left) is { } order ? Value.Bool(order <= 0) : NoSuchOverload;

    /// <summary>Whether a list has an element, or a map a key.</summary>
    public static Value In(ref Frame frame, in Value sought, in Value range)
    {
        if (range.Kind == ValueKind.Map) return Value.Bool(range.AsMap.TryGet(sought, out _));
        if (range.Kind != ValueKind.List) return NoSuchOverload;
        foreach (ref readonly var item in range.AsList.Items)
            if (Equality.Of(ref frame, sought, item)) return Value.True;
        return frame.Exhausted ? Frame.Exhaustion : Value.False;
    }

    public static Value Index(ref Frame frame, in Value range, in Value key)
    {
        if (range.Kind == ValueKind.Map)
        {
            if (!MapKeys.CanBeKey(key) && key.Kind != ValueKind.Double) return Value.Error($"unsupported key type: a {key.TypeName} is no key of a map");
            return range.AsMap.TryGet(key, out var value) ? value : Value.Error($"no such key: {key}");
        }
        if (range.Kind != ValueKind.List) return NoSuchOverload;
        long? place = key.Kind switch
        {
            ValueKind.Int => key.AsInt,
            ValueKind.Uint when key.AsUint <= long.MaxValue => (long)key.AsUint,
            ValueKind.Double when key.AsDouble == Math.Truncate(key.AsDouble) && Math.Abs(key.AsDouble) < long.MaxValue => (long)key.AsDouble,
            _ => null,
        };
        if (place is not { } index) return Value.Error($"invalid_argument: {key} is no place in a list");
        var items = range.AsList.Items;
        return index >= 0 && index < items.Length ? items[(int)index] : Value.Error($"invalid_argument: index {index} is outside a list of {items.Length}");
    }
}
