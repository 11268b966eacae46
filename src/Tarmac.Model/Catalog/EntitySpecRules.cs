using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>The rules of <c>spec</c>, read off the table of well-known kinds.</summary>
internal static class EntitySpecRules
{
    private const string Path = "spec.";

    // An entity's relations are walked whenever it is shown, judged or indexed, and its neighbours are with it.
    private const int MostReferences = 10_000;

    public static void Check(YamlMapping root, string apiVersion, string kind, string entityNamespace, YamlMapping? spec, EntityRules rules)
    {
        if (!Recognise(root, apiVersion, kind, rules, out var known) || known is null) return;
        if (spec is null)
        {
            // A spec of another type has been reported already.
            if (!root.TryGet("spec", out _)) rules.Missing(root, "spec");
            return;
        }
        if (HasTooManyReferences(spec, known, rules)) return;
        foreach (var field in known.Fields) Check(spec, Path, field, entityNamespace, rules);
        if (kind == EntityKinds.Api) CheckApi(spec, rules);
    }

    /// <summary>False when the kind is reported; a kind of somebody else's is fine and has no table.</summary>
    private static bool Recognise(YamlMapping root, string apiVersion, string kind, EntityRules rules, out EntityKind? known)
    {
        known = EntityKinds.WellKnown.GetValueOrDefault(kind)
            ?? EntityKinds.WellKnown.Values.FirstOrDefault(each => string.Equals(each.Name, kind, StringComparison.OrdinalIgnoreCase));
        if (known is null) return !EntityKinds.IsBackstage(apiVersion) || !IsUnknown(root, kind, rules);
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

    private static bool IsUnknown(YamlMapping root, string kind, EntityRules rules)
    {
        var near = Nearest.To(kind, EntityKinds.WellKnown.Keys);
        rules.Report(CatalogCodes.KindUnrecognised, $"Backstage has no kind '{kind}'.", root["kind"]!, "kind",
            (near is null ? "" : $"Is it {near}? ") + "A kind of your own needs an apiVersion of your own, for example example.com/v1.");
        return true;
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

    private static void Check(YamlMapping parent, string path, SpecField field, string entityNamespace, EntityRules rules)
    {
        var name = path + field.Name;
        if (!parent.TryGet(field.Name, out var entry))
        {
            if (field.Required) rules.Missing(parent, name);
            return;
        }
        var value = entry.Value;
        switch (field.Shape)
        {
            case SpecShape.Text:
                Check(value, name, field, entityNamespace, rules);
                break;
            case SpecShape.TextOrPlaceholder when value is YamlScalar { IsText: true }:
                Check(value, name, field, entityNamespace, rules);
                break;
            case SpecShape.TextOrPlaceholder:
                if (!IsPlaceholder(value)) rules.Type(value, name, "text", "Write it as text, or as $text: with the path of the file that holds it.");
                break;
            case SpecShape.TextList when value is YamlSequence list:
                for (var index = 0; index < list.Items.Count; index++) Check(list.Items[index], $"{name}[{index}]", field, entityNamespace, rules);
                break;
            case SpecShape.MappingList when value is YamlSequence list:
                for (var index = 0; index < list.Items.Count; index++) CheckInner(list.Items[index], $"{name}[{index}]", field, entityNamespace, rules);
                break;
            case SpecShape.TextList or SpecShape.MappingList:
                rules.Type(value, name, "a list");
                break;
            case SpecShape.Mapping:
                CheckInner(value, name, field, entityNamespace, rules);
                break;
            case SpecShape.MappingOrList when value is not (YamlMapping or YamlSequence):
                rules.Type(value, name, "a mapping or a list");
                break;
        }
    }

    private static void CheckInner(YamlNode value, string name, SpecField field, string entityNamespace, EntityRules rules)
    {
        if (value is not YamlMapping mapping)
        {
            rules.Type(value, name, "a mapping");
            return;
        }
        foreach (var inner in field.Inner ?? []) Check(mapping, name + ".", inner, entityNamespace, rules);
    }

    private static void Check(YamlNode value, string name, SpecField field, string entityNamespace, EntityRules rules)
    {
        if (rules.Text(value, name, text => text.Length > 0, "it must not be empty") is { } text) CheckText(text, value, name, field, entityNamespace, rules);
    }

    private static void CheckText(string text, YamlNode at, string name, SpecField field, string entityNamespace, EntityRules rules)
    {
        if (field.Choices is not null && !field.Choices.Contains(text))
        {
            rules.Report(CatalogCodes.FieldInvalid, $"{name} is '{EntityRules.Shorten(text)}'.", at, name, $"Use one of: {string.Join(", ", field.Choices)}.");
        }
        // No name holds a brace, so a reference that does can never be one before it is rendered.
        if (field.Relation is null || rules.IsNotRendered(at, name)) return;
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
        else if (wanted == "remotes" && spec[wanted] is YamlSequence { Items.Count: 0 } none)
            rules.Report(CatalogCodes.FieldInvalid, "spec.remotes is empty.", none, Path + wanted, "Write at least one remote, with its type and url.");
    }

    /// <summary>An object with exactly <c>$text</c>, when nobody is there to fill it in.</summary>
    private static bool IsPlaceholder(YamlNode value) =>
        value is YamlMapping { Entries: [{ Key: "$text", Value: YamlScalar { IsText: true } }] };
}
