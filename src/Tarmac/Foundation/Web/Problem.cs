using Tarmac.Model.Problems;

namespace Tarmac.Foundation.Web;

/// <summary>
/// A refusal that a person can act on, answered as RFC 9457 problem details and shown on pages by the same fields.
/// <see cref="Code"/> is stable and has a page under docs/errors.
/// </summary>
public sealed class Problem(int status, string code, string title, string? detail = null, string? cure = null, IReadOnlyList<InputProblem>? problems = null)
    : Exception(detail is null ? title : title + " " + detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Title { get; } = title;

    public string? Detail { get; } = detail;

    public string? Cure { get; } = cure;

    public IReadOnlyList<InputProblem> Problems { get; } = problems ?? [];

    public string Docs => "/docs/errors/" + Code;

    public static Problem InvalidInput(IReadOnlyList<InputProblem> problems) =>
        new(422, "invalid-input", "The input has " + (problems.Count == 1 ? "a problem." : $"{problems.Count} problems."),
            string.Join(" ", problems.Select(p => p.ToString())), "Mend what is named, then try again.", problems);

    public static Problem NotFound(string what, string name, string? cure = null) =>
        new(404, "not-found", $"There is no {what} named {name}.", null, cure);

    public static Problem Forbidden(string detail, string cure) =>
        new(403, "not-owner", "Only the owning team may do this.", detail, cure);
}
