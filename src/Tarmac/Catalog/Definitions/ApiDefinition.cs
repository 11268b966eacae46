using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Definitions;

/// <summary>What an API entity says of itself, as a text and what can be told of it.</summary>
/// <param name="Format">openapi, asyncapi, graphql, grpc, or whatever else its type is.</param>
/// <param name="OpenApi">Its operations; null when it is no OpenAPI, or cannot be read as one.</param>
/// <param name="Trouble">Why an OpenAPI cannot be read as one.</param>
public sealed record ApiDefinition(string Text, string Format, OpenApiDescription? OpenApi, string? Trouble)
{
    // Kept exactly as long as the version of the entity it belongs to.
    private static readonly ConditionalWeakTable<Entity, ApiDefinition> Known = [];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public IReadOnlyList<string> Lines => field ??= Text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    public IReadOnlyList<OutlineEntry> Outline => field ??= DefinitionOutline.Of(Format, Text, Lines);

    public string Language => Format switch { "openapi" => "OpenAPI", "asyncapi" => "AsyncAPI", "graphql" => "GraphQL", "grpc" => "gRPC", var other => other };

    public string Extension => Format switch
    {
        "graphql" => "graphql",
        "grpc" => "proto",
        _ => Text.AsSpan().TrimStart().StartsWith("{") ? "json" : Format is "openapi" or "asyncapi" ? "yaml" : "txt",
    };

    /// <summary>The definition of an API; null for other kinds, and for one that has none.</summary>
    public static ApiDefinition? Of(Entity entity) => entity.Kind == EntityKinds.Api && entity.Spec["definition"] is not null ? Known.GetValue(entity, Read) : null;

    private static ApiDefinition Read(Entity entity)
    {
        var text = entity.Spec["definition"] is JsonValue value && value.TryGetValue<string>(out var written) ? written : entity.Spec["definition"]!.ToJsonString(Readable);
        var format = entity.Type?.ToLowerInvariant() ?? "";
        if (format != "openapi") return new(text, format, null, null);
        var (description, trouble) = OpenApiDescription.Read(text);
        return new(text, format, description, trouble);
    }
}
