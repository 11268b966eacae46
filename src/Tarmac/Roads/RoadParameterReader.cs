using System.Text.RegularExpressions;
using Tarmac.Model.Yaml;

namespace Tarmac.Roads;

/// <summary>The questions of a road: the part of JSON Schema that a form, flags and an answers file can all express. Other keywords are refused, not ignored.</summary>
internal static class RoadParameterReader
{
    public static IReadOnlyList<RoadParameter> Read(YamlFields schema)
    {
        schema.Word("type", ["object"], required: true);
        var required = schema.Texts("required") ?? [];
        var properties = schema.Map("properties", required: true);
        schema.RefuseUnknown();
        var parameters = new List<RoadParameter>();
        foreach (var entry in properties?.Mapping.Entries ?? [])
        {
            if (!RoadFile.VariablePattern.IsMatch(entry.Key))
                properties!.WrongValue(entry.Key, $"\"{entry.Key}\" is no name for a parameter.", "Use lower-case letters, digits and underscores, a letter first.");
            if (properties!.Map(entry) is { } fields) parameters.Add(Parameter(entry.Key, fields, required.Contains(entry.Key, StringComparer.Ordinal)));
        }
        foreach (var name in required.Where(name => parameters.All(parameter => parameter.Name != name)))
            schema.WrongValue("required", $"\"{name}\" is required but not asked.", "Describe it under properties, or take it off the list.");
        if (properties is not null && parameters.All(parameter => parameter.Name != "name"))
            properties.WrongValue(properties.Mapping, properties.Path, "The road does not ask for a name.", "Add a parameter `name`: the repository and the service are called by it.");
        return parameters;
    }

    private static RoadParameter Parameter(string name, YamlFields fields, bool required)
    {
        var type = fields.Word("type", ["string", "integer", "boolean"], required: true) switch
        {
            "integer" => RoadParameterType.Integer,
            "boolean" => RoadParameterType.Boolean,
            _ => RoadParameterType.Text,
        };
        var title = fields.Text("title", minimum: 1) ?? name;
        var description = fields.Text("description");
        var words = fields.Texts("enum") ?? [];
        var format = fields.Word("format", ["entity-ref"]);
        var kind = fields.Text("x-entity-kind", required: format is not null, minimum: 1);
        var pattern = fields.Text("pattern", minimum: 1, maximum: 500);
        if (pattern is not null && !IsPattern(pattern, out var reason))
            fields.WrongValue("pattern", $"The pattern cannot be used: {reason}", "Use a regular expression without look-around and back-references; they can take for ever.");
        var parameter = new RoadParameter(name, title, description, type, required, fields.Entry("default")?.Value.ToJson(), words, pattern,
            fields.Integer("minLength", minimum: 0), fields.Integer("maxLength", minimum: 1), fields.Integer("minimum"), fields.Integer("maximum"),
            format is null ? null : kind);
        fields.RefuseUnknown();
        if (parameter.Default is not null && RoadAnswers.Check(parameter, parameter.Default, out var wrong) is null)
            fields.WrongValue("default", $"The default is not an answer the parameter takes: {wrong}");
        return parameter;
    }

    private static bool IsPattern(string pattern, out string reason)
    {
        try
        {
            reason = "";
            _ = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            reason = error.Message;
            return false;
        }
    }
}
