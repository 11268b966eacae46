using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Operations;

/// <summary>
/// Gathers log lines and writes them in batches: a flood costs a few transactions a second, not one a line. A long log keeps
/// its head, as it grows, and the last lines of each step, where the reason of a failure is.
/// </summary>
internal sealed class OperationLogWriter
{
    private const int LongestLine = 4_000;
    private const int HeadLines = 50_000;
    private const int TailLines = 1_000;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(100);

    private readonly Operation operation;
    private readonly OperationStore store;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim flushing = new(1, 1);
    private readonly Queue<OperationLogLine> tail = [];
    private List<OperationLogLine> waiting = [];
    private long leftOut;
    private long lastLine;
    private bool scheduled;

    private OperationLogWriter(Operation operation, OperationStore store, TimeProvider clock, long lastLine)
    {
        this.operation = operation;
        this.store = store;
        this.clock = clock;
        this.lastLine = lastLine;
    }

    public static async Task<OperationLogWriter> Open(Operation operation, OperationStore store, TimeProvider clock, CancellationToken cancellation)
    {
        var last = await store.Fenced(operation, async session =>
            await session.Number($"select max(line) from operation_log where operation = {operation.Id}") ?? 0, cancellation);
        return new OperationLogWriter(operation, store, clock, last);
    }

    public void Add(string step, string text)
    {
        var whole = text.Length <= LongestLine ? text : text[..(char.IsHighSurrogate(text[LongestLine - 1]) ? LongestLine - 1 : LongestLine)] + " …";
        // A build may print anything.
        var shown = StorableText.Of(whole);
        lock (gate)
        {
            if (lastLine == HeadLines) Number(new OperationLogLine(0, clock.GetUtcNow(), step, $"The log has reached {HeadLines} lines; of what follows, the last {TailLines} of each step are shown when it ends."));
            var line = new OperationLogLine(0, clock.GetUtcNow(), step, shown);
            if (lastLine > HeadLines) Keep(line);
            else Number(line);
            if (scheduled) return;
            scheduled = true;
        }
        _ = FlushSoon();
    }

    /// <summary>Writes all there is, the last lines too.</summary>
    public Task Flush()
    {
        lock (gate)
        {
            if (leftOut > 0) Number(tail.Peek() with { Text = $"{leftOut} lines are left out here." });
            while (tail.TryDequeue(out var line)) Number(line);
            leftOut = 0;
        }
        return WriteWaiting();
    }

    private void Number(OperationLogLine line) => waiting.Add(line with { Line = ++lastLine });

    private void Keep(OperationLogLine line)
    {
        tail.Enqueue(line);
        if (tail.Count <= TailLines) return;
        tail.Dequeue();
        leftOut++;
    }

    private async Task WriteWaiting()
    {
        await flushing.WaitAsync();
        try
        {
            List<OperationLogLine> batch;
            lock (gate)
            {
                if (waiting.Count == 0) return;
                batch = waiting;
                waiting = [];
            }
            try
            {
                await Write(batch);
            }
            catch (StorageUnavailableException)
            {
                // Kept for the next flush, so that an outage leaves no hole in the log.
                lock (gate) waiting = [.. batch, .. waiting];
                throw;
            }
        }
        finally
        {
            flushing.Release();
        }
    }

    private Task Write(List<OperationLogLine> batch) =>
        store.Fenced(operation, async session =>
        {
            foreach (var line in batch)
                await session.Execute($"""
                    insert into operation_log (operation, line, at, step, text) values ({operation.Id}, {line.Line}, {line.At}, {line.Step}, {line.Text})
                    on conflict (operation, line) do nothing
                    """);
            session.OnCommitted(store.Wake);
            return true;
        });

    private async Task FlushSoon()
    {
        await Task.Delay(FlushEvery, clock);
        lock (gate) scheduled = false;
        try
        {
            await WriteWaiting();
        }
        catch (Exception error) when (error is LeaseLostException or StorageUnavailableException)
        {
            // The runner meets the same error at its next step and deals with it there.
        }
    }
}
