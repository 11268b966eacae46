using Tarmac.Operability.Checks;

namespace Tarmac.Operability;

/// <summary>
/// Something that must be true of a component so that it can be operated, why, and how to get there. It tests outcomes by
/// evidence from any source, never the use of a tool.
/// </summary>
/// <param name="Aspect">The part of operability it belongs to; FT's names where FT had one.</param>
/// <param name="What">What must be true.</param>
/// <param name="Remedy">What to do when it is not.</param>
/// <param name="Judge">Pure: the same component, evidence and time give the same verdict.</param>
public sealed record Check(
    string Id, string Aspect, string Title, string What, string Why, string Remedy, Severities Severity, Func<Examined, Verdict> Judge)
{
    /// <summary>How much it counts beside the others.</summary>
    public double Weight => 1;
}

/// <summary>All checks, in the order in which they are best read.</summary>
public static class CheckList
{
    public static readonly IReadOnlyList<Check> All =
    [
        .. OwnershipChecks.All,
        .. HealthChecks.All,
        .. RunbookChecks.All,
        .. ReleaseChecks.All,
        .. DependencyChecks.All,
    ];

    private static readonly Dictionary<string, Check> ById = All.ToDictionary(check => check.Id);

    public static Check? Find(string id) => ById.GetValueOrDefault(id);
}
