using Tarmac.Foundation.Storage;

namespace Tarmac.Foundation.Operations;

/// <summary>Gathers log lines and writes them in batches: a flood costs a few transactions a second, not one a line.</summary>
internal sealed class OperationLogWriter
{
    private const int LongestLine = 4_000;
    private const int MostLines = 50_000;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(100);

    private readonly Operation operation;
    private readonly OperationStore store;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim flushing = new(1, 1);
    private List<OperationLogLine> waiting = [];
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
        lock (gate)
        {
            if (lastLine > MostLines) return;
            var shown = lastLine == MostLines ? $"The log has reached {MostLines} lines; the rest is left out."
                : text.Length <= LongestLine ? text : text[..(char.IsHighSurrogate(text[LongestLine - 1]) ? LongestLine - 1 : LongestLine)] + " …";
            // A build may print anything.
            waiting.Add(new OperationLogLine(++lastLine, clock.GetUtcNow(), step, StorableText.Of(shown)));
            if (scheduled) return;
            scheduled = true;
        }
        _ = FlushSoon();
    }

    public async Task Flush()
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
            await Flush();
        }
        catch (Exception error) when (error is LeaseLostException or StorageUnavailableException)
        {
            // The runner meets the same error at its next step and deals with it there.
        }
    }
}
