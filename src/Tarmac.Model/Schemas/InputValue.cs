using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Model.Schemas;

/// <summary>Reads one value as its field's kind; null, with a problem, when it is none.</summary>
internal static class InputValue
{
    public static JsonNode? Read(InputField field, JsonNode value, List<InputProblem> problems) => field.Kind switch
    {
        InputKind.Text => value is JsonValue text && text.TryGetValue<string>(out var read) ? Text(field, read, problems) : WrongType(field, "text", problems),
        InputKind.Integer => Integer(field, value, problems),
        InputKind.Number => TryNumber(value, out var number) ? Number(field, number, JsonValue.Create(number), problems) : WrongType(field, "a number", problems),
        InputKind.Flag => Flag(value) is { } flag ? JsonValue.Create(flag) : WrongType(field, "true or false", problems),
        _ => List(field, value, problems),
    };

    private static JsonNode? Integer(InputField field, JsonNode value, List<InputProblem> problems)
    {
        // Beyond 2^53 a double no longer tells neighbours apart, so whole numbers are read as such first.
        if (long.TryParse(Digits(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return Number(field, whole, JsonValue.Create(whole), problems);
        return TryNumber(value, out var number) && number == Math.Truncate(number) && Math.Abs(number) < 1e15
            ? Number(field, number, JsonValue.Create((long)number), problems)
            : WrongType(field, "a whole number", problems);
    }

    private static bool? Flag(JsonNode value)
    {
        if (value is not JsonValue scalar) return null;
        if (scalar.TryGetValue<bool>(out var flag)) return flag;
        return scalar.TryGetValue<string>(out var word) ? word.Trim().ToLowerInvariant() switch
        {
            "true" or "on" or "yes" => true,
            "false" or "off" or "no" => false,
            _ => null,
        } : null;
    }

    private static JsonArray? List(InputField field, JsonNode value, List<InputProblem> problems)
    {
        IEnumerable<JsonNode?> items = value is JsonArray array ? array : new JsonNode?[] { value };
        var before = problems.Count;
        var list = new JsonArray();
        foreach (var item in items)
        {
            if (item is not JsonValue scalar || !scalar.TryGetValue<string>(out var text)) return (JsonArray?)WrongType(field, "a list of texts", problems);
            if (Text(field, text, problems) is { } read) list.Add(read);
        }
        return problems.Count == before ? list : null;
    }

    private static JsonNode? Text(InputField field, string text, List<InputProblem> problems)
    {
        var before = problems.Count;
        var shown = field.Format == InputFormat.Secret ? "" : text.Length <= 60 ? $" '{text}'" : $" '{text[..60]}…'";
        if (field.Choices.Count > 0 && !field.Choices.Contains(text))
        {
            problems.Add(Wrong(field, InputCodes.Choice, $"{field.Label}{shown} is not one of the choices.", "Choose one of: " + string.Join(", ", field.Choices) + "."));
            return null;
        }
        var length = text.EnumerateRunes().Count();
        if (length < field.MinLength) problems.Add(Wrong(field, InputCodes.Length, $"{field.Label} has {length} characters; it needs at least {field.MinLength}.", field.Description));
        if (length > field.MaxLength) problems.Add(Wrong(field, InputCodes.Length, $"{field.Label} has {length} characters; {field.MaxLength} is the most.", field.Description));
        if (!IsSound(text, field.Format is InputFormat.MultiLine or InputFormat.Secret))
        {
            problems.Add(Wrong(field, InputCodes.Pattern, $"{field.Label} holds characters a text must not have here.", field.Format is InputFormat.MultiLine or InputFormat.Secret ? "Write plain text, without control characters." : "Write one line of plain text."));
        }
        else if (!field.Matches(text))
        {
            problems.Add(Wrong(field, InputCodes.Pattern, $"{field.Label}{shown} does not have the right form.", field.Description ?? $"It must match {field.Pattern}."));
        }
        else if (field.Format == InputFormat.EntityRef)
        {
            if (!EntityRef.TryParse(text, field.EntityKind ?? "component", null, out var reference, out var why) || (why = WrongReference(field, reference)) is not null)
                problems.Add(Wrong(field, InputCodes.Pattern, $"{field.Label}: {why}", "A reference is [kind:][namespace/]name, for example group:default/promotions."));
            else text = reference.ToString();
        }
        return problems.Count == before ? JsonValue.Create(text) : null;
    }

    private static string? WrongReference(InputField field, EntityRef reference) =>
        field.EntityKind is { } kind && !reference.IsKind(kind) ? $"it must name a {kind}, not a {reference.Kind}."
        : EntityNames.IsKind(reference.Kind) && EntityNames.IsDnsLabel(reference.Namespace.ToLowerInvariant()) && EntityNames.IsName(reference.Name) ? null
        : "that cannot be the name of anything in the catalog.";

    /// <summary>A control character has no business in a name or a sentence, and much to do in the files and terminals they reach.</summary>
    private static bool IsSound(string text, bool lines)
    {
        if (text.Any(letter => lines ? char.IsControl(letter) && letter is not ('\n' or '\r' or '\t') : char.IsControl(letter) || letter is '\u2028' or '\u2029')) return false;
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done) return false;
            rest = rest[length..];
        }
        return true;
    }

    private static JsonNode? Number(InputField field, double number, JsonNode value, List<InputProblem> problems)
    {
        if (number >= (field.Minimum ?? double.MinValue) && number <= (field.Maximum ?? double.MaxValue)) return value;
        var range = (field.Minimum, field.Maximum) switch
        {
            ({ } least, { } most) => $"from {least} to {most}",
            ({ } least, null) => $"at least {least}",
            (_, var most) => $"at most {most}",
        };
        problems.Add(Wrong(field, InputCodes.Range, $"{field.Label} is {number}; it must be {range}.", field.Description ?? $"Give a number that is {range}."));
        return null;
    }

    private static string? Digits(JsonNode value) => value switch
    {
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => text,
        _ when value.GetValueKind() == JsonValueKind.Number => value.ToJsonString(),
        _ => null,
    };

    public static bool TryNumber(JsonNode value, out double number) =>
        double.TryParse(Digits(value), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static JsonNode? WrongType(InputField field, string expected, List<InputProblem> problems)
    {
        problems.Add(Wrong(field, InputCodes.Type, $"{field.Label} must be {expected}.", field.Description ?? $"Write {expected}."));
        return null;
    }

    private static InputProblem Wrong(InputField field, string code, string message, string? cure) =>
        new(code, message, Field: field.Name, Cure: cure ?? $"Change {field.Name}.");
}
