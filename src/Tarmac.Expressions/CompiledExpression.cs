using System.Runtime.CompilerServices;
using Tarmac.Expressions.Evaluation;
using Tarmac.Expressions.Types;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions;

/// <summary>An expression ready to be evaluated, by many at once.</summary>
public sealed class CompiledExpression
{
    private const int FewLocals = 8;

    private readonly ExpressionEnvironment environment;
    private readonly Node root;
    private readonly int slots;

    internal CompiledExpression(string source, ExpressionEnvironment environment, Node root, CelType type, int slots)
    {
        this.environment = environment;
        this.root = root;
        this.slots = slots;
        Source = source;
        Type = type;
    }

    /// <summary>What was written.</summary>
    public string Source { get; }

    /// <summary>The type of the result, as far as the check can tell.</summary>
    public CelType Type { get; }

    /// <summary>The value, or an error, or unknown for want of evidence; never an exception, and never more steps than the budget.</summary>
    /// <param name="bindings">The values of the variables.</param>
    /// <param name="budget">How many steps it may take: about one for each part evaluated and for ten characters looked at.</param>
    /// <exception cref="ArgumentException">The bindings belong to another environment.</exception>
    public Value Evaluate(Bindings bindings, int budget = ExpressionLimits.DefaultBudget)
    {
        ArgumentNullException.ThrowIfNull(bindings);
        if (!ReferenceEquals(bindings.Environment, environment)) throw new ArgumentException("the bindings belong to another environment", nameof(bindings));
        if (slots > FewLocals) return Evaluate(bindings, new Value[slots], budget);
        var few = new Locals();
        return Evaluate(bindings, few, budget);
    }

    private Value Evaluate(Bindings bindings, Span<Value> locals, int budget)
    {
        var frame = new Frame(bindings.Values, locals, budget);
        var value = root.Evaluate(ref frame);
        // Running out decides, also where an operator would have made do without the operand that did.
        return frame.Exhausted ? Frame.Exhaustion : value;
    }

    [InlineArray(FewLocals)]
    private struct Locals
    {
#pragma warning disable IDE0044, IDE0051, CS0169 // The runtime repeats the one field; nobody names it.
        private Value first;
#pragma warning restore IDE0044, IDE0051, CS0169
    }
}
