namespace Tarmac.Expressions;

/// <summary>How large an expression may be. What an evaluation may cost is the budget of <see cref="CompiledExpression.Evaluate(Bindings, int)"/>.</summary>
/// <param name="SourceLength">The characters of the source.</param>
/// <param name="Nesting">Brackets, calls and conditionals inside one another; the language asks for 32.</param>
/// <param name="Depth">The height of the syntax tree, which a long chain such as <c>1 + 1 + 1</c> raises without any bracket.</param>
public sealed record ExpressionLimits(int SourceLength = 2048, int Nesting = 64, int Depth = 256)
{
    /// <summary>The limits of a check somebody wrote.</summary>
    public static ExpressionLimits Default { get; } = new();

    /// <summary>The steps of one evaluation, unless the caller says otherwise.</summary>
    public const int DefaultBudget = 10_000;

    /// <summary>The most elements of a list or a map that an evaluation may make.</summary>
    public const int MaximumElements = 10_000;

    /// <summary>The most characters of a string, or bytes, that an evaluation may make.</summary>
    public const int MaximumTextLength = 1_000_000;

    /// <summary>The most lists and maps inside one another in a value.</summary>
    public const int MaximumValueDepth = 100;

    // Beyond these a caller's own limits would let the recursion of parser and evaluation outgrow a thread's stack.
    internal int SafeNesting => Math.Min(Nesting, 256);

    internal int SafeDepth => Math.Min(Depth, 512);
}
