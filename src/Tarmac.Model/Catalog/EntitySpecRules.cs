using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>The rules of <c>spec</c>, read off the table of well-known kinds.</summary>
internal static class EntitySpecRules
{
    private const string Path = "spec.";

    // An entity's relations are walked whenever it is shown, judged or indexed, and its neighbours are with it.
    private const int MostReferences = 2_000;

    public static void Check(YamlMapping root, string apiVersion, string kind, string entityNamespace, YamlMapping? spec, EntityRules rules)
    {
        if (!Recognise(root, apiVersion, kind, rules, out var known) || known is null) return;
        if (spec is null)
        {
            // A spec of another type has been reported already.
            if (!root.TryGet("spec", out var entry) || entry.Value is YamlScalar { Kind: YamlScalarKind.Null }) rules.Missing(root, "spec");
            return;
        }
        if (HasTooManyReferences(spec, known, rules)) return;
        foreach (var field in known.Fields) Check(spec, field, entityNamespace, rules);
        if (kind == EntityKinds.Api) CheckApi(spec, rules);
    }

    /// <summary>False when the kind is reported; a kind of somebody else's is fine and has no table.</summary>
    private static bool Recognise(YamlMapping root, string apiVersion, string kind, EntityRules rules, out EntityKind? known)
    {
        known = EntityKinds.WellKnown.GetValueOrDefault(kind)
            ?? EntityKinds.WellKnown.Values.FirstOrDefault(each => string.Equals(each.Name, kind, StringComparison.OrdinalIgnoreCase));
        if (known is null) return true;
        if (known.Name != kind)
        {
            rules.Report(CatalogCodes.KindUnrecognised, $"The kind '{kind}' is written '{known.Name}'.", root["kind"]!, "kind", $"Write kind: {known.Name}.");
            return false;
        }
        if (known.ApiVersions.Contains(apiVersion)) return true;
        rules.Report(CatalogCodes.KindUnrecognised, $"{kind} is not known under apiVersion '{apiVersion}'.", root["apiVersion"]!, "apiVersion",
            $"Write apiVersion: {known.ApiVersions[0]}, or give a kind of your own another name.");
        return false;
    }

    /// <summary>True when it is reported; its references are then not looked at one by one.</summary>
    private static bool HasTooManyReferences(YamlMapping spec, EntityKind known, EntityRules rules)
    {
        var left = MostReferences;
        foreach (var field in known.Fields)
        {
            if (field.Relation is null || spec[field.Name] is not YamlSequence list) continue;
            if (list.Items.Count > left)
            {
                rules.Report(CatalogCodes.TooManyReferences, $"The entity names more than {MostReferences} others; this one is too many.", list.Items[left],
                    $"{Path}{field.Name}[{left}]", "Name what it uses directly, or let the others name it: both directions are shown whoever says so.");
                return true;
            }
            left -= list.Items.Count;
        }
        return false;
    }

    private static void Check(YamlMapping spec, SpecField field, string entityNamespace, EntityRules rules)
    {
        var name = Path + field.Name;
        if (!spec.TryGet(field.Name, out var entry))
        {
            if (field.Required) rules.Missing(spec, name);
            return;
        }
        var value = entry.Value;
        switch (field.Shape)
        {
            case SpecShape.Text:
                if (rules.Text(value, name, text => text.Length > 0, "it must not be empty") is { } only) CheckText(only, value, name, field, entityNamespace, rules);
                break;
            case SpecShape.TextOrPlaceholder:
                if (!IsPlaceholder(value)) rules.Text(value, name, text => text.Length > 0, "it must not be empty");
                break;
            case SpecShape.TextList when value is YamlSequence list:
                for (var index = 0; index < list.Items.Count; index++)
                {
                    var itemName = $"{name}[{index}]";
                    if (rules.Text(list.Items[index], itemName, text => text.Length > 0, "it must not be empty") is { } item)
                    {
                        CheckText(item, list.Items[index], itemName, field, entityNamespace, rules);
                    }
                }
                break;
            case SpecShape.MappingList when value is YamlSequence list:
                for (var index = 0; index < list.Items.Count; index++)
                {
                    if (list.Items[index] is not YamlMapping) rules.Type(list.Items[index], $"{name}[{index}]", "a mapping");
                }
                break;
            case SpecShape.TextList or SpecShape.MappingList:
                rules.Type(value, name, "a list");
                break;
            case SpecShape.Mapping when value is not YamlMapping:
                rules.Type(value, name, "a mapping");
                break;
            case SpecShape.MappingOrList when value is not (YamlMapping or YamlSequence):
                rules.Type(value, name, "a mapping or a list");
                break;
        }
    }

    private static void CheckText(string text, YamlNode at, string name, SpecField field, string entityNamespace, EntityRules rules)
    {
        if (field.Choices is not null && !field.Choices.Contains(text))
        {
            rules.Report(CatalogCodes.FieldInvalid, $"{name} is '{EntityRules.Shorten(text)}'.", at, name, $"Use one of: {string.Join(", ", field.Choices)}.");
        }
        if (field.Relation is null) return;
        if (!EntityRef.TryParse(text, field.DefaultKind, entityNamespace, out var reference, out var why))
        {
            rules.Report(CatalogCodes.ReferenceInvalid, why, at, name, field.DefaultKind is null && !text.Contains(':')
                ? $"Say which kind it is, for example component:{EntityRules.Shorten(text)}."
                : "A reference is [kind:][namespace/]name, for example group:default/payments.");
        }
        else if (field.AllowedKinds is not null && !field.AllowedKinds.Any(reference.IsKind))
        {
            rules.Report(CatalogCodes.ReferenceInvalid, $"{name} names a {reference.Kind}; it must be a {string.Join(" or a ", field.AllowedKinds)}.", at, name,
                $"Name a {field.AllowedKinds[0]}.");
        }
    }

    private static void CheckApi(YamlMapping spec, EntityRules rules)
    {
        var wanted = spec["type"] is YamlScalar { Text: "mcp-server" } ? "remotes" : "definition";
        if (spec[wanted] is null) rules.Missing(spec, Path + wanted);
    }

    /// <summary>An object with exactly one of Backstage's placeholder keys; whoever has the files fills it in.</summary>
    private static bool IsPlaceholder(YamlNode value) =>
        value is YamlMapping { Entries: [{ Key: "$text" or "$json" or "$yaml", Value: YamlScalar { IsText: true } }] };
}
