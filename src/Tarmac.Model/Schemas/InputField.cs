using System.Text.Json.Nodes;

namespace Tarmac.Model.Schemas;

/// <summary>The types a field of an input may have.</summary>
public enum InputKind
{
    Text,
    Integer,
    Number,
    Flag,
    TextList,
}

/// <summary>What a text means beyond being text; it chooses the control on a form and the extra check.</summary>
public enum InputFormat
{
    None,

    /// <summary>A reference to a catalog entity, such as <c>group:default/promotions</c>.</summary>
    EntityRef,

    /// <summary>Text of several lines.</summary>
    MultiLine,
}

/// <summary>One field of the input of an action or a road: what a form renders, the CLI makes an option of, and both check.</summary>
/// <param name="Name">camelCase; the CLI writes it with dashes.</param>
public sealed record InputField(string Name, InputKind Kind)
{
    public string? Title { get; init; }

    public string? Description { get; init; }

    public bool Required { get; init; }

    public JsonNode? Default { get; init; }

    /// <summary>The only values allowed; empty when any is.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>A regular expression the whole text must match; evaluated without backtracking.</summary>
    public string? Pattern { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public string? Example { get; init; }

    public InputFormat Format { get; init; }

    /// <summary>The title, or the name made readable.</summary>
    public string Label => Title ?? Name;

    public static InputField Text(string name, string description, bool required = false) =>
        new(name, InputKind.Text) { Description = description, Required = required };
}
