using System.Buffers.Text;
using System.Text;

namespace Tarmac.Model.Runtimes;

/// <summary>One record of a process log.</summary>
/// <param name="Position">Of its first byte in the whole log; stays the same when files rotate.</param>
/// <param name="Next">Of the record after it: where a reader goes on.</param>
/// <param name="At">When the shim read it.</param>
/// <param name="Stream"><c>stdout</c>, <c>stderr</c>, or <c>tarmac</c> for the shim's own words.</param>
/// <param name="Text">Without the line end; bytes that are no UTF-8 are replaced.</param>
/// <param name="Partial">The line goes on in the next record of the same stream.</param>
public sealed record LogLine(long Position, long Next, DateTimeOffset At, string Stream, string Text, bool Partial)
{
    /// <summary>Reads <c>TIME STREAM F|P TEXT</c>; null when the record is not of that form.</summary>
    public static LogLine? Parse(ReadOnlySpan<byte> record, long position)
    {
        if (!Utf8Parser.TryParse(record, out DateTimeOffset at, out var timeLength, 'O') || timeLength + 1 >= record.Length)
            return null;
        var rest = record[(timeLength + 1)..];
        var space = rest.IndexOf((byte)' ');
        if (space <= 0 || rest.Length < space + 3)
            return null;
        var text = rest.Length > space + 3 ? Encoding.UTF8.GetString(rest[(space + 3)..]) : "";
        return new LogLine(position, position + record.Length + 1, at, Encoding.ASCII.GetString(rest[..space]), text.TrimEnd('\r'), rest[space + 1] == 'P');
    }
}
