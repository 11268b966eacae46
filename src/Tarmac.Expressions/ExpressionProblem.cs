namespace Tarmac.Expressions;

/// <summary>What is wrong with an expression, where, and what to do about it.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The character of the line, from 1.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Cure">What to write instead.</param>
public sealed record ExpressionProblem(int Line, int Column, string Message, string Cure)
{
    /// <summary>The problem in one line.</summary>
    public override string ToString() => $"{Line}:{Column}: {Message}; {Cure}";

    internal static ExpressionProblem At(string source, int offset, string message, string cure)
    {
        var line = 1;
        var start = 0;
        for (var index = 0; index < offset && index < source.Length; index++)
        {
            if (source[index] != '\n') continue;
            line++;
            start = index + 1;
        }
        var column = 1;
        for (var index = start; index < offset && index < source.Length; index++)
            if (!char.IsLowSurrogate(source[index])) column++;
        return new ExpressionProblem(line, column, message, cure);
    }
}
