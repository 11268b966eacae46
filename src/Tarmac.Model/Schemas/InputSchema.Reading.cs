using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Schemas;

/// <summary>A schema that was read, or null and what was wrong with it.</summary>
public sealed record InputSchemaReadResult(InputSchema? Schema, IReadOnlyList<InputProblem> Problems);

public sealed partial record InputSchema
{
    private static readonly FieldCodes Codes = new(SchemaCodes.Invalid, SchemaCodes.KeywordUnsupported, SchemaCodes.Invalid, SchemaCodes.Invalid);

    /// <summary>Reads a schema from a text that holds nothing else.</summary>
    public static InputSchemaReadResult FromYaml(string text, string file)
    {
        var yaml = YamlReader.Read(text, file);
        if (yaml.Problems.Count > 0) return new(null, yaml.Problems);
        return yaml.Documents is [var only] ? FromYaml(only.Root, file)
            : new(null, [new(SchemaCodes.Invalid, $"The file holds {yaml.Documents.Count} documents where one schema is expected.", file, 1, 1, Cure: "Write one mapping of type object.")]);
    }

    /// <summary>Reads a schema from JSON; places in problems are those of the JSON written on one line.</summary>
    public static InputSchemaReadResult FromJson(JsonObject json, string file)
    {
        ArgumentNullException.ThrowIfNull(json);
        return FromYaml(json.ToJsonString(), file);
    }

    /// <summary>Reads a schema from a node of a larger document. A keyword that is not supported is a problem, never ignored.</summary>
    public static InputSchemaReadResult FromYaml(YamlNode node, string file)
    {
        var problems = new List<InputProblem>();
        if (YamlFields.Root(node, file, Codes, problems) is not { } root) return new(null, problems);
        var schema = Read(root);
        return new(problems.Count == 0 ? schema : null, problems);
    }

    /// <summary>Reads the schema a field of a larger document holds; what is wrong is reported there, with the codes and paths of that document.</summary>
    public static InputSchema Read(YamlFields root)
    {
        root.Word("type", ["object"], required: true);
        root.Word("$schema", ["https://json-schema.org/draft/2020-12/schema"]);
        if (root.Flag("additionalProperties") == true) root.WrongValue("additionalProperties", "Fields nobody declared are always refused.", "Remove the line.");
        var required = root.Texts("required") ?? [];
        var fields = new List<InputField>();
        if (root.Map("properties") is { } properties)
        {
            foreach (var entry in properties.Mapping.Entries)
            {
                properties.Entry(entry.Key);
                if (Field(properties, entry, required.Contains(entry.Key)) is { } field) fields.Add(field);
            }
            foreach (var missing in required.Where(name => !properties.Has(name))) root.WrongValue("required", $"'{missing}' is required but is no property.", "Declare it under properties, or remove it here.");
            foreach (var clash in fields.GroupBy(field => field.OptionName).Where(group => group.Count() > 1))
            {
                properties.WrongValue(clash.Last().Name, $"{clash.Last().Name} and {clash.First().Name} would be the same option {clash.Key}.", "Rename one of the two.");
            }
        }
        root.RefuseUnknown();
        return new(fields);
    }

    private static InputField? Field(YamlFields properties, YamlEntry entry, bool required)
    {
        if (!FieldName().IsMatch(entry.Key))
        {
            properties.WrongValue(entry.Value, properties.PathOf(entry.Key), $"'{entry.Key}' cannot be the name of a field.", "Use a lower-case letter and then letters and digits, as in serviceName.");
            return null;
        }
        if (properties.Map(entry) is not { } json || json.Word("type", ["string", "integer", "number", "boolean", "array"], required: true) is not { } type) return null;
        var kind = type switch
        {
            "string" => InputKind.Text,
            "integer" => InputKind.Integer,
            "number" => InputKind.Number,
            "boolean" => InputKind.Flag,
            _ => InputKind.TextList,
        };
        var field = new InputField(entry.Key, kind) { Title = json.Text("title"), Description = json.Text("description"), Required = required };
        if (kind == InputKind.Text) field = TextRules(json, field);
        if (kind == InputKind.TextList && json.Map("items", required: true) is { } items)
        {
            items.Word("type", ["string"], required: true);
            field = TextRules(items, field);
            items.RefuseUnknown();
        }
        if (kind is InputKind.Integer or InputKind.Number) field = field with { Minimum = Number(json, "minimum"), Maximum = Number(json, "maximum") };
        if (json.List("examples") is [var example, ..]) field = field with { Example = example is YamlScalar scalar ? scalar.Text : example.ToJson()?.ToJsonString() };
        if (json.Entry("default") is { } given) field = field with { Default = given.Value.ToJson() };
        json.RefuseUnknown();
        CheckBounds(json, field);
        return field;
    }

    private static InputField TextRules(YamlFields json, InputField field)
    {
        var format = json.Word("format", [.. Formats.Values]);
        var pattern = json.Text("pattern");
        field = field with
        {
            Choices = json.Texts("enum") ?? [],
            MinLength = json.Integer("minLength", minimum: 0),
            MaxLength = json.Integer("maxLength", minimum: 0),
            Format = Formats.FirstOrDefault(each => each.Value == format).Key,
            EntityKind = json.Text("x-entity-kind"),
        };
        if (field.EntityKind is not null && field.Format != InputFormat.EntityRef) json.WrongValue("x-entity-kind", "Only a field of format entity-ref has a kind of entity.", "Add format: entity-ref.");
        if (json.Has("enum") && field.Choices.Count == 0) json.WrongValue("enum", "There is nothing to choose from.", "List the choices, or remove enum.");
        if (pattern is null) return field;
        try
        {
            field = field with { Pattern = pattern };
            field.Matches("");
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            json.WrongValue("pattern", $"The pattern cannot be used: {error.Message}", "Write a regular expression without lookaround and backreferences.");
            return field with { Pattern = null };
        }
        // JSON Schema lets an unanchored pattern match anywhere; forms and readers take it for the whole text. Say which.
        if (!pattern.StartsWith('^') || !pattern.EndsWith('$')) json.WrongValue("pattern", "The pattern must say that it means the whole text.", $"Write ^{field.Pattern}$.");
        return field;
    }

    private static double? Number(YamlFields json, string key)
    {
        if (json.Entry(key) is not { } entry) return null;
        if (entry.Value is YamlScalar { Kind: YamlScalarKind.Integer or YamlScalarKind.Float } && InputValue.TryNumber(entry.Value.ToJson()!, out var number)) return number;
        json.WrongType(entry, "a number");
        return null;
    }

    /// <summary>A schema nobody can satisfy, or whose default breaks its own rules, is a mistake best found here.</summary>
    private static void CheckBounds(YamlFields json, InputField field)
    {
        if (field.MinLength > field.MaxLength) json.WrongValue("minLength", "minLength is more than maxLength.", "Swap them.");
        if (field.Minimum > field.Maximum) json.WrongValue("minimum", "minimum is more than maximum.", "Swap them.");
        if (field.Default is null || json.Problems.Count > 0) return;
        var problems = new List<InputProblem>();
        InputValue.Read(field, field.Default, problems);
        foreach (var problem in problems) json.WrongValue("default", $"The default breaks the field's own rules: {problem.Message}", "Change the default or the rule.");
    }

    [GeneratedRegex(@"\A[a-z][A-Za-z0-9]{0,62}\z")]
    private static partial Regex FieldName();
}
