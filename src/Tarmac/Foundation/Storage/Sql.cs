using System.Runtime.CompilerServices;
using System.Text;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// A statement written as an interpolated string in which every hole becomes a parameter, so that injection is
/// impossible by type: <c>session.One($"select name from team where id = {id}", row => row.Text(0))</c>.
/// A hole that holds a list of strings becomes <c>(@p0, @p1)</c> for <c>in</c>; an empty list matches nothing.
/// </summary>
[InterpolatedStringHandler]
public readonly struct Sql
{
    private readonly StringBuilder text;
    private readonly List<object?> values;

    public Sql(int literalLength, int formattedCount)
    {
        text = new StringBuilder(literalLength + (formattedCount * 4));
        values = new List<object?>(formattedCount);
    }

    public string Text => text.ToString();

    public IReadOnlyList<object?> Values => values;

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Sql part)
    {
        // A nested statement keeps its own parameters, renumbered to follow ours.
        var rest = part.Text;
        for (var index = part.values.Count - 1; index >= 0; index--)
            rest = rest.Replace("@p" + index, "@p" + (index + values.Count), StringComparison.Ordinal);
        text.Append(rest);
        values.AddRange(part.values);
    }

    public void AppendFormatted(IEnumerable<string> list)
    {
        text.Append('(');
        var first = true;
        foreach (var item in list)
        {
            if (!first) text.Append(", ");
            first = false;
            AppendFormatted(item);
        }
        text.Append(first ? "null)" : ")");
    }

    public void AppendFormatted(string? value) => Add(value);

    public void AppendFormatted(long value) => Add(value);

    public void AppendFormatted(long? value) => Add(value);

    public void AppendFormatted(int value) => Add((long)value);

    public void AppendFormatted(double value) => Add(value);

    public void AppendFormatted(double? value) => Add(value);

    public void AppendFormatted(bool value) => Add(value);

    public void AppendFormatted(DateTimeOffset value) => Add(value.ToUnixTimeMilliseconds());

    public void AppendFormatted(DateTimeOffset? value) => Add(value?.ToUnixTimeMilliseconds());

    private void Add(object? value)
    {
        text.Append("@p").Append(values.Count);
        values.Add(value);
    }
}
