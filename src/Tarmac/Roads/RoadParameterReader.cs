using Tarmac.Model.Schemas;
using Tarmac.Model.Yaml;

namespace Tarmac.Roads;

/// <summary>The questions of a road: an input schema, less what answers must not be, since they are written into files and committed.</summary>
internal static class RoadParameterReader
{
    public static InputSchema Read(YamlFields schema)
    {
        var parameters = InputSchema.Read(schema);
        if (schema.Entry("properties", required: true) is not { Value: YamlMapping } entry) return parameters;
        var properties = schema.Map(entry)!;
        foreach (var parameter in parameters.Fields)
        {
            if (parameter.Kind is InputKind.TextList or InputKind.Number)
                properties.WrongValue(parameter.Name, $"A road cannot ask for {(parameter.Kind == InputKind.Number ? "fractions" : "lists")}: templates know texts, whole numbers and booleans.", "Use string, integer or boolean.");
            if (parameter.Format == InputFormat.Secret)
                properties.WrongValue(parameter.Name, "A road cannot ask for a secret: answers are committed with the files.", "Read the secret from the environment where the service runs.");
        }
        if (parameters["name"] is null)
            properties.WrongValue(properties.Mapping, properties.Path, "The road does not ask for a name.", "Add a parameter `name`: the repository and the service are called by it.");
        return parameters;
    }
}
