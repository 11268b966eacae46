using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Operations;

public static class OperationState
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Canceled = "canceled";

    public static bool IsFinal(string state) => state is Succeeded or Failed or Canceled;
}

/// <summary>An operation as lists have it: without its input and result, which may be large.</summary>
/// <param name="Subject">What it works on; operations on one subject run one at a time, oldest first.</param>
/// <param name="Problem">When failed: the problem details (code, title, detail, cure).</param>
public record OperationOverview(
    string Id, string Kind, string Subject, string Title, string Principal, string State,
    DateTimeOffset CreatedAt, DateTimeOffset DueAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    long Fence, int Attempts, bool CancelRequested, JsonObject? Problem)
{
    public bool IsFinal => OperationState.IsFinal(State);
}

/// <summary>A durable run of an action. It is in exactly one state, and once final it never changes.</summary>
public sealed record Operation(
    string Id, string Kind, string Subject, string Title, JsonObject Input, string Principal, string State,
    DateTimeOffset CreatedAt, DateTimeOffset DueAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    long Fence, int Attempts, bool CancelRequested, JsonObject? Result, JsonObject? Problem)
    : OperationOverview(Id, Kind, Subject, Title, Principal, State, CreatedAt, DueAt, StartedAt, FinishedAt, Fence, Attempts, CancelRequested, Problem);

/// <summary>One step of an operation; a finished step is never run again.</summary>
public sealed record OperationStep(string Name, string State, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? Message, JsonObject? Output);

/// <summary>An observed condition, in the manner of Kubernetes: <c>Ready=False, reason ProbeFailed</c>.</summary>
public sealed record OperationCondition(string Type, string Status, string Reason, string Message, DateTimeOffset ChangedAt);

public sealed record OperationLogLine(long Line, DateTimeOffset At, string Step, string Text);

/// <summary>What to run: asked for inside the transaction that decides it, so that accepted work is never lost.</summary>
/// <param name="Id">Give the same id for the same work and it is only ever accepted once.</param>
/// <param name="Host">The home whose platform runs it, of several that share the database; any of them when null.</param>
public sealed record OperationRequest(string Kind, string Subject, string Title, JsonObject Input, string Principal, string? Id = null, string? Host = null);
