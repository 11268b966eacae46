using System.Text.Json;
using Tarmac.Model.Yaml;

namespace Tarmac.Model.Catalog;

/// <summary>What the target of a placeholder holds; without text, the code, message and cure of why it cannot be had.</summary>
public sealed record PlaceholderContent(string? Text, string Code = "", string Message = "", string Cure = "");

/// <summary>Finds the target of a placeholder; null leaves the placeholder as it is.</summary>
public delegate PlaceholderContent? PlaceholderTarget(string target);

/// <summary>
/// Replaces every object with exactly one of the keys <c>$text</c>, <c>$json</c> and <c>$yaml</c> by what its target holds.
/// Objects with further keys, unknown keys that start with a dollar sign, and targets that are no text stay as they are.
/// One is used for one file, so that its targets together cost no more than a file may.
/// </summary>
internal sealed class EntityPlaceholders(PlaceholderTarget target, YamlLimits limits)
{
    private long characters = limits.Bytes;
    private long nodes = limits.Nodes;

    /// <summary>The document with its placeholders filled in; what cannot be filled in is reported.</summary>
    public YamlMapping Fill(YamlMapping root, EntityRules rules)
    {
        var filled = (YamlMapping)Fill(root, "", rules);
        if (filled.Height > limits.Depth)
            rules.Report(YamlCodes.TooDeep, $"With its placeholders filled in, values are nested more than {limits.Depth} deep.", root, null, "Nest less.");
        return filled;
    }

    private YamlNode Fill(YamlNode node, string field, EntityRules rules) => node switch
    {
        YamlMapping { Entries: [{ Key: "$text" or "$json" or "$yaml", Value: YamlScalar { IsText: true } named } only] } when field.Length > 0 =>
            Content(only.Key, named, field, rules) ?? node,
        YamlMapping mapping => Inside(mapping, field, rules),
        YamlSequence list => Inside(list, field, rules),
        _ => node,
    };

    private YamlMapping Inside(YamlMapping mapping, string field, EntityRules rules)
    {
        // As in Backstage, nothing is looked for below a key that starts with a dollar sign, nor beside it.
        if (mapping.Entries.Any(entry => entry.Key.StartsWith('$'))) return mapping;
        var entries = mapping.Entries.Select(entry => entry.Value is YamlScalar ? entry
            : Fill(entry.Value, field.Length == 0 ? entry.Key : $"{field}.{EntityRules.Shorten(entry.Key)}", rules) is var value && value == entry.Value ? entry
            : entry with { Value = value }).ToList();
        return entries.SequenceEqual(mapping.Entries, ReferenceEqualityComparer.Instance) ? mapping : new YamlMapping(entries, mapping.Line, mapping.Column);
    }

    private YamlSequence Inside(YamlSequence list, string field, EntityRules rules)
    {
        var items = list.Items.Select((item, index) => item is YamlScalar ? item : Fill(item, $"{field}[{index}]", rules)).ToList();
        return items.SequenceEqual(list.Items, ReferenceEqualityComparer.Instance) ? list : new YamlSequence(items, list.Line, list.Column);
    }

    /// <summary>What stands in place of the placeholder; null when it stays, reported or not.</summary>
    private YamlNode? Content(string key, YamlScalar named, string field, EntityRules rules)
    {
        if (target(named.Text) is not { } content) return null;
        if (content.Text is not { } text)
        {
            rules.Report(content.Code, content.Message, named, field, content.Cure);
            return null;
        }
        characters -= text.Length;
        if (characters < 0)
        {
            rules.Report(CatalogCodes.PlaceholderNotRead, $"The placeholders of this file name more than {limits.Bytes} characters in all.", named, field,
                "Spread the entities over several files.");
            return null;
        }
        var (filled, why) = key switch
        {
            "$json" => FromJson(text, named),
            "$yaml" => FromYaml(text, named),
            _ => (new YamlScalar(text, YamlScalarKind.Text, named.Line, named.Column), null),
        };
        if (why is not null)
        {
            rules.Report(CatalogCodes.PlaceholderInvalid, $"{EntityRules.Shorten(named.Text)} cannot be used as {key}: {why}", named, field,
                "Mend that file, or take it as it is with $text.");
        }
        return filled;
    }

    private (YamlNode?, string?) FromYaml(string text, YamlScalar named)
    {
        var read = YamlReader.Read(text, named.Text, limits);
        if (read.Problems.Count > 0) return (null, $"line {read.Problems[0].Line ?? 1}: {read.Problems[0].Message}");
        if (read.Documents.Count != 1) return (null, $"it holds {read.Documents.Count} documents, where exactly one is expected.");
        return read.Documents[0].Root.ToJson() is { } json ? FromJson(json.ToJsonString(), named)
            : (new YamlScalar("null", YamlScalarKind.Null, named.Line, named.Column), null);
    }

    private (YamlNode?, string?) FromJson(string text, YamlScalar named)
    {
        // Each value follows a comma or opens its list or object, so this is never less than the values there are.
        nodes -= 1 + text.AsSpan().Count(',') + text.AsSpan().Count('[') + text.AsSpan().Count('{');
        if (nodes < 0) return (null, $"with it the file holds more than {limits.Nodes} values.");
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = limits.Depth });
            return (Node(json.RootElement, named), null);
        }
        catch (JsonException error)
        {
            return (null, $"line {error.LineNumber + 1}: it is not JSON.");
        }
        catch (InvalidOperationException)
        {
            return (null, "a text in it holds half a character (an escape such as \\ud83d without its second half).");
        }
    }

    // Every value stands where the placeholder stood: that is the place people can mend.
    private static YamlNode Node(JsonElement json, YamlScalar at)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                // Of keys written twice the last counts, as JSON's readers have it.
                var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
                foreach (var property in json.EnumerateObject()) entries[property.Name] = new(property.Name, at.Line, at.Column, Node(property.Value, at));
                return new YamlMapping([.. entries.Values], at.Line, at.Column);
            case JsonValueKind.Array:
                return new YamlSequence([.. json.EnumerateArray().Select(item => Node(item, at))], at.Line, at.Column);
            case JsonValueKind.String:
                return new YamlScalar(json.GetString()!, YamlScalarKind.Text, at.Line, at.Column);
            default:
                var text = json.GetRawText();
                return new YamlScalar(text, CoreSchema.KindOf(text), at.Line, at.Column);
        }
    }
}
