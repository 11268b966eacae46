using System.Text.Json.Nodes;
using Tarmac.Model.Problems;

namespace Tarmac.Model.Schemas;

/// <summary>The checked input, with defaults filled in, and what was wrong with it.</summary>
public sealed record InputValidation(JsonObject Input, IReadOnlyList<InputProblem> Problems);

/// <summary>
/// What an action or a road asks for: the subset of JSON Schema (2020-12) that a form and a command line can show.
/// Fields keep the order they were declared in, which is the order people meet them.
/// </summary>
public sealed partial record InputSchema(IReadOnlyList<InputField> Fields)
{
    public static readonly InputSchema Empty = new([]);

    public static InputSchema Of(params InputField[] fields) => new(fields);

    /// <summary>The field of that name; null when there is none.</summary>
    public InputField? this[string name] => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>
    /// Checks an input against every field and fills in defaults. Numbers and flags may also come as text, as forms and
    /// command lines send them; blank text counts as absent. Never throws for any input; each problem names its field.
    /// The answer shares no node with the input.
    /// </summary>
    public InputValidation Validate(JsonObject input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var problems = new List<InputProblem>();
        var result = new JsonObject();
        if (WhyUnreadable(input) is { } unreadable) return new(result, [unreadable]);
        foreach (var field in Fields)
        {
            var value = IsBlank(input[field.Name]) ? field.Default : input[field.Name];
            if (IsBlank(value))
            {
                if (field.Required) problems.Add(new(InputCodes.Required, $"{field.Label} is required.", Field: field.Name, Cure: field.Description ?? $"Give {field.Name} a value."));
                continue;
            }
            if (InputValue.Read(field, value!, problems) is { } read) result[field.Name] = read;
        }
        foreach (var (name, _) in input)
        {
            if (this[name] is null) problems.Add(Unknown(name));
        }
        return new(result, problems);
    }

    /// <summary>The same declaration as a JSON Schema 2020-12 object.</summary>
    public JsonObject ToJson()
    {
        var properties = new JsonObject();
        foreach (var field in Fields) properties[field.Name] = ToJson(field);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        var required = Fields.Where(field => field.Required).Select(field => (JsonNode)field.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        schema["additionalProperties"] = false;
        return schema;
    }

    private InputProblem Unknown(string name)
    {
        var shown = name.Length <= 60 ? name : name[..60] + "…";
        var names = Fields.Select(field => field.Name).ToList();
        return new(InputCodes.Unknown, $"There is no field {shown}.", Field: shown, Cure: Nearest.To(name, names) is { } near ? $"Is it {near}?"
            : names.Count == 0 ? "This takes no fields." : "Fields are: " + string.Join(", ", names) + ".");
    }

    // Parsed JSON looks at its names and texts only when first asked, and throws then: for a name given twice, and for half a character.
    private static InputProblem? WhyUnreadable(JsonObject input)
    {
        try
        {
            foreach (var (_, value) in input)
            {
                foreach (var item in value as JsonArray ?? [])
                    IsBlank(item);
                IsBlank(value);
            }
            return null;
        }
        catch (ArgumentException)
        {
            return new(InputCodes.Unknown, "A field is given twice.", Cure: "Give each field once.");
        }
        catch (InvalidOperationException)
        {
            return new(InputCodes.Pattern, "A text holds half a character (an unpaired UTF-16 surrogate).", Cure: "Send whole characters.");
        }
    }

    private static bool IsBlank(JsonNode? value) => value switch
    {
        null => true,
        JsonValue scalar => scalar.TryGetValue<string>(out var text) && string.IsNullOrWhiteSpace(text),
        JsonArray array => array.Count == 0,
        _ => false,
    };

    private static JsonObject ToJson(InputField field)
    {
        var json = new JsonObject
        {
            ["type"] = field.Kind switch
            {
                InputKind.Text => "string",
                InputKind.Integer => "integer",
                InputKind.Number => "number",
                InputKind.Flag => "boolean",
                _ => "array",
            },
        };
        if (field.Title is not null) json["title"] = field.Title;
        if (field.Description is not null) json["description"] = field.Description;
        var text = field.Kind == InputKind.TextList ? new JsonObject { ["type"] = "string" } : json;
        if (field.Choices.Count > 0) text["enum"] = new JsonArray([.. field.Choices.Select(choice => (JsonNode)choice)]);
        if (field.AnchoredPattern is { } pattern) text["pattern"] = pattern;
        if (field.MinLength is not null) text["minLength"] = field.MinLength;
        if (field.MaxLength is not null) text["maxLength"] = field.MaxLength;
        if (field.Format != InputFormat.None) text["format"] = Formats[field.Format];
        if (field.EntityKind is not null) text["x-entity-kind"] = field.EntityKind;
        if (text != json) json["items"] = text;
        if (field.Minimum is not null) json["minimum"] = field.Minimum;
        if (field.Maximum is not null) json["maximum"] = field.Maximum;
        if (field.Default is not null) json["default"] = field.Default.DeepClone();
        if (field.Example is not null) json["examples"] = new JsonArray(field.Example);
        return json;
    }

    internal static IReadOnlyDictionary<InputFormat, string> Formats { get; } = new Dictionary<InputFormat, string>
    {
        [InputFormat.EntityRef] = "entity-ref",
        [InputFormat.MultiLine] = "multi-line",
        [InputFormat.Secret] = "secret",
    };
}
