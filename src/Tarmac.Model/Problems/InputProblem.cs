namespace Tarmac.Model.Problems;

/// <summary>One thing wrong with something a person or a file gave us: what, where, and how to mend it.</summary>
/// <param name="Code">Stable code, lower-case with dashes; its page is docs/errors/CODE.md.</param>
/// <param name="Message">What was wrong, in one sentence, with the offending value where that helps.</param>
/// <param name="File">The file as its author knows it (relative to its repository), when there is one.</param>
/// <param name="Line">First line is 1.</param>
/// <param name="Column">First column is 1.</param>
/// <param name="Field">Dotted path of the field, for example <c>spec.owner</c>.</param>
/// <param name="Cure">What to do about it.</param>
public sealed record InputProblem(
    string Code,
    string Message,
    string? File = null,
    int? Line = null,
    int? Column = null,
    string? Field = null,
    string? Cure = null)
{
    /// <summary>The usual one-line form: <c>file:line:column: message (field). cure</c>.</summary>
    public override string ToString()
    {
        var place = File is null ? "" : Line is null ? $"{File}: " : $"{File}:{Line}:{Column ?? 1}: ";
        var field = Field is null ? "" : $" ({Field})";
        return $"{place}{Message}{field}{(Cure is null ? "" : " " + Cure)}";
    }
}
