using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Foundation.Operations;

/// <summary>Reading operations and following their log, while they run and after.</summary>
public static class OperationsApi
{
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/operations", async (OperationStore store, string? subject, string? state, int? limit, CancellationToken cancellation) =>
            await store.List(subject, state, Math.Clamp(limit ?? 50, 1, 500), cancellation)).WithSummary("Operations, newest first.");

        routes.MapGet("/api/operations/{id}", async (OperationStore store, string id, CancellationToken cancellation) =>
            new OperationShown(await Find(store, id, cancellation), await store.Steps(id, cancellation), await store.Conditions(id, cancellation)))
            .WithSummary("One operation with its steps and conditions.");

        routes.MapGet("/api/operations/{id}/log", async (HttpContext context, OperationStore store, TimeProvider clock, string id, long? after, bool? follow, CancellationToken cancellation) =>
        {
            await Find(store, id, cancellation);
            var from = EventStream.LastEventId(context) ?? after ?? 0;
            if (follow == true || context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal))
                return Results.ServerSentEvents(Events(store, clock, id, from, cancellation).Live(context, cancellation));
            return Results.Json(await store.Log(id, from, 5000, cancellation));
        }).WithSummary("The log of an operation; as server-sent events it goes on until the operation ends.");
    }

    private static async Task<Operation> Find(OperationStore store, string id, CancellationToken cancellation) =>
        await store.Find(id, cancellation) ?? throw Problem.NotFound("operation", id, "tarmac operation list shows the latest.");

    /// <summary>All lines after <paramref name="after"/> and those to come; ends when the operation is final and told.</summary>
    public static async IAsyncEnumerable<OperationLogLine> Follow(OperationStore store, TimeProvider clock, string id, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var next = store.NextChange;
            var final = (await store.Find(id, cancellation))?.IsFinal ?? true;
            List<OperationLogLine> lines;
            do
            {
                lines = await store.Log(id, after, 1000, cancellation);
                foreach (var line in lines)
                {
                    after = line.Line;
                    yield return line;
                }
            }
            while (lines.Count > 0);
            if (final) yield break;
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(1), clock, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> Events(OperationStore store, TimeProvider clock, string id, long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in Follow(store, clock, id, after, cancellation))
            yield return new SseItem<string>(new JsonObject
            {
                ["line"] = line.Line,
                ["at"] = line.At.UtcDateTime.ToString("O"),
                ["step"] = line.Step,
                ["text"] = line.Text,
            }.ToJsonString(), "line")
            { EventId = line.Line.ToString() };
        var done = await store.Find(id, cancellation);
        yield return new SseItem<string>(new JsonObject { ["state"] = done?.State, ["problem"] = done?.Problem?.DeepClone() }.ToJsonString(), "end");
    }
}

public sealed record OperationShown(Operation Operation, IReadOnlyList<OperationStep> Steps, IReadOnlyList<OperationCondition> Conditions);

/// <summary>Cancelling is for those who own what the operation works on.</summary>
public sealed class CancelOperation(OperationStore store, IEnumerable<OperationKind> kinds) : ActionHandler(OperationActions.Cancel)
{
    public override async ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) => (await Find(call, cancellation)).Subject;

    public override async ValueTask<string?> OwnerWhenUnknown(ActionCall call, CancellationToken cancellation)
    {
        var operation = await Find(call, cancellation);
        var kind = kinds.FirstOrDefault(kind => kind.Name == operation.Kind);
        return kind is null ? operation.Principal : await kind.OwnerWhenUnknown(operation, cancellation);
    }

    public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var operation = await Find(call, cancellation);
        if (operation.IsFinal) throw new Problem(409, "operation-final", $"The operation has already {operation.State}.", null, "There is nothing left to cancel.");
        return new ActionPlan(operation.Subject, [$"“{operation.Title}” stops at its next safe point; what serves now goes on serving."]);
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session) =>
        new(new JsonObject { ["canceled"] = await store.Cancel(session, call.Text("id")) }, call.Text("id"));

    private async Task<Operation> Find(ActionCall call, CancellationToken cancellation) =>
        await store.Find(call.Text("id"), cancellation) ?? throw Problem.NotFound("operation", call.Text("id"), "tarmac operation list shows the latest.");
}
