namespace Tarmac.Expressions;

/// <summary>An expression that cannot be parsed or does not pass the check against its declarations.</summary>
public sealed class ExpressionException : Exception
{
    /// <summary>An expression refused for one reason or several.</summary>
    public ExpressionException(IReadOnlyList<ExpressionProblem> problems) : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>Every problem found, in the order of the source; parsing stops at its first.</summary>
    public IReadOnlyList<ExpressionProblem> Problems { get; }
}
