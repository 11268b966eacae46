using System.Text.Json.Nodes;
using Tarmac.Model.Schemas;

namespace Tarmac.Foundation.Web;

/// <summary>Reads what <see cref="FormFor"/> posted back into the input it stands for.</summary>
public static class FormInput
{
    /// <summary>
    /// Only the schema's fields are taken. A checkbox that was not sent is false, because browsers send nothing for it;
    /// a list is one entry a line, or the boxes checked. Checking is the schema's business.
    /// </summary>
    public static JsonObject Read(InputSchema schema, IFormCollection form)
    {
        var input = new JsonObject();
        foreach (var field in schema.Fields)
        {
            var values = form[field.Name];
            switch (field.Kind)
            {
                case InputKind.Flag:
                    input[field.Name] = values.Count > 0 && values[^1] is "true" or "on";
                    break;
                case InputKind.TextList:
                    input[field.Name] = new JsonArray([.. values.SelectMany(value => (value ?? "").Split('\n'))
                        .Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => (JsonNode)line)]);
                    break;
                case InputKind.Text when values.Count > 0:
                    // Browsers send line ends as CR LF whatever was typed.
                    input[field.Name] = values[^1]!.ReplaceLineEndings("\n");
                    break;
                default:
                    if (values.Count > 0) input[field.Name] = values[^1];
                    break;
            }
        }
        return input;
    }
}
