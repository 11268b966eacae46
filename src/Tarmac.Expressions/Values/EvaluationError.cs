namespace Tarmac.Expressions.Values;

/// <summary>Why an evaluation has no value.</summary>
/// <param name="Message">What went wrong, in the words of the language definition where it has any.</param>
/// <param name="Position">The character of the source, from 0; -1 when it is not known.</param>
public sealed record EvaluationError(string Message, int Position = -1)
{
    /// <summary>The message of an evaluation that ran out of steps.</summary>
    public const string BudgetMessage = "the evaluation took more steps than its budget allows";

    internal const string NoSuchOverload = "no such overload";

    internal const string Overflow = "integer overflow: the result is outside the range of its type";

    /// <summary>Whether the evaluation was stopped for taking too many steps.</summary>
    public bool IsBudget => Message == BudgetMessage;
}
