using Tarmac.Model.Problems;

namespace Tarmac.Runtimes.Local;

/// <summary>The local runtime cannot do what was asked; the problem says why and what to do.</summary>
public sealed class LocalRuntimeException(InputProblem problem, Exception? inner = null) : Exception(problem.Message, inner)
{
    public InputProblem Problem { get; } = problem;

    public string Code => Problem.Code;

    /// <summary>The same as an answer to whoever asked for it. Trying again would not mend it.</summary>
    public Foundation.Web.Problem ForPeople() => new(503, Code, Problem.Message, null, Problem.Cure);

    internal static LocalRuntimeException UnknownProcess(string id) => new(new InputProblem(
        "process-unknown", $"There is no process {id}.", Cure: "Look at the list of processes; it may have been removed."));

    internal static LocalRuntimeException InvalidSpec(string message, string field, string cure) =>
        new(new InputProblem("process-spec-invalid", message, Field: field, Cure: cure));
}
