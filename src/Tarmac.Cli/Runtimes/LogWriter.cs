using System.Buffers;
using System.Globalization;
using System.Text;
using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>The log of one process: <c>logs/current.log</c>, and full files named by the position of their first byte in
/// the whole stream, so that a reader's place survives rotation. A disk that refuses output loses output, never the process.</summary>
internal sealed class LogWriter : IDisposable
{
    private readonly ProcessFolder _folder;
    private readonly LogLimits _limits;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _records = new(4096);
    private readonly LogLines _notices = new("tarmac");
    private FileStream _file;
    private long _start;
    private bool _failing;

    public LogWriter(ProcessFolder folder, LogLimits limits, TimeProvider time)
    {
        (_folder, _limits, _time) = (folder, limits, time);
        foreach (var name in FullFiles())
            _start = Math.Max(_start, Position(name) + new FileInfo(name).Length);
        _file = Open();
    }

    /// <summary>The shim's own word in the log.</summary>
    public void Notice(string text)
    {
        lock (_gate)
        {
            _records.ResetWrittenCount();
            _notices.Write(Encoding.UTF8.GetBytes(text), end: true, _time.GetUtcNow(), _records);
            Store(_records.WrittenSpan);
        }
    }

    public void Append(LogLines lines, ReadOnlySpan<byte> data, bool end)
    {
        lock (_gate)
        {
            _records.ResetWrittenCount();
            lines.Write(data, end, _time.GetUtcNow(), _records);
            if (_records.WrittenCount == 0)
                return;
            if (_file.Length + _records.WrittenCount > _limits.FileBytes)
                Rotate();
            Store(_records.WrittenSpan);
        }
    }

    /// <summary>Frees disk space that something more important needs.</summary>
    public void DropOldest()
    {
        lock (_gate)
        {
            var full = FullFiles();
            Array.Sort(full, StringComparer.Ordinal);
            if (full.Length > 0)
                File.Delete(full[0]);
            else
                _file.SetLength(0);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Rotate()
    {
        if (_file.Length == 0)
            return;
        try
        {
            var length = _file.Length;
            var name = Path.Join(_folder.LogFolder, $"{_start:D16}.log");
            File.Move(_folder.CurrentLog, name);
            FileStream next;
            try
            {
                next = Open();
            }
            catch (IOException)
            {
                File.Move(name, _folder.CurrentLog); // go on with the old one: a full disk may have no room for a name
                throw;
            }
            _file.Dispose();
            _start += length;
            _file = next;
            var full = FullFiles();
            Array.Sort(full, StringComparer.Ordinal);
            for (var i = 0; i < full.Length - Math.Max(1, _limits.Files); i++)
                File.Delete(full[i]);
        }
        catch (IOException e)
        {
            Report(e);
        }
    }

    private void Store(ReadOnlySpan<byte> records)
    {
        var before = _file.Length;
        try
        {
            _file.Write(records);
            _failing = false;
        }
        catch (IOException e)
        {
            Report(e);
            // Half a record would garble the next one.
            _file.SetLength(before);
            _file.Position = before;
        }
    }

    private void Report(IOException e)
    {
        if (!_failing)
            ShimOutput.Say($"{_time.GetUtcNow():O} output is being lost: {e.Message}");
        _failing = true;
    }

    private FileStream Open()
    {
        var file = new FileStream(_folder.CurrentLog, FileMode.OpenOrCreate, FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        TrimHalfRecord(file);
        file.Position = file.Length;
        return file;
    }

    /// <summary>A shim killed in the middle of a write leaves half a line; the next record must not join it.</summary>
    private static void TrimHalfRecord(FileStream file)
    {
        var tail = new byte[Math.Min(file.Length, LogLines.LongestText + 128)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        file.SetLength(file.Length - tail.Length + tail.AsSpan().LastIndexOf((byte)'\n') + 1);
    }

    private string[] FullFiles() => Directory.GetFiles(_folder.LogFolder, "0*.log");

    private static long Position(string file) =>
        long.Parse(Path.GetFileNameWithoutExtension(file.AsSpan()), CultureInfo.InvariantCulture);
}
