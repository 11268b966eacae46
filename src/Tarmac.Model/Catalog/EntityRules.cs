using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>Asks one descriptor for its fields and notes every answer that breaks a rule, with its place and cure.</summary>
internal sealed class EntityRules(string file)
{
    public string File => file;

    public List<InputProblem> Problems { get; } = [];

    /// <summary>Set when the document is a template of a descriptor; what else is wrong with it then follows from that.</summary>
    public InputProblem? NotRendered { get; private set; }

    /// <summary>Whether this value is one only before rendering; the document is then refused as a template.</summary>
    public bool IsNotRendered(YamlNode value, string? field)
    {
        if (value is not YamlScalar { Text: var text } || !UnrenderedTemplate.IsMarked(text)) return false;
        NotRendered ??= UnrenderedTemplate.Problem(Shorten(text), file, value.Line, value.Column, field);
        return true;
    }

    public void Report(string code, string message, YamlNode at, string? field, string cure) =>
        Report(code, message, at.Line, at.Column, field, cure);

    public void Report(string code, string message, int line, int column, string? field, string cure) =>
        Problems.Add(new(code, message, file, line, column, field, cure));

    /// <summary>Text that keeps a grammar; null when absent or wrong (and then reported).</summary>
    public string? Text(YamlMapping parent, string key, string path, bool required, Func<string, bool>? grammar = null, string? says = null)
    {
        var field = path + key;
        if (!parent.TryGet(key, out var entry))
        {
            if (required) Missing(parent, field);
            return null;
        }
        return Text(entry.Value, field, grammar, says);
    }

    /// <summary>As above, for a value already at hand.</summary>
    public string? Text(YamlNode value, string field, Func<string, bool>? grammar = null, string? says = null)
    {
        if (value is not YamlScalar { IsText: true } scalar)
        {
            Type(value, field, "text");
            return null;
        }
        if (grammar is null || grammar(scalar.Text)) return scalar.Text;
        if (!IsNotRendered(value, field)) Report(CatalogCodes.FieldInvalid, $"'{Shorten(scalar.Text)}' cannot be used here: {says}.", value, field, "Change it to fit.");
        return null;
    }

    public YamlMapping? Mapping(YamlMapping parent, string key, string path, bool required)
    {
        if (!parent.TryGet(key, out var entry))
        {
            if (required) Missing(parent, path + key);
            return null;
        }
        if (entry.Value is YamlMapping mapping) return mapping;
        Type(entry.Value, path + key, "a mapping");
        return null;
    }

    public YamlSequence? List(YamlMapping parent, string key, string path)
    {
        if (!parent.TryGet(key, out var entry)) return null;
        if (entry.Value is YamlSequence list) return list;
        Type(entry.Value, path + key, "a list");
        return null;
    }

    public void Missing(YamlNode parent, string field) => Report(CatalogCodes.FieldMissing, $"{field} is missing.", parent, field, $"Add {field}.");

    public void Type(YamlNode value, string field, string wanted, string? cure = null)
    {
        if (IsNotRendered(value, field)) return;
        Report(CatalogCodes.FieldType, $"{field} must be {wanted}; this is {value.Describe()}.", value, field, cure ?? value switch
        {
            YamlScalar { Kind: YamlScalarKind.Null } => "Give it a value or remove the key.",
            YamlScalar scalar when wanted == "text" => $"Quote it: \"{Shorten(scalar.Text)}\".",
            YamlScalar when wanted == "a list" => "Write it as a list, each value on a line of its own that starts with a dash.",
            _ => $"Write {wanted} here.",
        });
    }

    public static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
