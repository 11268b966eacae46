using System.Text.Json.Nodes;

namespace Tarmac.Model.Catalog;

/// <summary>Where an entity was declared.</summary>
/// <param name="File">The file as its author knows it.</param>
/// <param name="Line">The first line of its document; first line of the file is 1.</param>
public sealed record EntityOrigin(string File, int Line);

/// <summary>A link of an entity.</summary>
public sealed record EntityLink(string Url, string? Title, string? Icon, string? Type);

/// <summary>The metadata of an entity; all of it, known or not, is in <see cref="Json"/>, which nobody may change.</summary>
public sealed record EntityMetadata(string Name, string Namespace, string? Title, string? Description,
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations,
    IReadOnlyList<string> Tags, IReadOnlyList<EntityLink> Links, JsonObject Json);

/// <summary>A Location's targets.</summary>
/// <param name="Type">The reader to use, such as <c>file</c> or <c>url</c>; null means the one that read the Location.</param>
/// <param name="Targets">Where to look: <c>target</c> first, then <c>targets</c>.</param>
/// <param name="Required">False when a missing target is no error (<c>presence: optional</c>).</param>
public sealed record EntityLocation(string? Type, IReadOnlyList<string> Targets, bool Required);

/// <summary>
/// A thing with an owner, as declared. Made by <see cref="EntityReader"/> only when every rule of its kind holds.
/// <see cref="Spec"/> is shared: read it, never change it.
/// </summary>
public sealed record Entity(string ApiVersion, string Kind, EntityMetadata Metadata, JsonObject Spec, EntityOrigin Origin)
{
    public EntityRef Ref { get; } = EntityRef.Of(Kind, Metadata.Name, Metadata.Namespace);

    /// <summary>Who owns it: <c>spec.owner</c>, a Group unless it says otherwise; null when there is none or it cannot be read.</summary>
    public EntityRef? Owner { get; } =
        EntityRef.TryParse(TextOf(Spec, "owner"), EntityKinds.Group, Metadata.Namespace, out var owner, out _) ? owner : null;

    /// <summary><c>spec.type</c>, for example service, library, openapi, database, team.</summary>
    public string? Type => TextOf(Spec, "type");

    /// <summary><c>spec.lifecycle</c>, for example experimental, production, deprecated.</summary>
    public string? Lifecycle => TextOf(Spec, "lifecycle");

    /// <summary>The best name to show: the profile's display name, the title, the name.</summary>
    public string DisplayName => (Spec["profile"] is JsonObject profile ? TextOf(profile, "displayName") : null) ?? Metadata.Title ?? Metadata.Name;

    /// <summary>The targets, for a Location; null for every other kind.</summary>
    public EntityLocation? Location => Kind != EntityKinds.Location ? null
        : new(Type, [.. TextOf(Spec, "target") is { } target ? [target] : Array.Empty<string>(), .. TextsOf(Spec, "targets")],
            TextOf(Spec, "presence") != "optional");

    /// <summary>A fresh descriptor: apiVersion, kind, metadata, spec, as the file said.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = ApiVersion,
        ["kind"] = Kind,
        ["metadata"] = Metadata.Json.DeepClone(),
        ["spec"] = Spec.DeepClone(),
    };

    /// <summary>A field that holds text; null when it is absent or holds something else.</summary>
    internal static string? TextOf(JsonObject json, string field) =>
        json[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The texts of a list field; empty when it is absent or no list.</summary>
    internal static IEnumerable<string> TextsOf(JsonObject json, string field)
    {
        if (json[field] is not JsonArray items) yield break;
        foreach (var item in items)
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text)) yield return text;
        }
    }
}
