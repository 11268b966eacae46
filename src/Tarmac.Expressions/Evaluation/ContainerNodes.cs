using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary><c>operand.field</c> or <c>has(operand.field)</c>; an object's field that is not there is unknown, a map's key is an error.</summary>
internal sealed class SelectNode(Node operand, string field, bool presence, bool ofObject) : Node, IAttribute
{
    private readonly Value key = Value.String(field);
    private readonly Value noSuchKey = Value.Error($"no such key: {field}");
    private readonly Value operandAbsent = (operand as IAttribute)?.Absent ?? default;

    public string Path { get; } = operand is IAttribute attribute ? $"{attribute.Path}.{field}" : field;

    public Value Absent { get; } = Value.Unknown(operand is IAttribute attribute ? $"{attribute.Path}.{field}" : field);

    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var value = operand.Evaluate(ref frame);
        if (value.Kind == ValueKind.Map)
        {
            var found = value.AsMap.TryGet(key, out var entry);
            if (presence) return Value.Bool(found);
            return found ? entry : ofObject ? Absent : noSuchKey;
        }
        if (value.Kind == ValueKind.Unknown && ReferenceEquals(value.Reference, operandAbsent.Reference)) return Absent;
        return value.IsOutcome ? value : Value.Error(EvaluationError.NoSuchOverload);
    }
}

internal sealed class ListNode(Node[] items) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var values = new Value[items.Length];
        var outcome = Value.Null;
        for (var index = 0; index < items.Length; index++)
        {
            values[index] = items[index].Evaluate(ref frame);
            if (values[index].IsOutcome) outcome = outcome.IsOutcome ? Propagated(outcome, values[index]) : values[index];
        }
        return outcome.IsOutcome ? outcome : Aggregates.List(values);
    }
}

internal sealed class MapNode((Node Key, Node Value)[] entries) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var values = new KeyValuePair<Value, Value>[entries.Length];
        var outcome = Value.Null;
        for (var index = 0; index < entries.Length; index++)
        {
            var key = entries[index].Key.Evaluate(ref frame);
            var value = entries[index].Value.Evaluate(ref frame);
            values[index] = KeyValuePair.Create(key, value);
            if (key.IsOutcome || value.IsOutcome) outcome = outcome.IsOutcome ? Propagated(outcome, Propagated(key, value)) : Propagated(key, value);
        }
        return outcome.IsOutcome ? outcome : Aggregates.Map(values);
    }
}

/// <summary>Lists and maps an evaluation makes, within their limits.</summary>
internal static class Aggregates
{
    public static Value List(Value[] values)
    {
        if (values.Length > ExpressionLimits.MaximumElements) return TooMany("list");
        try
        {
            return Value.List(new ListValue(values));
        }
        catch (ArgumentException refused)
        {
            return Value.Error(refused.Message);
        }
    }

    public static Value Map(KeyValuePair<Value, Value>[] entries)
    {
        if (entries.Length > ExpressionLimits.MaximumElements) return TooMany("map");
        try
        {
            return Value.Map(new MapValue(entries));
        }
        catch (ArgumentException refused)
        {
            return Value.Error(refused.Message);
        }
    }

    public static Value TooMany(string what) => Value.Error($"a {what} of more than {ExpressionLimits.MaximumElements} elements is not made");

    public static Value TooLong() => Value.Error($"a text of more than {ExpressionLimits.MaximumTextLength} characters is not made");
}
