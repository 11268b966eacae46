using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tarmac.Catalog.Backstage;

/// <summary>One thing to filter by.</summary>
/// <param name="Key">A dotted path in lower case, such as <c>spec.type</c> or <c>metadata.tags.java</c>.</param>
/// <param name="Text">The value as the entity has it; null for what has none, or one too long to be searched.</param>
public readonly record struct EntityField(string Key, string? Text);

/// <summary>
/// An entity flattened the way Backstage flattens it. An item of a list is a value of the list's key, and a text in it is
/// also a key of its own with the value <c>true</c>. Relations are not here: they change with other entities.
/// </summary>
public static class BackstageFields
{
    /// <summary>Longer keys and values cannot be searched for.</summary>
    public const int Longest = 200;

    private const string Annotations = "metadata.annotations.";
    private const string True = "true";

    // Found by rules of their own, or not at all.
    private static readonly HashSet<string> Special = ["metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag"];

    /// <summary>Every field, each key and value once.</summary>
    public static IReadOnlyCollection<EntityField> Of(CatalogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var fields = new HashSet<EntityField>();
        foreach (var key in (string[])["apiversion", "kind", "metadata.name", "metadata.namespace", "metadata.uid"])
            foreach (var text in Values(entry, key)) Add(fields, key, text);
        var shown = ShownEntity.Annotations(entry);
        foreach (var (name, text) in shown) Add(fields, Annotations + name, text);
        Visit(fields, "metadata", entry.Entity.Metadata.Json, shown.Select(annotation => Annotations + annotation.Name).ToHashSet());
        Visit(fields, "spec", entry.Entity.Spec, []);
        return fields;
    }

    /// <summary>The values of one field, as <see cref="Of"/> has them, without looking at the rest.</summary>
    /// <param name="key">In lower case.</param>
    public static List<string?> Values(CatalogEntry entry, string key)
    {
        var values = new List<string?>();
        Collect(entry, key, values);
        return values;
    }

    /// <inheritdoc cref="Values"/>
    internal static void Collect(CatalogEntry entry, string key, List<string?> values)
    {
        if (key.Length > Longest) return;
        var entity = entry.Entity;
        switch (key)
        {
            case "kind":
                values.Add(entity.Kind);
                break;
            case "apiversion":
                values.Add(Searchable(entity.ApiVersion));
                break;
            case "metadata.name":
                values.Add(entity.Metadata.Name);
                break;
            case "metadata.namespace":
                values.Add(entity.Metadata.Namespace);
                break;
            case "metadata.uid":
                values.Add(EntityUid.Of(entry.Ref));
                break;
            case "metadata.etag":
                break;
            default:
                if (key.StartsWith("spec.", StringComparison.Ordinal)) Collect(entity.Spec, key.AsSpan(4), values);
                else if (key.StartsWith("metadata.", StringComparison.Ordinal) && !CollectAnnotation(entry, key, values)) Collect(entity.Metadata.Json, key.AsSpan(8), values);
                break;
        }
    }

    /// <summary>The text of a value in JSON; null for null.</summary>
    public static string? TextOf(JsonNode? value) => value switch
    {
        null => null,
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    private static string? Searchable(string? text) => text is { Length: <= Longest } ? text : null;

    private static bool CollectAnnotation(CatalogEntry entry, string key, List<string?> values)
    {
        if (!key.StartsWith(Annotations, StringComparison.Ordinal)) return false;
        foreach (var (name, text) in ShownEntity.Annotations(entry))
        {
            if (!key.AsSpan(Annotations.Length).Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            values.Add(Searchable(text));
            return true;
        }
        return false;
    }

    /// <param name="rest">What is left of the key at this place: nothing, or a dot and more.</param>
    private static void Collect(JsonNode? node, ReadOnlySpan<char> rest, List<string?> values)
    {
        switch (node)
        {
            case JsonObject fields:
                if (rest.IsEmpty) return;
                foreach (var (name, value) in fields)
                    if (rest[1..].StartsWith(name, StringComparison.OrdinalIgnoreCase) && (rest.Length == name.Length + 1 || rest[name.Length + 1] == '.'))
                        Collect(value, rest[(name.Length + 1)..], values);
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Collect(item, rest, values);
                    if (!rest.IsEmpty && item is JsonValue && item.GetValueKind() == JsonValueKind.String
                        && rest[1..].Equals(item.GetValue<string>(), StringComparison.OrdinalIgnoreCase) && !values.Contains(True)) values.Add(True);
                }
                break;
            default:
                if (rest.IsEmpty && Searchable(TextOf(node)) is var text && !values.Contains(text)) values.Add(text);
                break;
        }
    }

    private static void Visit(HashSet<EntityField> fields, string path, JsonNode? node, HashSet<string> replaced)
    {
        if (Special.Contains(path) || replaced.Contains(path)) return;
        switch (node)
        {
            case JsonObject inner:
                foreach (var (name, value) in inner) Visit(fields, path + "." + name, value, replaced);
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Visit(fields, path, item, replaced);
                    if (item is JsonValue && item.GetValueKind() == JsonValueKind.String) Add(fields, path + "." + item.GetValue<string>(), True);
                }
                break;
            default:
                Add(fields, path, TextOf(node));
                break;
        }
    }

    private static void Add(HashSet<EntityField> fields, string path, string? text)
    {
        if (path.Length <= Longest) fields.Add(new EntityField(path.ToLowerInvariant(), Searchable(text)));
    }
}
