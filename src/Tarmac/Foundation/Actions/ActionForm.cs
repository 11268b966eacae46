using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Tarmac.Foundation.Web;
using Tarmac.Model;
using Tarmac.Model.Actions;
using Tarmac.Model.Schemas;

namespace Tarmac.Foundation.Actions;

/// <summary>An action's input on its way through the pages: from the address, into hidden fields, out as a command.</summary>
public static class ActionForm
{
    /// <summary>The idempotency key a form carries: sending it twice does it once.</summary>
    public const string Key = "_key";

    /// <summary>Where to go when it is done, a path of ours.</summary>
    public const string Back = "_back";

    /// <summary>Says that an address fills the form with what there is now, for somebody to change.</summary>
    public const string Filled = "_filled";

    /// <summary>What was typed to confirm.</summary>
    public const string Confirm = "confirm";

    private const int LongestShown = 200;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is asked on the form. A confirmation is asked for beside the plan instead.</summary>
    public static InputSchema Asked(ActionDefinition action) =>
        action.Destructive ? new InputSchema([.. action.Input.Fields.Where(field => field.Name != Confirm)]) : action.Input;

    /// <summary>The values an address gives; a flag that is not named keeps its default.</summary>
    public static JsonObject Given(InputSchema schema, IQueryCollection query)
    {
        var given = FormInput.Read(schema, new FormCollection(new Dictionary<string, StringValues>(query)));
        foreach (var field in schema.Fields.Where(field => !query.ContainsKey(field.Name))) given.Remove(field.Name);
        return given;
    }

    /// <summary>The same values as hidden fields, which <see cref="FormInput.Read"/> reads back.</summary>
    public static IReadOnlyList<(string Name, string Value)> Hidden(InputSchema schema, JsonObject values) =>
    [
        .. from field in schema.Fields
           let value = values[field.Name]
           where value is not null && !(field.Kind == InputKind.Flag && Text(value) != "true")
           select (field.Name, value is JsonArray list ? string.Join('\n', list.OfType<JsonNode>().Select(Text)) : Text(value)),
    ];

    /// <summary>The command that does the same: the everyday verb where it says all that was given, else the action by its own name.</summary>
    public static string Command(ActionDefinition action, JsonObject values)
    {
        var given = Asked(action).Fields.Where(field => values[field.Name] is { } value && Text(value).Length > 0 && !JsonNode.DeepEquals(value, field.Default)).ToList();
        if (action.Command is { } verb && given.All(field => verb.Contains("{" + field.Name + "}", StringComparison.Ordinal)))
        {
            foreach (var field in action.Input.Fields)
                verb = verb.Replace("{" + field.Name + "}", Word(field, values[field.Name], values), StringComparison.Ordinal);
            return verb;
        }
        var words = new List<string> { "tarmac action " + action.Name };
        foreach (var field in action.Input.Fields.Where(field => field.Required || given.Contains(field)))
        {
            if (values[field.Name] is JsonArray list) words.AddRange(list.OfType<JsonNode>().Select(item => $"{field.OptionName} {Word(field, item, values)}"));
            else words.Add($"{field.OptionName} {Word(field, values[field.Name], values)}");
        }
        return string.Join(' ', words);
    }

    /// <summary>The body of the API call that does the same.</summary>
    public static string Body(JsonObject values)
    {
        var shown = (JsonObject)values.DeepClone();
        foreach (var (name, value) in values)
            if (value is not null && Text(value).Length > LongestShown) shown[name] = "...";
        return new JsonObject { ["input"] = shown }.ToJsonString(Readable);
    }

    /// <summary>The actions in whose name, title or summary every word begins a word.</summary>
    public static IReadOnlyList<ActionDefinition> Matching(IEnumerable<ActionDefinition> actions, string text)
    {
        var wanted = Words(text);
        return [.. actions.Where(action => wanted.All(word => Words($"{action.Name} {action.Title} {action.Summary}").Any(known => known.StartsWith(word, StringComparison.OrdinalIgnoreCase))))];
    }

    /// <summary>Who may, in words.</summary>
    public static string Says(ActionRights rights) => rights switch
    {
        ActionRights.Anyone => "anyone who is signed in",
        ActionRights.Person => "any person; not services or agents",
        ActionRights.Operator => "an operator of this platform",
        ActionRights.OwningTeamOrOperator => "members of the team that owns it, and operators of this platform",
        _ => "members of the team that owns it",
    };

    private static string[] Words(string text) => text.Split([' ', '.', '-', ',', ':', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A path of this portal, or null: nobody is sent elsewhere by a parameter.</summary>
    public static string? LocalPath(string? path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : null;

    internal static string Text(JsonNode value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : value.ToJsonString(Readable);

    private static string Word(InputField field, JsonNode? value, JsonObject values)
    {
        if (value is null || Text(value) is not { Length: > 0 } text) return field.Example ?? field.Name.ToUpperInvariant();
        if (text.Length > LongestShown) return $"\"$(cat {(values["path"] is { } path ? ShellWord.Of(Text(path)) : "FILE")})\"";
        return ShellWord.Of(text);
    }
}
