using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>Answers that fit one road: every parameter with a value, defaults filled in; what was left out and has no default is absent.</summary>
public sealed partial record RoadAnswers
{
    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EntityName { get; }

    private RoadAnswers(IReadOnlyDictionary<string, object> values) => Values = values;

    /// <summary>Texts, 64-bit integers and booleans, in the order of the parameters.</summary>
    public IReadOnlyDictionary<string, object> Values { get; }

    /// <summary>The answer as text; null when there is none.</summary>
    public string? Text(string name) => Values.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// Checks answers against a road. Texts are taken for numbers and booleans where those are asked, because forms and flags give nothing else;
    /// an empty text is no answer. The field of a problem is the parameter's name.
    /// </summary>
    public static RoadAnswersReading Check(Road road, IReadOnlyDictionary<string, JsonNode?> given)
    {
        var problems = new List<InputProblem>();
        var values = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var name in given.Keys.Where(name => road.Parameters.All(parameter => parameter.Name != name)))
        {
            problems.Add(new InputProblem(RoadCodes.Answer, $"The road {road.Name} does not ask for \"{name}\".", Field: name,
                Cure: $"It asks for {string.Join(", ", road.Parameters.Select(parameter => parameter.Name))}."));
        }
        foreach (var parameter in road.Parameters)
        {
            var answer = given.GetValueOrDefault(parameter.Name);
            if (answer is null || IsEmpty(answer)) answer = parameter.Default;
            if (answer is null)
            {
                if (parameter.Required)
                    problems.Add(new InputProblem(RoadCodes.Answer, $"\"{parameter.Name}\" is not answered.", Field: parameter.Name, Cure: parameter.Description ?? "Give an answer."));
                continue;
            }
            if (Check(parameter, answer, out var wrong) is { } value) values.Add(parameter.Name, value);
            else problems.Add(new InputProblem(RoadCodes.Answer, $"\"{parameter.Name}\" {wrong}", Field: parameter.Name, Cure: parameter.Description));
        }
        return new RoadAnswersReading(problems.Count == 0 ? new RoadAnswers(values) : null, problems);
    }

    /// <summary>The typed value of one answer, or null and what is wrong with it (a sentence without its subject).</summary>
    internal static object? Check(RoadParameter parameter, JsonNode answer, out string wrong)
    {
        wrong = "";
        switch (parameter.Type)
        {
            case RoadParameterType.Boolean:
                if (answer.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return answer.GetValue<bool>();
                if (answer.GetValueKind() == JsonValueKind.String && bool.TryParse(answer.GetValue<string>(), out var flag)) return flag;
                wrong = "must be true or false.";
                return null;
            case RoadParameterType.Integer:
                var digits = answer.GetValueKind() == JsonValueKind.String ? answer.GetValue<string>() : answer.ToJsonString();
                if (!long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) wrong = "must be a whole number.";
                else if (number < parameter.Minimum || number > parameter.Maximum) wrong = $"is {number}; it must be from {parameter.Minimum} to {parameter.Maximum}.";
                return wrong.Length == 0 ? number : null;
            default:
                if (answer.GetValueKind() != JsonValueKind.String)
                {
                    wrong = "must be a text.";
                    return null;
                }
                var text = answer.GetValue<string>();
                wrong = WrongText(parameter, text) ?? "";
                if (wrong.Length > 0) return null;
                return parameter.EntityKind is null ? text : EntityRef.Parse(text, parameter.EntityKind).ToString();
        }
    }

    private static string? WrongText(RoadParameter parameter, string text)
    {
        // A control character has no business in a name or a sentence, and much to do in the files made from it.
        if (!IsSound(text)) return "holds control characters or broken text.";
        if (text.Length < parameter.MinLength) return $"is too short: at least {parameter.MinLength} characters.";
        if (text.Length > parameter.MaxLength) return $"is too long: at most {parameter.MaxLength} characters.";
        if (parameter.Enum.Count > 0 && !parameter.Enum.Contains(text, StringComparer.Ordinal)) return $"must be one of {string.Join(", ", parameter.Enum)}.";
        if (parameter.Pattern is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)) return $"\"{text}\" does not have the right form ({pattern}).";
        if (parameter.EntityKind is not { } kind) return null;
        if (!EntityRef.TryParse(text, kind, EntityRef.DefaultNamespace, out var reference, out var why)) return $"is no reference: {why}";
        if (!string.Equals(reference.Kind, kind, StringComparison.OrdinalIgnoreCase)) return $"must name a {kind}, not a {reference.Kind}.";
        return EntityName.IsMatch(reference.Name) && EntityName.IsMatch(reference.Namespace) && reference.Name.Length <= 63 && reference.Namespace.Length <= 63
            ? null : $"\"{text}\" is not the name of a {kind}.";
    }

    private static bool IsSound(string text)
    {
        if (text.Any(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029')) return false;
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done) return false;
            rest = rest[length..];
        }
        return true;
    }

    private static bool IsEmpty(JsonNode answer) => answer.GetValueKind() == JsonValueKind.String && answer.GetValue<string>().Length == 0;
}

/// <summary>Answers that fit, or why they do not.</summary>
public sealed record RoadAnswersReading(RoadAnswers? Answers, IReadOnlyList<InputProblem> Problems);
