using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
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

    /// <summary>Checks an input against every field. Never throws; each problem names its field.</summary>
    public InputValidation Validate(JsonObject input)
    {
        var problems = new List<InputProblem>();
        var result = new JsonObject();
        foreach (var field in Fields)
        {
            var value = input[field.Name];
            if (value is null || (value is JsonValue given && given.TryGetValue<string>(out var blank) && blank.Length == 0 && field.Kind != InputKind.Text))
                value = field.Default;
            if (value is null || (field.Required && IsBlank(value)))
            {
                if (field.Required) problems.Add(Wrong(field, "input-required", $"{field.Label} is required.", field.Description));
                continue;
            }
            if (Read(field, value, problems) is { } read) result[field.Name] = read;
        }
        foreach (var (name, _) in input)
            if (!Fields.Any(field => field.Name == name))
                problems.Add(new InputProblem("input-unknown", $"There is no field {name}.", Field: name, Cure: "Fields are: " + string.Join(", ", Fields.Select(f => f.Name)) + "."));
        return new InputValidation(result, problems);
    }

    /// <summary>The same declaration as a JSON Schema object.</summary>
    public JsonObject ToJson()
    {
        var properties = new JsonObject();
        foreach (var field in Fields) properties[field.Name] = ToJson(field);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        var required = Fields.Where(field => field.Required).Select(field => (JsonNode)field.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        return schema;
    }

    private static bool IsBlank(JsonNode value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) && string.IsNullOrWhiteSpace(text);

    private static JsonNode? Read(InputField field, JsonNode value, List<InputProblem> problems)
    {
        switch (field.Kind)
        {
            case InputKind.Text:
                return value is JsonValue text && text.TryGetValue<string>(out var read) ? CheckText(field, read, problems) : WrongType(field, "text", problems);
            case InputKind.Integer:
                return TryNumber(value, out var whole) && whole == Math.Truncate(whole) ? CheckNumber(field, whole, (long)whole, problems) : WrongType(field, "a whole number", problems);
            case InputKind.Number:
                return TryNumber(value, out var number) ? CheckNumber(field, number, number, problems) : WrongType(field, "a number", problems);
            case InputKind.Flag:
                if (value is JsonValue flag)
                {
                    if (flag.TryGetValue<bool>(out var on)) return on;
                    if (flag.TryGetValue<string>(out var word) && bool.TryParse(word == "on" ? "true" : word, out on)) return on;
                }
                return WrongType(field, "true or false", problems);
            default:
                return CheckList(field, value, problems);
        }
    }

    private static JsonArray? CheckList(InputField field, JsonNode value, List<InputProblem> problems)
    {
        IEnumerable<JsonNode?> items = value is JsonArray array ? array : value is JsonValue ? [value] : [];
        var list = new JsonArray();
        foreach (var item in items)
        {
            if (item is not JsonValue scalar || !scalar.TryGetValue<string>(out var text))
            {
                WrongType(field, "a list of texts", problems);
                return null;
            }
            if (CheckText(field, text, problems) is null) return null;
            list.Add((JsonNode)text);
        }
        return list;
    }

    private static JsonNode? CheckText(InputField field, string text, List<InputProblem> problems)
    {
        var before = problems.Count;
        if (field.Choices.Count > 0 && !field.Choices.Contains(text))
            problems.Add(Wrong(field, "input-choice", $"{field.Label} is {Shown(text)}, which is not one of the choices.", "Choose one of: " + string.Join(", ", field.Choices) + "."));
        if (text.Length < field.MinLength)
            problems.Add(Wrong(field, "input-length", $"{field.Label} has {text.Length} characters; it needs at least {field.MinLength}.", field.Description));
        if (text.Length > field.MaxLength)
            problems.Add(Wrong(field, "input-length", $"{field.Label} has {text.Length} characters; {field.MaxLength} is the most.", field.Description));
        if (field.Pattern is not null && !Regex.IsMatch(text, $"^(?:{field.Pattern})\\z", RegexOptions.NonBacktracking))
            problems.Add(Wrong(field, "input-pattern", $"{field.Label} is {Shown(text)}, which does not have the right form.", field.Description ?? $"It must match {field.Pattern}."));
        return problems.Count == before ? JsonValue.Create(text) : null;
    }

    private static JsonNode? CheckNumber(InputField field, double number, JsonNode value, List<InputProblem> problems)
    {
        if (number >= (field.Minimum ?? double.MinValue) && number <= (field.Maximum ?? double.MaxValue)) return value;
        problems.Add(Wrong(field, "input-range", $"{field.Label} is {number}, outside {field.Minimum?.ToString() ?? "any"} to {field.Maximum?.ToString() ?? "any"}.", field.Description));
        return null;
    }

    private static bool TryNumber(JsonNode value, out double number)
    {
        var text = value is JsonValue scalar && scalar.TryGetValue<string>(out var given) ? given
            : value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? value.ToJsonString() : null;
        return double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out number);
    }

    private static JsonNode? WrongType(InputField field, string expected, List<InputProblem> problems)
    {
        problems.Add(Wrong(field, "input-type", $"{field.Label} must be {expected}.", field.Description));
        return null;
    }

    private static InputProblem Wrong(InputField field, string code, string message, string? cure) => new(code, message, Field: field.Name, Cure: cure);

    private static string Shown(string text) => text.Length <= 60 ? $"'{text}'" : $"'{text[..60]}…'";

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
        if (field.Kind == InputKind.TextList) json["items"] = new JsonObject { ["type"] = "string" };
        if (field.Default is not null) json["default"] = field.Default.DeepClone();
        if (field.Choices.Count > 0) json["enum"] = new JsonArray([.. field.Choices.Select(choice => (JsonNode)choice)]);
        if (field.Pattern is not null) json["pattern"] = field.Pattern;
        if (field.MinLength is not null) json["minLength"] = field.MinLength;
        if (field.MaxLength is not null) json["maxLength"] = field.MaxLength;
        if (field.Minimum is not null) json["minimum"] = field.Minimum;
        if (field.Maximum is not null) json["maximum"] = field.Maximum;
        if (field.Example is not null) json["examples"] = new JsonArray(field.Example);
        if (field.Format == InputFormat.EntityRef) json["format"] = "entity-ref";
        if (field.Format == InputFormat.MultiLine) json["format"] = "multi-line";
        return json;
    }
}
