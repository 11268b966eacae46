using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tarmac.Workloads;

/// <summary>What a placeholder stands for, or why it stands for nothing.</summary>
public readonly record struct PlaceholderValue(string? Text, string? Error)
{
    public static PlaceholderValue Of(string text) => new(text, null);

    public static PlaceholderValue Wrong(string error) => new(null, error);

    /// <summary>Follows keys into JSON. Texts stand for themselves, everything else for its JSON.</summary>
    public static PlaceholderValue Find(JsonNode? context, IReadOnlyList<string> keys)
    {
        foreach (var key in keys)
        {
            if (context is not JsonObject map) return Wrong($"cannot lookup key '{key}', context is not a map");
            if (!map.TryGetPropertyValue(key, out context)) return Wrong($"key '{key}' not found");
        }
        return Of(context is null ? "null" : context.GetValueKind() == JsonValueKind.String ? context.GetValue<string>() : context.ToJsonString());
    }
}

/// <summary>Looks an output of one resource up; without keys it is the resource itself, which only means something for a volume.</summary>
public delegate PlaceholderValue ResourceOutputs(IReadOnlyList<string> keys);

/// <summary>What placeholders may refer to.</summary>
public sealed record PlaceholderScope(JsonObject Metadata, IReadOnlyDictionary<string, ResourceOutputs> Resources);

/// <summary>The text with its placeholders replaced, or what was wrong with them.</summary>
public sealed record Expansion(string? Text, IReadOnlyList<string> Errors);

/// <summary>
/// <c>${metadata.key}</c> and <c>${resources.name.output}</c>, as the Score implementations read them: <c>$$</c> is a dollar, <c>$${x}</c> is the text
/// <c>${x}</c>, a lone dollar is itself, and <c>\.</c> is a dot inside a key. There are no defaults, no functions and no nesting.
/// </summary>
public static partial class Placeholders
{
    [GeneratedRegex(@"\$((?:\$?\{([^}]*)\})|\$)", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern { get; }

    /// <summary>Replaces every placeholder of a text; all errors are reported, not only the first.</summary>
    public static Expansion Expand(string text, PlaceholderScope scope)
    {
        var errors = new List<string>();
        var expanded = Pattern.Replace(text, match =>
        {
            if (IsEscape(match)) return match.Value[1..];
            var found = Resolve(match.Groups[2].Value, scope);
            if (found.Error is { } error) errors.Add(error);
            return found.Text ?? match.Value;
        });
        return errors.Count == 0 ? new Expansion(expanded, []) : new Expansion(null, errors);
    }

    /// <summary>What a reference, the text between the braces, stands for.</summary>
    public static PlaceholderValue Resolve(string reference, PlaceholderScope scope)
    {
        var parts = Split(reference);
        var found = parts[0] switch
        {
            "metadata" when parts.Count < 2 => PlaceholderValue.Wrong("requires at least a metadata key to lookup"),
            "metadata" => PlaceholderValue.Find(scope.Metadata, parts[1..]),
            "resources" when parts.Count < 2 => PlaceholderValue.Wrong("requires at least a resource name to lookup"),
            "resources" => scope.Resources.TryGetValue(parts[1], out var outputs)
                ? outputs(parts[2..])
                : PlaceholderValue.Wrong($"no known resource '{parts[1]}'"),
            _ => PlaceholderValue.Wrong("unknown reference root, use $$ to escape the substitution"),
        };
        return found.Error is { } error ? PlaceholderValue.Wrong($"invalid ref '{reference}': {error}") : found;
    }

    /// <summary>The references in a text, in order, escapes left out.</summary>
    public static IEnumerable<string> ReferencesIn(string text) =>
        Pattern.Matches(text).Where(match => !IsEscape(match)).Select(match => match.Groups[2].Value);

    private static bool IsEscape(Match match) => match.Groups[1].ValueSpan[0] == '$';

    private static List<string> Split(string reference)
    {
        // \. is put out of the way as a character no YAML text can hold.
        var parts = reference.Replace(@"\.", "\0", StringComparison.Ordinal).Split('.');
        return [.. parts.Select(part => part.Replace('\0', '.'))];
    }
}
