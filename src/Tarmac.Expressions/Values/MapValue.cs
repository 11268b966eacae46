using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Tarmac.Expressions.Values;

/// <summary>A map whose keys are bools, ints, uints or strings, in the order of their writing; it never changes (cel-spec, language definition, "Aggregate Values").</summary>
public sealed class MapValue : IReadOnlyCollection<KeyValuePair<Value, Value>>
{
    private readonly Dictionary<Value, Value> entries;
    private readonly Value[] keys;

    /// <summary>A map of these entries.</summary>
    /// <exception cref="ArgumentException">A key comes twice or cannot be one, a value is an error or unknown, or too many maps are inside one another.</exception>
    public MapValue(IEnumerable<KeyValuePair<Value, Value>> entries)
    {
        this.entries = new Dictionary<Value, Value>(MapKeys.Comparer);
        var ordered = new List<Value>();
        foreach (var (key, value) in entries)
        {
            if (!MapKeys.CanBeKey(key)) throw new ArgumentException($"unsupported key type: a {key.TypeName} cannot be the key of a map", nameof(entries));
            if (!this.entries.TryAdd(key, value)) throw new ArgumentException($"Failed with repeated key: {key} comes twice", nameof(entries));
            ordered.Add(key);
        }
        keys = [.. ordered];
        Depth = DepthOf([.. this.entries.Values]);
    }

    /// <summary>How many entries there are.</summary>
    public int Count => keys.Length;

    internal int Depth { get; }

    internal ReadOnlySpan<Value> Keys => keys;

    /// <summary>The value of a key; a number finds an equal number of another kind.</summary>
    public bool TryGet(Value key, [MaybeNullWhen(false)] out Value value) => entries.TryGetValue(key, out value);

    /// <summary>The value of a text.</summary>
    public bool TryGet(string key, [MaybeNullWhen(false)] out Value value) => entries.TryGetValue(Value.String(key), out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<Value, Value>> GetEnumerator()
    {
        foreach (var key in keys) yield return KeyValuePair.Create(key, entries[key]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The depth of a list or map of these values, which are refused when they cannot be in one.</summary>
    internal static int DepthOf(ReadOnlySpan<Value> values)
    {
        var depth = 1;
        foreach (ref readonly var value in values)
        {
            if (value.IsOutcome) throw new ArgumentException("an error or an unknown cannot be inside a list or a map");
            if (value.Kind == ValueKind.List) depth = Math.Max(depth, value.AsList.Depth + 1);
            else if (value.Kind == ValueKind.Map) depth = Math.Max(depth, value.AsMap.Depth + 1);
        }
        // Values are compared by recursion, so their depth is bounded where they are made.
        if (depth > ExpressionLimits.MaximumValueDepth) throw new ArgumentException($"more than {ExpressionLimits.MaximumValueDepth} lists or maps are inside one another");
        return depth;
    }
}
