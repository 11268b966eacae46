using System.Text.Json.Nodes;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>A document that broke a rule: which entity it meant, when that can be told, and what was wrong.</summary>
public sealed record RefusedDocument(EntityRef? Ref, IReadOnlyList<InputProblem> Problems);

/// <summary>The sound entities of a file, and what was wrong with the others.</summary>
public sealed record EntityReadResult(IReadOnlyList<Entity> Entities, IReadOnlyList<InputProblem> Problems)
{
    /// <summary>Every document with a problem; those that are no YAML at all share one without a reference.</summary>
    public IReadOnlyList<RefusedDocument> Refused { get; init; } = [];
}

/// <summary>Reads entities from descriptor files (Backstage's descriptor format, YAML or JSON, several documents a file).</summary>
public static class EntityReader
{
    /// <summary>Never throws for any text. An entity with a problem is left out; the others are not.</summary>
    public static EntityReadResult Read(string text, string file, YamlLimits? limits = null)
    {
        var yaml = YamlReader.Read(text, file, limits);
        var problems = new List<InputProblem>(yaml.Problems);
        var entities = new List<Entity>();
        var refused = new List<RefusedDocument>();
        if (yaml.Problems.Count > 0) refused.Add(new(null, yaml.Problems));
        var seen = new Dictionary<EntityRef, int>();
        foreach (var document in yaml.Documents)
        {
            if (document.IsEmpty) continue;
            var rules = new EntityRules(file);
            var entity = Read(document, rules);
            var meant = entity?.Ref ?? Meant(document);
            if (entity is not null && !seen.TryAdd(entity.Ref, entity.Origin.Line))
            {
                rules.Report(CatalogCodes.Duplicate, $"{entity.Ref} is already declared on line {seen[entity.Ref]}.", document.Root, null,
                    "Names are compared without regard to case; rename one of the two or remove it.");
            }
            problems.AddRange(rules.Problems);
            if (entity is not null && rules.Problems.Count == 0) entities.Add(entity);
            else refused.Add(new(meant, rules.Problems));
        }
        return new(entities, problems) { Refused = refused };
    }

    /// <summary>The entity a refused document means, if its kind and name can be read.</summary>
    private static EntityRef? Meant(YamlDocument document)
    {
        if (document.Root is not YamlMapping root || root["metadata"] is not YamlMapping metadata) return null;
        return root["kind"] is YamlScalar { Text: var kind } && EntityNames.IsKind(kind)
            && metadata["name"] is YamlScalar { Text: var name } && EntityNames.IsName(name)
            ? EntityRef.Of(kind, name, metadata["namespace"] is YamlScalar { Text: var space } && EntityNames.IsNamespace(space) ? space : EntityRef.DefaultNamespace)
            : null;
    }

    private static Entity? Read(YamlDocument document, EntityRules rules)
    {
        if (document.Root is not YamlMapping root)
        {
            rules.Report(CatalogCodes.NotAMapping, $"An entity is a mapping with apiVersion, kind, metadata and spec; this is {document.Root.Describe()}.",
                document.Root, null, "Write the entity's fields at the top of the document.");
            return null;
        }
        foreach (var entry in root.Entries)
        {
            if (entry.Key is "apiVersion" or "kind" or "metadata" or "spec") continue;
            rules.Report(CatalogCodes.FieldUnknown, $"An entity has no field '{EntityRules.Shorten(entry.Key)}'.", entry.Line, entry.Column,
                EntityRules.Shorten(entry.Key), "Only apiVersion, kind, metadata and spec stand at the top; move it under spec or remove it.");
        }

        var apiVersion = rules.Text(root, "apiVersion", "", required: true, EntityNames.IsApiVersion,
            "an apiVersion is [prefix/]version, for example backstage.io/v1alpha1");
        var kind = rules.Text(root, "kind", "", required: true, EntityNames.IsKind, "a kind is 1–63 letters and digits and starts with a letter");
        var metadata = EntityMetadataRules.Read(root, rules);
        var spec = rules.Mapping(root, "spec", "", required: false);
        if (apiVersion is null || kind is null) return null;

        EntitySpecRules.Check(root, apiVersion, kind, metadata?.Namespace ?? EntityRef.DefaultNamespace, spec, rules);
        return metadata is null || rules.Problems.Count > 0 ? null
            : new(apiVersion, kind, metadata, (JsonObject?)spec?.ToJson() ?? [], new(rules.File, root.Line));
    }
}
