using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Cli.Foundation;

/// <summary>Reading answers leniently: a member that is missing or of another type is null, never an exception,
/// so that this CLI serves platforms a little older or newer than itself.</summary>
internal static class JsonReading
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) node = node is JsonObject json && json.TryGetPropertyValue(name, out var member) ? member : null;
        return node;
    }

    /// <summary>The member as text; numbers and booleans as they are written.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => null,
    };

    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static double? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        double.TryParse(node.Text(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The items of a list, or of the list that an answer carries as <c>items</c>.</summary>
    public static IEnumerable<JsonNode> List(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        var at = node.At(path);
        var list = at as JsonArray ?? at.At("items") as JsonArray;
        return list is null ? [] : list.OfType<JsonNode>();
    }

    public static string Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        string.Join(", ", node.List(path).Select(item => item.Text()));

    public static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Indented(this JsonNode? node) => Write(node, indented: true);

    public static string OnOneLine(this JsonNode? node) => Write(node, indented: false);

    private static string Write(JsonNode? node, bool indented)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        // The relaxed encoder leaves letters of all languages legible; this text goes to terminals and files, not into HTML.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            if (node is null) writer.WriteNullValue();
            else node.WriteTo(writer);
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
