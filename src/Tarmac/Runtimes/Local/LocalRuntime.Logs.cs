using System.Runtime.CompilerServices;
using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

public sealed partial class LocalRuntime
{
    private static readonly TimeSpan FollowPoll = TimeSpan.FromMilliseconds(100);
    private const int PollsBetweenLooksAtTheProcess = 10;

    /// <summary>The kept log of a process that is there, oldest line first; empty for one without output.</summary>
    /// <param name="id">The process.</param>
    /// <param name="since">Only lines at or after.</param>
    /// <param name="grep">Only lines that hold this text, whatever its case. No pattern: what people paste is full of brackets.</param>
    /// <param name="tail">Only the last so many of those.</param>
    public IReadOnlyList<LogLine> ReadLog(string id, DateTimeOffset? since = null, string? grep = null, int? tail = null)
    {
        var folder = FolderOf(id);
        if (!File.Exists(folder.SpecFile))
            throw LocalRuntimeException.UnknownProcess(id);
        var files = new LogFiles(folder).OpenAll();
        try
        {
            // Newest file first, so that a tail reads no more than it needs.
            var found = new List<List<LogLine>>();
            var missing = tail ?? int.MaxValue;
            for (var i = files.Count - 1; i >= 0 && missing > 0; i--)
            {
                var lines = Matching(files[i], since, grep, missing);
                found.Add(lines);
                missing -= lines.Count;
            }
            found.Reverse();
            return [.. found.SelectMany(lines => lines)];
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }
    }

    /// <summary>The log from a position on (0, or <see cref="LogLine.Next"/> of a line seen before), then what is added,
    /// across rotations and restarts, until the process has ended and all of it was given.</summary>
    public async IAsyncEnumerable<LogLine> FollowLog(string id, long from, [EnumeratorCancellation] CancellationToken ct)
    {
        var folder = FolderOf(id);
        if (!File.Exists(folder.SpecFile))
            throw LocalRuntimeException.UnknownProcess(id);
        using var cursor = new LogCursor(folder, from);
        for (var polls = 0; ; polls++)
        {
            // Looked at before reading: what is not there after the end never comes.
            var over = (File.Exists(folder.ExitFile) || polls % PollsBetweenLooksAtTheProcess == 0)
                && ProcessHandle.Read(folder)?.State is null or ProcessState.Exited or ProcessState.ShimLost;
            var lines = cursor.Read();
            while (lines.Count > 0)
            {
                foreach (var line in lines)
                    yield return line;
                ct.ThrowIfCancellationRequested();
                lines = cursor.Read();
            }
            if (over)
                yield break;
            await Task.Delay(FollowPoll, time, ct);
        }
    }

    private static List<LogLine> Matching(LogFile file, DateTimeOffset? since, string? grep, int most)
    {
        if (since is { } bound && File.GetLastWriteTimeUtc(file.File.SafeFileHandle) < bound.UtcDateTime)
            return [];
        var kept = new Queue<LogLine>();
        var block = new List<LogLine>();
        for (long position = file.Start, next; (next = file.ReadBlock(position, block)) > position; position = next)
        {
            foreach (var line in block)
            {
                if (line.At < since || (grep is not null && !line.Text.Contains(grep, StringComparison.OrdinalIgnoreCase)))
                    continue;
                if (kept.Count == most)
                    kept.Dequeue();
                kept.Enqueue(line);
            }
            block.Clear();
        }
        return [.. kept];
    }
}
