using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Web;

/// <summary>JSON from outside, refused where others would read it in two ways or not at all: names that occur twice, halves of characters.</summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The object, or null when the text is JSON of another kind.</summary>
    /// <exception cref="JsonException">It is not JSON that can be taken.</exception>
    public static JsonObject? Object(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            return Object(document);
        }
        catch (InvalidOperationException error)
        {
            throw Broken(error);
        }
    }

    /// <inheritdoc cref="Object(string)"/>
    public static async Task<JsonObject?> Object(Stream text, CancellationToken cancellation)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(text, Options, cancellation);
            return Object(document);
        }
        catch (InvalidOperationException error)
        {
            throw Broken(error);
        }
    }

    private static JsonObject? Object(JsonDocument document)
    {
        Read(document.RootElement);
        return document.RootElement.ValueKind == JsonValueKind.Object ? JsonObject.Create(document.RootElement.Clone()) : null;
    }

    private static JsonException Broken(InvalidOperationException error) => new("A text holds half of a surrogate pair.", error);

    // A text is decoded when it is first read, and only then found to be broken.
    private static void Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Read(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }
                break;
        }
    }
}
