using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>The elements a macro goes through: of a list, or the keys of a map.</summary>
internal readonly ref struct Elements
{
    private Elements(ReadOnlySpan<Value> values) => Values = values;

    public ReadOnlySpan<Value> Values { get; }

    /// <summary>False when the range has none, because it is an outcome or of another kind; then that is what the macro yields.</summary>
    public static bool Of(in Value range, out Elements elements, out Value instead)
    {
        instead = range;
        elements = range.Kind switch
        {
            ValueKind.List => new Elements(range.AsList.Items),
            ValueKind.Map => new Elements(range.AsMap.Keys),
            _ => default,
        };
        if (range.Kind is ValueKind.List or ValueKind.Map) return true;
        if (!range.IsOutcome) instead = Value.Error(EvaluationError.NoSuchOverload);
        return false;
    }
}

/// <summary><c>all</c> and <c>exists</c>: the conjunction and the disjunction over the elements (cel-spec, language definition, "Macros").</summary>
internal sealed class QuantifierNode(bool conjunction, Node range, int slot, Node body) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        if (!Elements.Of(range.Evaluate(ref frame), out var elements, out var instead)) return instead;
        var verdict = Value.Bool(conjunction);
        foreach (ref readonly var element in elements.Values)
        {
            if (!frame.Step()) return Frame.Exhaustion;
            frame.Local(slot) = element;
            var value = body.Evaluate(ref frame);
            if (value.Kind == ValueKind.Bool)
            {
                if (value.IsTrue != conjunction) return value;
                continue;
            }
            if (frame.Exhausted) return Frame.Exhaustion;
            var outcome = value.IsOutcome ? value : Value.Error(EvaluationError.NoSuchOverload);
            verdict = verdict.IsOutcome ? Propagated(verdict, outcome) : outcome;
        }
        return verdict;
    }
}

/// <summary><c>exists_one</c>, which an error of any element decides: it has to look at all of them.</summary>
internal sealed class ExistsOneNode(Node range, int slot, Node body) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        if (!Elements.Of(range.Evaluate(ref frame), out var elements, out var instead)) return instead;
        var count = 0;
        var outcome = Value.Null;
        foreach (ref readonly var element in elements.Values)
        {
            if (!frame.Step()) return Frame.Exhaustion;
            frame.Local(slot) = element;
            var value = body.Evaluate(ref frame);
            if (value.IsTrue) count++;
            if (value.Kind == ValueKind.Bool) continue;
            var wrong = value.IsOutcome ? value : Value.Error(EvaluationError.NoSuchOverload);
            outcome = outcome.IsOutcome ? Propagated(outcome, wrong) : wrong;
        }
        return outcome.IsOutcome ? outcome : Value.Bool(count == 1);
    }
}

/// <summary><c>map</c> and <c>filter</c>: without a transformation the elements themselves are kept.</summary>
internal sealed class CollectNode(Node range, int slot, Node? filter, Node? transform) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        if (!Elements.Of(range.Evaluate(ref frame), out var elements, out var instead)) return instead;
        var kept = new Value[elements.Values.Length];
        var count = 0;
        var outcome = Value.Null;
        foreach (ref readonly var element in elements.Values)
        {
            if (!frame.Step()) return Frame.Exhaustion;
            frame.Local(slot) = element;
            var chosen = filter?.Evaluate(ref frame) ?? Value.True;
            var value = chosen.Kind != ValueKind.Bool && !chosen.IsOutcome ? Value.Error(EvaluationError.NoSuchOverload)
                : !chosen.IsTrue ? chosen
                : transform?.Evaluate(ref frame) ?? element;
            if (value.IsOutcome) outcome = outcome.IsOutcome ? Propagated(outcome, value) : value;
            else if (chosen.IsTrue) kept[count++] = value;
        }
        return outcome.IsOutcome ? outcome : Aggregates.List(kept[..count]);
    }
}

/// <summary><c>cel.bind(name, value, body)</c>.</summary>
internal sealed class BindNode(Node value, int slot, Node body) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        frame.Local(slot) = value.Evaluate(ref frame);
        return body.Evaluate(ref frame);
    }
}
