using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Operations;

/// <summary>One runner's hold on one operation: its steps, conditions, log and fenced writes.</summary>
public sealed class OperationRun
{
    private readonly OperationStore store;
    private readonly TimeProvider clock;
    private readonly OperationLogWriter log;
    private readonly Dictionary<string, OperationStep> steps;
    private string current = "";

    private readonly Func<bool> cancelAsked;

    private OperationRun(
        Operation operation, OperationStore store, TimeProvider clock, IEnumerable<OperationStep> steps, OperationLogWriter log, Func<bool> cancelAsked, CancellationToken stopping)
    {
        this.cancelAsked = cancelAsked;
        Operation = operation;
        this.store = store;
        this.clock = clock;
        this.log = log;
        this.steps = steps.ToDictionary(step => step.Name);
        Stopping = stopping;
    }

    public Operation Operation { get; }

    /// <summary>Set when a cancel was asked for, the lease was lost, or the platform stops.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>True when <see cref="Stopping"/> was set because somebody canceled: outside work is ended, not left to be resumed.</summary>
    public bool CancelAsked => cancelAsked();

    internal static async Task<OperationRun> Start(Operation operation, OperationStore store, TimeProvider clock, Func<bool> cancelAsked, CancellationToken stopping)
    {
        var steps = await store.Steps(operation.Id, stopping);
        var log = await OperationLogWriter.Open(operation, store, clock, stopping);
        return new OperationRun(operation, store, clock, steps, log, cancelAsked, stopping);
    }

    /// <summary>
    /// Runs a named step unless an earlier try finished it, and answers its output. The work must be idempotent: after a
    /// crash between its effect and the record of it, it runs again.
    /// </summary>
    public async Task<JsonObject> Step(string name, Func<CancellationToken, Task<JsonObject?>> work)
    {
        if (steps.TryGetValue(name, out var done) && done.State == OperationState.Succeeded) return done.Output ?? [];
        Stopping.ThrowIfCancellationRequested();
        current = name;
        await Record(name, OperationState.Running, null, null);
        KillPoint.Reached(name, "begin");
        try
        {
            var output = await work(Stopping) ?? [];
            KillPoint.Reached(name, "effect");
            await log.Flush();
            await Record(name, OperationState.Succeeded, null, output);
            KillPoint.Reached(name, "end");
            return output;
        }
        catch (Exception error) when (error is not LeaseLostException)
        {
            await log.Flush();
            var state = error is OperationCanceledException && Stopping.IsCancellationRequested ? OperationState.Canceled : OperationState.Failed;
            await Record(name, state, (error as Problem)?.Title ?? error.Message, null);
            throw;
        }
        finally
        {
            current = "";
        }
    }

    public Task Step(string name, Func<CancellationToken, Task> work) =>
        Step(name, async cancellation =>
        {
            await work(cancellation);
            return null;
        });

    /// <summary>The output of a step that has finished, or null.</summary>
    public JsonObject? Output(string step) => steps.TryGetValue(step, out var done) && done.State == OperationState.Succeeded ? done.Output ?? [] : null;

    /// <summary>Adds a line to the live log, which people follow while it grows.</summary>
    public void Log(string text) => log.Add(current, text);

    /// <summary>Sets a condition, for example <c>Ready</c> to <c>False</c> because <c>ProbeFailed</c>.</summary>
    public Task Condition(string type, bool status, string reason, string message) =>
        Write(session => session.Execute($"""
            insert into operation_condition (operation, type, status, reason, message, changed_at)
            values ({Operation.Id}, {type}, {(status ? "True" : "False")}, {reason}, {StorableText.Of(message)}, {clock.GetUtcNow()})
            on conflict (operation, type) do update set status = excluded.status, reason = excluded.reason, message = excluded.message, changed_at = excluded.changed_at
            """));

    /// <summary>Writes in one transaction, refused when this runner no longer holds the operation.</summary>
    public Task<T> Write<T>(Func<Session, Task<T>> work) => store.Fenced(Operation, work);

    internal Task FlushLog() => log.Flush();

    private async Task Record(string name, string state, string? message, JsonObject? output)
    {
        var now = clock.GetUtcNow();
        var number = steps.TryGetValue(name, out var known) ? steps.Keys.ToList().IndexOf(name) : steps.Count;
        var finished = state == OperationState.Running ? (DateTimeOffset?)null : now;
        var started = state == OperationState.Running ? now : known?.StartedAt ?? now;
        message = message is null ? null : StorableText.Of(message);
        await store.Fenced(Operation, session => session.Execute($"""
            insert into operation_step (operation, number, name, state, started_at, finished_at, message, output)
            values ({Operation.Id}, {number}, {name}, {state}, {started}, {finished}, {message}, {output?.ToJsonString()})
            on conflict (operation, name) do update set state = excluded.state, started_at = excluded.started_at,
              finished_at = excluded.finished_at, message = excluded.message, output = excluded.output
            """));
        steps[name] = new OperationStep(name, state, started, finished, message, output);
        store.Wake();
    }
}
