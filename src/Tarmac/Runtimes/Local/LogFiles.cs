using System.Globalization;
using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <summary>One open log file; a rename in the meantime does not matter to it.</summary>
/// <param name="Start">Position of its first byte in the whole log.</param>
/// <param name="File">Opened for reading beside the writer.</param>
internal sealed record LogFile(long Start, FileStream File) : IDisposable
{
    // More than the longest record, so a full block always holds the end of one.
    private const int Block = 64 * 1024;

    private readonly byte[] _buffer = new byte[Block];

    /// <summary>The complete records in the block at a position, and the position after them.</summary>
    public long ReadBlock(long position, List<LogLine> into)
    {
        var count = RandomAccess.Read(File.SafeFileHandle, _buffer, position - Start);
        var left = _buffer.AsSpan(0, count);
        for (int end; (end = left.IndexOf((byte)'\n')) >= 0; left = left[(end + 1)..], position += end + 1)
            if (LogLine.Parse(left[..end], position) is { } line)
                into.Add(line);
        return position;
    }

    public void Dispose() => File.Dispose();
}

/// <summary>The files of one log, which its writer rotates while they are read.</summary>
internal sealed class LogFiles(ProcessFolder folder)
{
    /// <summary>All files, oldest first; the last is being written. Empty when there is no log (any more).</summary>
    public List<LogFile> OpenAll()
    {
        while (true)
        {
            var full = FullFiles();
            var opened = new List<LogFile>();
            long end = 0;
            foreach (var (start, path) in full)
            {
                if (TryOpen(path) is not { } file)
                    continue; // deleted as the oldest
                opened.Add(new LogFile(start, file));
                end = start + file.Length;
            }
            if (TryOpen(folder.CurrentLog) is { } current)
                opened.Add(new LogFile(end, current));
            // A rotation in between would have given the current file the wrong place.
            if (FullFiles().Select(f => f.Start).LastOrDefault(-1) == full.Select(f => f.Start).LastOrDefault(-1))
                return opened;
            opened.ForEach(f => f.Dispose());
        }
    }

    /// <summary>The file that holds a position: the first one when it is gone already, null when there is no log.</summary>
    public LogFile? Open(long position)
    {
        var files = OpenAll();
        var chosen = files.FindLast(f => f.Start <= position) ?? files.FirstOrDefault();
        foreach (var file in files)
            if (file != chosen)
                file.Dispose();
        return chosen;
    }

    /// <summary>The file that starts there is full: nothing is added to it any more.</summary>
    public bool IsFull(long start) => File.Exists(Path.Join(folder.LogFolder, $"{start:D16}.log"));

    private List<(long Start, string Path)> FullFiles()
    {
        if (!Directory.Exists(folder.LogFolder))
            return [];
        var files = new List<(long Start, string Path)>();
        foreach (var path in Directory.GetFiles(folder.LogFolder, "*.log"))
            if (long.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var start))
                files.Add((start, path));
        files.Sort();
        return files;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>A place in a log that moves forward, from file to file.</summary>
internal sealed class LogCursor(ProcessFolder folder, long from) : IDisposable
{
    private readonly LogFiles _files = new(folder);
    private readonly List<LogLine> _lines = [];
    private LogFile? _file;
    private long _position = from;

    /// <summary>The next records that are there, at most a block of them; empty when there are none yet.</summary>
    public List<LogLine> Read()
    {
        _lines.Clear();
        while (_lines.Count == 0)
        {
            if (_file is null)
            {
                if ((_file = _files.Open(_position)) is null)
                    return _lines;
                _position = Math.Clamp(_position, _file.Start, _file.Start + _file.File.Length);
            }
            // Asked before reading: what a full file holds now is all it will ever hold.
            var full = _files.IsFull(_file.Start);
            var next = _file.ReadBlock(_position, _lines);
            if (next == _position)
            {
                if (!full)
                    return _lines;
                _position = _file.Start + _file.File.Length;
                _file.Dispose();
                _file = null;
            }
            else
            {
                _position = next;
            }
        }
        return _lines;
    }

    public void Dispose() => _file?.Dispose();
}
