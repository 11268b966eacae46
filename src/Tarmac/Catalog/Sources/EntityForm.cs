using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Sources;

/// <summary>Between a form's fields and a descriptor. Pure.</summary>
internal static class EntityForm
{
    // An address has no room for a long definition; one that is left out stays as it was.
    private const int LongestInAddress = 1_500;

    private static readonly string[] Metadata = ["title", "description"];
    private static readonly string[] Texts = ["type", "lifecycle", "system", "domain"];
    private static readonly string[] Lists = ["dependsOn", "providesApis", "consumesApis"];

    /// <param name="before">What was declared before, when something was.</param>
    public static JsonObject Descriptor(ActionCall call, string kind, string name, string? space, string owner, Entity? before)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (space is not null && space != EntityRef.DefaultNamespace) metadata["namespace"] = space;
        foreach (var field in Metadata)
            if (call.TextOrNull(field) is { } text) metadata[field] = text;
        if (List(call, "tags") is { } tags) metadata["tags"] = tags;
        var spec = new JsonObject { ["owner"] = owner };
        foreach (var field in Texts)
            if (call.TextOrNull(field) is { } text) spec[field] = text;
        foreach (var field in Lists)
            if (List(call, field) is { } list) spec[field] = list;
        if ((call.TextOrNull("definition") ?? before?.Spec["definition"]?.ToString()) is { } definition) spec["definition"] = definition;
        return new JsonObject { ["apiVersion"] = "backstage.io/v1alpha1", ["kind"] = kind, ["metadata"] = metadata, ["spec"] = spec };
    }

    /// <summary>The page of the form, filled with what is declared now.</summary>
    public static string EditAddress(CatalogEntry entry)
    {
        var (entity, fields) = (entry.Entity, new List<(string Name, string? Value)> { ("entity", entry.Ref), ("owner", entry.Owner), ("title", entry.Entity.Metadata.Title), ("description", entry.Entity.Metadata.Description) });
        fields.AddRange(Texts.Select(field => (field, (entity.Spec[field] as JsonValue)?.ToString())));
        fields.AddRange(Lists.Select(field => (field, (string?)string.Join('\n', (entity.Spec[field] as JsonArray ?? []).Select(item => item?.ToString())))));
        fields.Add(("tags", string.Join('\n', entity.Metadata.Tags)));
        if ((entity.Spec["definition"] as JsonValue)?.ToString() is { Length: <= LongestInAddress } definition) fields.Add(("definition", definition));
        fields.Add((ActionForm.Filled, "yes"));
        fields.Add((ActionForm.Back, EntityAddress.Of(entry.Ref)));
        return "/actions/entity.edit?" + string.Join('&', fields.Where(field => !string.IsNullOrEmpty(field.Value)).Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value!)}"));
    }

    private static JsonArray? List(ActionCall call, string field) => call.Input[field] is JsonArray { Count: > 0 } list ? (JsonArray)list.DeepClone() : null;
}
