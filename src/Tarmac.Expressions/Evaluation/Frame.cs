using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>What one evaluation works upon.</summary>
internal ref struct Frame
{
    private static readonly Value BudgetError = Value.Error(EvaluationError.BudgetMessage);

    private readonly ReadOnlySpan<Value> variables;
    private readonly Span<Value> locals;
    private int remaining;

    public Frame(ReadOnlySpan<Value> variables, Span<Value> locals, int budget)
    {
        this.variables = variables;
        this.locals = locals;
        remaining = budget;
    }

    public readonly bool Exhausted => remaining < 0;

    public readonly int Remaining => Math.Max(remaining, 0);

    /// <summary>The outcome of whatever found no step left.</summary>
    public static Value Exhaustion => BudgetError;

    public readonly ref readonly Value Variable(int slot) => ref variables[slot];

    public readonly ref Value Local(int slot) => ref locals[slot];

    /// <summary>Takes one step; false when none was left.</summary>
    public bool Step() => --remaining >= 0;

    /// <summary>Takes steps for work upon so many characters or elements; false when too few were left.</summary>
    public bool Work(int size)
    {
        remaining = remaining < 0 ? -1 : remaining - (size / 10) - 1;
        return remaining >= 0;
    }
}
