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
    // Stands for a parameter until the statement is whole; no statement contains it otherwise.
    private const char Hole = '\0';

    private readonly StringBuilder text;
    private readonly List<object?> values;

    public Sql(int literalLength, int formattedCount)
    {
        text = new StringBuilder(literalLength + (formattedCount * 4));
        values = new List<object?>(formattedCount);
    }

    /// <summary>The statement with its parameters named <c>@p0</c>, <c>@p1</c>… in the order of <see cref="Values"/>.</summary>
    public string Text
    {
        get
        {
            var numbered = new StringBuilder(text.Length + (values.Count * 3));
            var next = 0;
            foreach (var chunk in text.GetChunks())
                foreach (var character in chunk.Span)
                {
                    if (character == Hole) numbered.Append("@p").Append(next++);
                    else numbered.Append(character);
                }
            return numbered.ToString();
        }
    }

    public IReadOnlyList<object?> Values => values;

    public void AppendLiteral(string literal) => text.Append(literal);

    /// <summary>A nested statement brings its own parameters; they are numbered only when the whole is read.</summary>
    public void AppendFormatted(Sql part)
    {
        text.Append(part.text);
        values.AddRange(part.values);
    }

    /// <summary>Statements one after the other with commas between them, such as the rows of one <c>insert</c>.</summary>
    public void AppendFormatted(IEnumerable<Sql> parts)
    {
        var first = true;
        foreach (var part in parts)
        {
            if (!first) text.Append(", ");
            first = false;
            AppendFormatted(part);
        }
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
        text.Append(Hole);
        values.Add(value);
    }
}
