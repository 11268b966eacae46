using System.Text.Json.Nodes;

namespace Tarmac.Catalog.Definitions;

/// <summary>Fields of a document that may be anything: what is not of the kind expected is not there.</summary>
internal static class Json
{
    public static JsonObject? Object(JsonObject? json, string field) => json?[field] as JsonObject;

    public static IEnumerable<JsonNode?> List(JsonObject? json, string field) => json?[field] as JsonArray ?? [];

    public static string? Text(JsonObject? json, string field) => Text(json?[field]);

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool Flag(JsonObject? json, string field) => json?[field] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
