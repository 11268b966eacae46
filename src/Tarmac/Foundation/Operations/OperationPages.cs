using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Operations;

/// <summary>An operation as its page shows it.</summary>
/// <param name="Log">The latest lines; the stream goes on after the last.</param>
public sealed record OperationView(
    Operation Operation, IReadOnlyList<StepView> Steps, IReadOnlyList<OperationCondition> Conditions, IReadOnlyList<OperationLogLine> Log, bool LogIsCut, IReadOnlyList<NextStep> Next);

/// <summary>The page of an operation: steps, conditions, the live log, and what comes of it.</summary>
public static class OperationPages
{
    private const int LinesShown = 1000;
    private const int LinesAtOnce = 5000;

    public static void MapOperationPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/operations/{id}", async (HttpContext context, OperationStore store, IEnumerable<OperationKind> kinds, string id, CancellationToken cancellation) =>
        {
            var view = await View(store, kinds, id, cancellation);
            // What it decided is the rest of the story: one page leads from creating to live.
            var decided = view.Operation.Result?["deploy"]?.GetValue<string>();
            return await Portal.Page<OperationPage>(context, new { View = view, Follows = decided is null ? null : await View(store, kinds, decided, cancellation) });
        }).ExcludeFromDescription();

        routes.MapGet("/operations/{id}/log.txt", async (OperationStore store, string id, CancellationToken cancellation) =>
        {
            await Find(store, id, cancellation);
            return Results.Stream(body => WriteLog(store, id, body, cancellation), "text/plain; charset=utf-8");
        }).ExcludeFromDescription();
    }

    private static async Task<OperationView> View(OperationStore store, IEnumerable<OperationKind> kinds, string id, CancellationToken cancellation)
    {
        // The operation first: its steps and lines are then at least as new as its state.
        var operation = await Find(store, id, cancellation);
        var kind = kinds.FirstOrDefault(kind => kind.Name == operation.Kind);
        var log = await store.LogEnd(id, LinesShown + 1, cancellation);
        return new OperationView(
            operation, OperationWords.Timeline(kind?.Steps ?? [], await store.Steps(id, cancellation), operation.IsFinal), await store.Conditions(id, cancellation),
            [.. log.TakeLast(LinesShown)], log.Count > LinesShown, operation.State == OperationState.Succeeded ? kind?.Next(operation) ?? [] : []);
    }

    private static async Task<Operation> Find(OperationStore store, string id, CancellationToken cancellation) =>
        await store.Find(id, cancellation) ?? throw Problem.NotFound("operation", id, "Recent ones are under Deliveries.");

    private static async Task WriteLog(OperationStore store, string id, Stream body, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(body, leaveOpen: true);
        var last = 0L;
        while (await store.Log(id, last, LinesAtOnce, cancellation) is { Count: > 0 } lines)
        {
            foreach (var line in lines) await writer.WriteAsync($"{line.At.UtcDateTime:O} {line.Text}\n");
            last = lines[^1].Line;
        }
    }
}
