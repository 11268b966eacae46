using System.Globalization;
using System.Text.RegularExpressions;
using Tarmac.Model.Problems;

namespace Tarmac.Model.Yaml;

/// <summary>The codes one file format uses for what may be wrong with a field; each has a page docs/errors/CODE.md.</summary>
public sealed record FieldCodes(string Missing, string Unknown, string Type, string Value);

/// <summary>
/// The fields of one mapping, read by name and type. What is wrong is collected with its place and cure, never thrown; a field that
/// cannot be used reads as absent, so that one mistake does not hide the next. Every field that was asked for counts as known.
/// </summary>
public sealed class YamlFields
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private YamlFields(YamlMapping mapping, string path, string file, FieldCodes codes, List<InputProblem> problems)
    {
        (Mapping, Path, File, Codes, Problems) = (mapping, path, file, codes, problems);
    }

    public YamlMapping Mapping { get; }

    /// <summary>Dotted path from the root of the document; empty at the root.</summary>
    public string Path { get; }

    public string File { get; }

    public FieldCodes Codes { get; }

    /// <summary>Shared by all fields of one document.</summary>
    public List<InputProblem> Problems { get; }

    /// <summary>Starts at the root of a document; null, with a problem, when that is not a mapping.</summary>
    public static YamlFields? Root(YamlNode? root, string file, FieldCodes codes, List<InputProblem> problems)
    {
        if (root is YamlMapping mapping) return new YamlFields(mapping, "", file, codes, problems);
        problems.Add(new InputProblem(codes.Type, $"The file holds {root?.Describe() ?? "nothing"} where a mapping is expected.",
            file, root?.Line ?? 1, root?.Column ?? 1, null, "Start the file with its fields, one `name: value` a line."));
        return null;
    }

    /// <summary>Path of a field below this mapping; a name that holds dots or slashes is quoted.</summary>
    public string PathOf(string key)
    {
        var plain = key.Length > 0 && key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');
        return plain ? Path.Length == 0 ? key : $"{Path}.{key}" : $"{Path}[\"{key}\"]";
    }

    public bool Has(string key) => Mapping.TryGet(key, out _);

    /// <summary>The node under a key whatever its type; a problem when it is required and absent.</summary>
    public YamlEntry? Entry(string key, bool required = false, string? cure = null)
    {
        _known.Add(key);
        if (Mapping.TryGet(key, out var entry)) return entry;
        if (required)
        {
            Problems.Add(new InputProblem(Codes.Missing, $"`{key}` is missing.", File, Mapping.Line, Mapping.Column, PathOf(key),
                cure ?? $"Add `{key}:` here."));
        }
        return null;
    }

    public YamlFields? Map(string key, bool required = false) =>
        Entry(key, required) is { } entry ? Map(entry) : null;

    /// <summary>An entry of this mapping, which must itself be a mapping.</summary>
    public YamlFields? Map(YamlEntry entry)
    {
        if (entry.Value is YamlMapping mapping) return new YamlFields(mapping, PathOf(entry.Key), File, Codes, Problems);
        WrongType(entry, "a mapping");
        return null;
    }

    /// <summary>An item of a list, which must be a mapping.</summary>
    public YamlFields? Item(YamlNode item, string path)
    {
        if (item is YamlMapping mapping) return new YamlFields(mapping, path, File, Codes, Problems);
        WrongType(item, path, "a mapping");
        return null;
    }

    /// <param name="key">The field.</param>
    /// <param name="required">A problem when absent.</param>
    /// <param name="minimum">Fewest characters.</param>
    /// <param name="maximum">Most characters.</param>
    /// <param name="pattern">What the whole text must match.</param>
    /// <param name="shape">The pattern in words: "must be ...".</param>
    public string? Text(string key, bool required = false, int minimum = 0, int maximum = int.MaxValue, Regex? pattern = null, string? shape = null) =>
        Entry(key, required) is { } entry ? Text(entry, minimum, maximum, pattern, shape) : null;

    public string? Text(YamlEntry entry, int minimum = 0, int maximum = int.MaxValue, Regex? pattern = null, string? shape = null) =>
        Text(entry.Value, PathOf(entry.Key), minimum, maximum, pattern, shape);

    private string? Text(YamlNode node, string path, int minimum = 0, int maximum = int.MaxValue, Regex? pattern = null, string? shape = null)
    {
        if (node is not YamlScalar { IsText: true } scalar)
        {
            WrongType(node, path, "text", node is YamlScalar { Kind: not YamlScalarKind.Null } plain ? $"Put it in quotes: \"{plain.Text}\"." : null);
            return null;
        }
        if (scalar.Text.Length < minimum || scalar.Text.Length > maximum || pattern?.IsMatch(scalar.Text) == false)
        {
            var words = shape ?? (scalar.Text.Length < minimum ? $"at least {minimum} characters long" : $"at most {maximum} characters long");
            WrongValue(node, path, $"\"{Shorten(scalar.Text)}\" must be {words}.");
            return null;
        }
        return scalar.Text;
    }

    /// <summary>Text that must be one of a few words.</summary>
    public string? Word(string key, IReadOnlyList<string> words, bool required = false)
    {
        if (Text(key, required) is not { } text) return null;
        if (words.Contains(text, StringComparer.Ordinal)) return text;
        var near = words.FirstOrDefault(word => string.Equals(word, text, StringComparison.OrdinalIgnoreCase));
        WrongValue(key, $"\"{Shorten(text)}\" is not one of {string.Join(", ", words)}.", near is null ? null : $"Write {near}.");
        return null;
    }

    public int? Integer(string key, bool required = false, int minimum = int.MinValue, int maximum = int.MaxValue)
    {
        if (Entry(key, required) is not { } entry) return null;
        if (entry.Value is YamlScalar { Kind: YamlScalarKind.Integer or YamlScalarKind.Float } scalar
            && scalar.ToJson() is { } number && double.TryParse(number.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value == Math.Floor(value))
        {
            if (value >= minimum && value <= maximum) return (int)value;
            WrongValue(key, $"{scalar.Text} must be from {minimum} to {maximum}.");
            return null;
        }
        WrongType(entry, "a whole number");
        return null;
    }

    public bool? Flag(string key, bool required = false)
    {
        if (Entry(key, required) is not { } entry) return null;
        if (entry.Value is YamlScalar { Kind: YamlScalarKind.Boolean } scalar) return scalar.Text[0] is 't' or 'T';
        WrongType(entry, "true or false");
        return null;
    }

    /// <summary>A list of texts; null when absent or not a list.</summary>
    public IReadOnlyList<string>? Texts(string key, bool required = false)
    {
        if (List(key, required) is not { } items) return null;
        var texts = new List<string>(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (Text(items[i], $"{PathOf(key)}[{i}]") is { } text) texts.Add(text);
        }
        return texts;
    }

    public IReadOnlyList<YamlNode>? List(string key, bool required = false)
    {
        if (Entry(key, required) is not { } entry) return null;
        if (entry.Value is YamlSequence list) return list.Items;
        WrongType(entry, "a list");
        return null;
    }

    /// <summary>Reports every field nobody asked for.</summary>
    public void RefuseUnknown()
    {
        foreach (var entry in Mapping.Entries.Where(entry => !_known.Contains(entry.Key)))
        {
            var near = _known.FirstOrDefault(known => string.Equals(known, entry.Key, StringComparison.OrdinalIgnoreCase));
            Problems.Add(new InputProblem(Codes.Unknown, $"`{Shorten(entry.Key)}` is not a field here.", File, entry.Line, entry.Column, PathOf(entry.Key),
                near is null ? $"Remove it, or use one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}." : $"Write `{near}`."));
        }
    }

    public void WrongType(YamlEntry entry, string expected) => WrongType(entry.Value, PathOf(entry.Key), expected);

    public void WrongType(YamlNode node, string path, string expected, string? cure = null) =>
        Problems.Add(new InputProblem(Codes.Type, $"`{path}` is {node.Describe()} where {expected} is expected.", File, node.Line, node.Column, path,
            cure ?? (node is YamlScalar { Kind: YamlScalarKind.Null } ? "Give it a value or remove the line." : null)));

    public void WrongValue(string key, string message, string? cure = null)
    {
        YamlNode node = Mapping[key] ?? Mapping;
        WrongValue(node, PathOf(key), message, cure);
    }

    public void WrongValue(YamlNode node, string path, string message, string? cure = null) =>
        Problems.Add(new InputProblem(Codes.Value, message, File, node.Line, node.Column, path, cure));

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
