using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tarmac.Cli.Runtimes;

/// <summary>Cuts a stream into records of the form container runtimes use: <c>TIME STREAM F|P TEXT</c>,
/// where P marks a part of a line too long for one record. Works on bytes; never decodes.</summary>
internal sealed class LogLines(string stream)
{
    public const int LongestText = 16 * 1024;

    private readonly byte[] _full = Encoding.ASCII.GetBytes($" {stream} F ");
    private readonly byte[] _part = Encoding.ASCII.GetBytes($" {stream} P ");
    private readonly ArrayBufferWriter<byte> _pending = new(256);

    /// <summary>Writes every record that is complete after <paramref name="data"/>; at the end also the last, unfinished one.</summary>
    public void Write(ReadOnlySpan<byte> data, bool end, DateTimeOffset at, ArrayBufferWriter<byte> target)
    {
        while (!data.IsEmpty)
        {
            var room = LongestText - _pending.WrittenCount;
            var newline = data[..Math.Min(data.Length, room + 1)].IndexOf((byte)'\n');
            if (newline >= 0)
            {
                Record(_full, data[..newline], at, target);
                data = data[(newline + 1)..];
            }
            else if (data.Length > room)
            {
                Record(_part, data[..room], at, target);
                data = data[room..];
            }
            else
            {
                _pending.Write(data);
                break;
            }
        }
        if (end && _pending.WrittenCount > 0)
            Record(_full, default, at, target);
    }

    private void Record(byte[] tag, ReadOnlySpan<byte> text, DateTimeOffset at, ArrayBufferWriter<byte> target)
    {
        var time = target.GetSpan(40);
        _ = Utf8Formatter.TryFormat(at.UtcDateTime, time, out var length, 'O');
        target.Advance(length);
        target.Write(tag);
        target.Write(_pending.WrittenSpan);
        target.Write(text);
        target.Write("\n"u8);
        _pending.ResetWrittenCount();
    }
}
