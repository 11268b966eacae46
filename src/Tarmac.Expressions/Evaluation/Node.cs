using System.Text.RegularExpressions;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>A part of an expression, ready to be evaluated.</summary>
internal abstract class Node
{
    /// <summary>The value, or an error, or unknown; never an exception.</summary>
    public abstract Value Evaluate(ref Frame frame);

    /// <summary>What a strict function yields when an argument is no value: what is unknown, and otherwise the first error.</summary>
    protected static Value Propagated(in Value one, in Value other)
    {
        if (one.Kind == ValueKind.Unknown) return other.Kind == ValueKind.Unknown ? UnknownAttributes.Merge(one, other) : one;
        if (other.Kind == ValueKind.Unknown) return other;
        return one.Kind == ValueKind.Error ? one : other;
    }

    /// <summary>An error with the place in the source that it came from.</summary>
    protected static Value Placed(in Value value, int position) =>
        value.Kind != ValueKind.Error || value.AsError is { IsBudget: true } or { Position: >= 0 } ? value : Value.Error(value.AsError with { Position = position });
}

internal sealed class ConstantNode(Value value) : Node
{
    public Value Value { get; } = value;

    public override Value Evaluate(ref Frame frame) => frame.Step() ? Value : Frame.Exhaustion;
}

/// <summary>A declared variable; it is unknown until it is bound.</summary>
internal sealed class VariableNode(int slot, string name) : Node, IAttribute
{
    private readonly Value absent = Value.Unknown(name);

    public string Path => name;

    public Value Absent => absent;

    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        ref readonly var value = ref frame.Variable(slot);
        return value.Kind == ValueKind.Unknown && value.Reference is null ? absent : value;
    }
}

/// <summary>A variable or a field of one, which has a name when it is missing.</summary>
internal interface IAttribute
{
    string Path { get; }

    Value Absent { get; }
}

internal sealed class LocalNode(int slot) : Node
{
    public override Value Evaluate(ref Frame frame) => frame.Step() ? frame.Local(slot) : Frame.Exhaustion;
}

internal sealed class ConditionalNode(Node condition, Node whenTrue, Node whenFalse) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var chosen = condition.Evaluate(ref frame);
        if (chosen.Kind == ValueKind.Bool) return (chosen.IsTrue ? whenTrue : whenFalse).Evaluate(ref frame);
        return chosen.IsOutcome ? chosen : Value.Error(EvaluationError.NoSuchOverload);
    }
}

/// <summary>
/// A chain of <c>&amp;&amp;</c> or <c>||</c>: one operand that decides does so wherever it stands, and otherwise what is
/// unknown comes before what is wrong (cel-spec, language definition, "Logical Operators").
/// </summary>
internal sealed class LogicNode(bool conjunction, Node[] operands) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var verdict = Value.Bool(conjunction);
        foreach (var operand in operands)
        {
            var value = operand.Evaluate(ref frame);
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

/// <summary>An error found when compiling what was not checked: it counts only when it is evaluated.</summary>
internal sealed class FailureNode(string message) : Node
{
    private readonly Value error = Value.Error(message);

    public override Value Evaluate(ref Frame frame) => frame.Step() ? error : Frame.Exhaustion;
}

internal delegate Value Function1(ref Frame frame, in Value argument);

internal delegate Value Function2(ref Frame frame, in Value first, in Value second);

internal sealed class Call1Node(Function1 function, Node argument, int position) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var value = argument.Evaluate(ref frame);
        return value.IsOutcome ? value : Placed(function(ref frame, value), position);
    }
}

internal sealed class Call2Node(Function2 function, Node first, Node second, int position) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var one = first.Evaluate(ref frame);
        var two = second.Evaluate(ref frame);
        return one.IsOutcome || two.IsOutcome ? Propagated(one, two) : Placed(function(ref frame, one, two), position);
    }
}

/// <summary>A match with a pattern that was read beforehand.</summary>
internal sealed class MatchesNode(Regex pattern, Node text) : Node
{
    public override Value Evaluate(ref Frame frame)
    {
        if (!frame.Step()) return Frame.Exhaustion;
        var value = text.Evaluate(ref frame);
        if (value.Kind != ValueKind.String) return value.IsOutcome ? value : Value.Error(EvaluationError.NoSuchOverload);
        return frame.Work(value.AsString.Length) ? Value.Bool(pattern.IsMatch(value.AsString)) : Frame.Exhaustion;
    }
}
