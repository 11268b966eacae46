using System.Collections;

namespace Tarmac.Expressions.Values;

/// <summary>A list; it never changes.</summary>
public sealed class ListValue : IReadOnlyList<Value>
{
    private readonly Value[] items;

    internal ListValue(Value[] items)
    {
        this.items = items;
        Depth = MapValue.DepthOf(items);
    }

    internal static ListValue Empty { get; } = new([]);

    /// <summary>A list of these values.</summary>
    /// <exception cref="ArgumentException">One of them is an error or unknown, or too many lists are inside one another.</exception>
    public ListValue(IEnumerable<Value> items) : this(items.ToArray())
    {
    }

    /// <summary>How many values there are.</summary>
    public int Count => items.Length;

    /// <summary>The value at a place, from 0.</summary>
    public Value this[int index] => items[index];

    /// <summary>The lists and maps inside one another, this one included.</summary>
    internal int Depth { get; }

    internal ReadOnlySpan<Value> Items => items;

    /// <inheritdoc/>
    public IEnumerator<Value> GetEnumerator() => ((IEnumerable<Value>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
