using System.Text.Json.Nodes;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>A document that broke a rule: which entity it meant, when that can be told, and what was wrong.</summary>
public sealed record RefusedDocument(EntityRef? Ref, IReadOnlyList<InputProblem> Problems);

/// <summary>The sound entities of a file, and what was wrong with the others.</summary>
public sealed record EntityReadResult(IReadOnlyList<Entity> Entities, IReadOnlyList<InputProblem> Problems)
{
    /// <summary>Every document with a problem. One without a reference may have meant any entity of the file.</summary>
    public IReadOnlyList<RefusedDocument> Refused { get; init; } = [];
}

/// <summary>Reads entities from descriptor files (Backstage's descriptor format, YAML or JSON, several documents a file).</summary>
public static class EntityReader
{
    /// <summary>What one descriptor file may cost: room for some 50,000 entities, since whole organisations are exported as one file.</summary>
    public static YamlLimits Limits { get; } = new(Bytes: 16 * 1024 * 1024, Depth: 64, Nodes: 2_000_000);

    /// <summary>Never throws for any text. An entity with a problem is left out; the others are not.</summary>
    /// <param name="text">The whole text of the file.</param>
    /// <param name="file">The name for messages, as the author knows it.</param>
    /// <param name="limits">What the text may cost; <see cref="Limits"/> when null.</param>
    /// <param name="placeholders">Finds what <c>$text</c>, <c>$json</c> and <c>$yaml</c> name; they stay as they are when null.</param>
    public static EntityReadResult Read(string text, string file, YamlLimits? limits = null, PlaceholderTarget? placeholders = null)
    {
        limits ??= Limits;
        var reading = new Reading(file, placeholders is null ? null : new EntityPlaceholders(placeholders, limits));
        foreach (var part in YamlReader.Parts(text, file, limits)) reading.Add(part);
        return new(reading.Entities, reading.Problems) { Refused = reading.Refused };
    }

    private sealed class Reading(string file, EntityPlaceholders? placeholders)
    {
        private readonly Dictionary<EntityRef, int> seen = [];
        private bool saidNotRendered;

        public List<Entity> Entities { get; } = [];

        public List<InputProblem> Problems { get; } = [];

        public List<RefusedDocument> Refused { get; } = [];

        public void Add(YamlPart part)
        {
            if (part.Problems.Count > 0)
            {
                if (UnrenderedTemplate.In(part, file) is { } notRendered) RefuseTemplate(null, notRendered);
                else Refuse(part.Root is null ? null : Meant(part.Root), part.Problems);
                return;
            }
            if (part.Root is null or YamlScalar { Kind: YamlScalarKind.Null }) return;
            var rules = new EntityRules(file);
            var entity = Read(part.Root, placeholders, rules);
            var meant = entity?.Ref ?? Meant(part.Root);
            if (entity is not null && !seen.TryAdd(entity.Ref, entity.Origin.Line))
            {
                rules.Report(CatalogCodes.Duplicate, $"{entity.Ref} is already declared on line {seen[entity.Ref]}.", part.Root, "metadata.name",
                    "Names are compared without regard to case; rename one of the two or remove it.");
            }
            if (rules.NotRendered is { } template) RefuseTemplate(meant, template);
            else if (entity is null || rules.Problems.Count > 0) Refuse(meant, rules.Problems);
            else Entities.Add(entity);
        }

        private void Refuse(EntityRef? meant, IReadOnlyList<InputProblem> problems)
        {
            Problems.AddRange(problems);
            Refused.Add(new(meant, problems));
        }

        // A skeleton is wrong as a whole: saying so once for the file is all there is to say.
        private void RefuseTemplate(EntityRef? meant, InputProblem notRendered)
        {
            Refuse(meant, saidNotRendered ? [] : [notRendered]);
            saidNotRendered = true;
        }
    }

    /// <summary>The entity a refused document means, if its kind and name can be read.</summary>
    private static EntityRef? Meant(YamlNode document)
    {
        if (document is not YamlMapping root || root["metadata"] is not YamlMapping metadata) return null;
        return root["kind"] is YamlScalar { Text: var kind } && EntityNames.IsKind(kind)
            && metadata["name"] is YamlScalar { Text: var name } && EntityNames.IsName(name)
            ? EntityRef.Of(kind, name, metadata["namespace"] is YamlScalar { Text: var space } && EntityNames.IsNamespace(space) ? space : EntityRef.DefaultNamespace)
            : null;
    }

    private static Entity? Read(YamlNode document, EntityPlaceholders? placeholders, EntityRules rules)
    {
        if (document is not YamlMapping written)
        {
            rules.Report(CatalogCodes.NotAMapping, $"An entity is a mapping with apiVersion, kind, metadata and spec; this is {document.Describe()}.",
                document, null, "Write the entity's fields at the top of the document.");
            return null;
        }
        var root = placeholders?.Fill(written, rules) ?? written;
        // What stands where a placeholder could not be filled in says nothing more about the entity.
        if (rules.Problems.Count > 0) return null;
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
