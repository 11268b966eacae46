using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

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
/// <param name="ParameterSchema">The same as JSON Schema, as written.</param>
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
    IReadOnlyList<RoadParameter> Parameters,
    JsonObject ParameterSchema,
    IReadOnlyDictionary<string, string> Derived,
    IReadOnlyList<string> WhatYouGet,
    IReadOnlyList<string> WhatItCosts,
    string HowToLeave,
    IReadOnlyList<string> Then,
    IReadOnlyList<SkeletonFile> Skeleton)
{
    /// <summary>What templates may name: the parameters and the derived names.</summary>
    internal HashSet<string> Variables => [.. Parameters.Select(parameter => parameter.Name), .. Derived.Keys];
}

/// <summary>A road, or why there is none.</summary>
public sealed record RoadReading(Road? Road, IReadOnlyList<InputProblem> Problems);

public enum RoadParameterType { Text, Integer, Boolean }

/// <summary>One question a road asks; the supported part of JSON Schema, typed.</summary>
/// <param name="Name">The answer's name in templates, flags and files.</param>
/// <param name="Title">Label of the form.</param>
/// <param name="Description">What it means, for who has to answer.</param>
/// <param name="Type">Text unless said otherwise.</param>
/// <param name="Required">Must be answered, when there is no default.</param>
/// <param name="Default">Taken when not answered.</param>
/// <param name="Enum">The only answers there are; empty when any will do.</param>
/// <param name="Pattern">A regular expression the whole of a text must match.</param>
/// <param name="MinLength">Fewest characters of a text.</param>
/// <param name="MaxLength">Most characters of a text.</param>
/// <param name="Minimum">Least number.</param>
/// <param name="Maximum">Greatest number.</param>
/// <param name="EntityKind">The answer is a reference to an entity of this kind.</param>
public sealed record RoadParameter(
    string Name,
    string Title,
    string? Description,
    RoadParameterType Type,
    bool Required,
    JsonNode? Default,
    IReadOnlyList<string> Enum,
    string? Pattern,
    int? MinLength,
    int? MaxLength,
    int? Minimum,
    int? Maximum,
    string? EntityKind);

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
