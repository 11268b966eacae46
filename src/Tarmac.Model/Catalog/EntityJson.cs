using System.Text.Json.Nodes;

namespace Tarmac.Model.Catalog;

/// <summary>Reads back a descriptor that <see cref="Entity.ToJson"/> wrote. It was sound when it was written, so nothing is checked again.</summary>
public static class EntityJson
{
    public static Entity Read(JsonObject document, EntityOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(document);
        var metadata = (JsonObject)document["metadata"]!;
        return new Entity(Text(document, "apiVersion")!, Text(document, "kind")!, new EntityMetadata(
            Text(metadata, "name")!, Text(metadata, "namespace") ?? EntityRef.DefaultNamespace, Text(metadata, "title"), Text(metadata, "description"),
            Texts(metadata["labels"]), Texts(metadata["annotations"]), [.. Entity.TextsOf(metadata, "tags")], Links(metadata["links"]), metadata),
            document["spec"] as JsonObject ?? [], origin);
    }

    private static string? Text(JsonObject json, string field) => Entity.TextOf(json, field);

    private static Dictionary<string, string> Texts(JsonNode? json) =>
        json is JsonObject fields ? fields.ToDictionary(field => field.Key, field => field.Value!.GetValue<string>(), StringComparer.Ordinal) : [];

    private static List<EntityLink> Links(JsonNode? json) => json is not JsonArray links ? [] :
        [.. links.OfType<JsonObject>().Select(link => new EntityLink(Text(link, "url")!, Text(link, "title"), Text(link, "icon"), Text(link, "type")))];
}
