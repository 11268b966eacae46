namespace Tarmac.Expressions.Values;

/// <summary>The names of the attributes an outcome waits for, each once and in order.</summary>
public sealed class UnknownAttributes
{
    /// <summary>A set of these names.</summary>
    public UnknownAttributes(IEnumerable<string> names) => Names = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The names: a variable, or a field's path such as <c>runbook.sections</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The names between commas.</summary>
    public override string ToString() => string.Join(", ", Names);

    internal static Value Merge(in Value one, in Value other) =>
        ReferenceEquals(one.Reference, other.Reference) ? one : Value.Unknown(one.AsUnknown.Names.Concat(other.AsUnknown.Names));
}
