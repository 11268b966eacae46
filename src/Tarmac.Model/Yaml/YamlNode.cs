using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Tarmac.Model.Yaml;

/// <summary>A node of a YAML document and where it stands. Immutable; an aliased node may stand in several places of the tree.</summary>
public abstract class YamlNode
{
    private protected YamlNode(int line, int column)
    {
        Line = line;
        Column = column;
    }

    /// <summary>First line of the file is 1.</summary>
    public int Line { get; }

    /// <summary>First column is 1.</summary>
    public int Column { get; }

    /// <summary>What the node is, in words for messages: "a mapping", "a list", "text", "a number"...</summary>
    public abstract string Describe();

    /// <summary>
    /// A fresh JSON value. Null becomes JSON null (a C# null); an integer beyond 64 bits becomes a double; a number JSON cannot
    /// hold (.inf, .nan, 1e999) becomes its text.
    /// </summary>
    public abstract JsonNode? ToJson();

    internal long Nodes { get; private protected init; } = 1;

    internal long Characters { get; private protected init; }

    internal int Height { get; private protected init; }
}

/// <summary>One key of a mapping, with its own position.</summary>
public sealed record YamlEntry(string Key, int Line, int Column, YamlNode Value);

/// <summary>A mapping; entries keep the order of the file, keys are unique and compared exactly.</summary>
public sealed class YamlMapping : YamlNode
{
    private readonly Dictionary<string, YamlEntry> _byKey;

    /// <param name="entries">Keys must be unique.</param>
    /// <param name="line">First line is 1.</param>
    /// <param name="column">First column is 1.</param>
    public YamlMapping(IReadOnlyList<YamlEntry> entries, int line, int column) : base(line, column)
    {
        Entries = entries;
        _byKey = entries.ToDictionary(entry => entry.Key, StringComparer.Ordinal);
        Nodes = 1 + entries.Sum(entry => 1 + entry.Value.Nodes);
        Characters = entries.Sum(entry => entry.Key.Length + entry.Value.Characters);
        Height = 1 + (entries.Count == 0 ? 0 : entries.Max(entry => entry.Value.Height));
    }

    public IReadOnlyList<YamlEntry> Entries { get; }

    public YamlNode? this[string key] => _byKey.TryGetValue(key, out var entry) ? entry.Value : null;

    public bool TryGet(string key, [NotNullWhen(true)] out YamlEntry? entry) => _byKey.TryGetValue(key, out entry);

    public override string Describe() => "a mapping";

    public override JsonNode ToJson()
    {
        var json = new JsonObject();
        foreach (var entry in Entries) json.Add(entry.Key, entry.Value.ToJson());
        return json;
    }
}

/// <summary>A list.</summary>
public sealed class YamlSequence : YamlNode
{
    public YamlSequence(IReadOnlyList<YamlNode> items, int line, int column) : base(line, column)
    {
        Items = items;
        Nodes = 1 + items.Sum(item => item.Nodes);
        Characters = items.Sum(item => item.Characters);
        Height = 1 + (items.Count == 0 ? 0 : items.Max(item => item.Height));
    }

    public IReadOnlyList<YamlNode> Items { get; }

    public override string Describe() => "a list";

    public override JsonNode ToJson()
    {
        var json = new JsonArray();
        foreach (var item in Items) json.Add(item.ToJson());
        return json;
    }
}

/// <summary>What a scalar means under the YAML 1.2 core schema.</summary>
public enum YamlScalarKind { Null, Boolean, Integer, Float, Text }

/// <summary>A single value: its text as written, and its meaning.</summary>
public sealed class YamlScalar : YamlNode
{
    public YamlScalar(string text, YamlScalarKind kind, int line, int column) : base(line, column)
    {
        Text = text;
        Kind = kind;
        Characters = text.Length;
    }

    /// <summary>The text as written, quotes and folding undone.</summary>
    public string Text { get; }

    public YamlScalarKind Kind { get; }

    /// <summary>True for text; numbers, booleans and null written without quotes are not text.</summary>
    public bool IsText => Kind == YamlScalarKind.Text;

    public override string Describe() => Kind switch
    {
        YamlScalarKind.Null => "empty (null)",
        YamlScalarKind.Boolean => $"the boolean {Text}",
        YamlScalarKind.Integer or YamlScalarKind.Float => $"the number {Text}",
        _ => "text",
    };

    public override JsonNode? ToJson() => CoreSchema.ToJson(this);
}
