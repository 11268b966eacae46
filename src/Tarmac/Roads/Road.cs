using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;
using Tarmac.Model.Schemas;

namespace Tarmac.Roads;

/// <summary>How far a road may be trusted: alpha may change without an upgrade, beta is upgraded, ga is supported.</summary>
public enum RoadStage { Alpha, Beta, Ga }

/// <summary>A paved road as its folder describes it, skeleton and all. Checked: rendering it can only fail over answers.</summary>
/// <param name="Name">DNS label; the folder's name.</param>
/// <param name="Title">For people.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Version">MAJOR.MINOR.PATCH; recorded in every service made from it.</param>
/// <param name="Owner">The group that keeps it.</param>
/// <param name="Stage">How far it may be trusted.</param>
/// <param name="Parameters">What it asks, in the order of the form.</param>
/// <param name="Derived">Names computed from the answers, in order; each may use those before it.</param>
/// <param name="WhatYouGet">One line each.</param>
/// <param name="WhatItCosts">One line each.</param>
/// <param name="HowToLeave">What to do to stop following it.</param>
/// <param name="Then">The next steps after creating.</param>
/// <param name="Skeleton">Its files, sorted by path.</param>
public sealed record Road(
    string Name,
    string Title,
    string Description,
    string Version,
    EntityRef Owner,
    RoadStage Stage,
    InputSchema Parameters,
    IReadOnlyDictionary<string, string> Derived,
    IReadOnlyList<string> WhatYouGet,
    IReadOnlyList<string> WhatItCosts,
    string HowToLeave,
    IReadOnlyList<string> Then,
    IReadOnlyList<SkeletonFile> Skeleton)
{
    /// <summary>What templates may name: the parameters and the derived names.</summary>
    internal HashSet<string> Variables => [.. Parameters.Fields.Select(parameter => parameter.Name), .. Derived.Keys];
}

/// <summary>A road, or why there is none.</summary>
public sealed record RoadReading(Road? Road, IReadOnlyList<InputProblem> Problems);

/// <summary>One file of a skeleton.</summary>
/// <param name="Path">Below the skeleton, with slashes; may hold expressions.</param>
/// <param name="Content">As it lies there.</param>
/// <param name="Executable">Its owner may execute it.</param>
public sealed record SkeletonFile(string Path, ReadOnlyMemory<byte> Content, bool Executable)
{
    /// <summary>Files of this ending are rendered and lose it; all others are copied byte for byte.</summary>
    public const string TemplateEnding = ".liquid";

    public bool IsTemplate => Path.EndsWith(TemplateEnding, StringComparison.Ordinal);
}
