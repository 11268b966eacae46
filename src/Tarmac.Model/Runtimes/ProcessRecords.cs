using System.Text.Json.Serialization;

namespace Tarmac.Model.Runtimes;

/// <summary>Why a process is no longer there.</summary>
public enum ExitReason
{
    [JsonStringEnumMemberName("exited")] Exited,
    [JsonStringEnumMemberName("stopped")] Stopped,
    [JsonStringEnumMemberName("time-limit")] TimeLimit,
    [JsonStringEnumMemberName("memory-limit")] MemoryLimit,
    [JsonStringEnumMemberName("process-limit")] ProcessLimit,
    [JsonStringEnumMemberName("disk-limit")] DiskLimit,
    [JsonStringEnumMemberName("gave-up")] GaveUp,
    [JsonStringEnumMemberName("start-failed")] StartFailed,

    /// <summary>Written by the runtime: the shim died without a record, so the outcome is not known.</summary>
    [JsonStringEnumMemberName("shim-lost")] ShimLost,
}

/// <summary>How limits are kept.</summary>
public enum Isolation
{
    [JsonStringEnumMemberName("watchdog")] Watchdog,
    [JsonStringEnumMemberName("cgroup-v2")] CgroupV2,
}

/// <summary><c>shim.json</c>: which process supervises this folder.</summary>
public sealed record ShimRecord(int Pid, long StartTime, string BootId, string? Launch)
{
    [JsonIgnore]
    public ProcessIdentity Identity => new(Pid, StartTime, BootId);
}

/// <summary><c>child.json</c>: the supervised process as it was last started.</summary>
/// <param name="Pid">Process id; also its process group and session.</param>
/// <param name="StartTime">Field 22 of /proc/PID/stat.</param>
/// <param name="BootId">Boot of the machine in which the two above mean something.</param>
/// <param name="Restarts">Starts after the first.</param>
/// <param name="StartedAt">When it was last started.</param>
/// <param name="Isolation">How limits are kept.</param>
/// <param name="NotEnforced">Limits asked for that this host cannot keep (for example <c>cpu</c>).</param>
/// <param name="LastExit">How the run before this one ended.</param>
/// <param name="NextStartAt">Set while waiting to start again; the process is then dead.</param>
/// <param name="Launch">The launch this belongs to.</param>
public sealed record ChildRecord(
    int Pid,
    long StartTime,
    string BootId,
    int Restarts,
    DateTimeOffset StartedAt,
    Isolation Isolation,
    IReadOnlyList<string> NotEnforced,
    ExitRecord? LastExit,
    DateTimeOffset? NextStartAt,
    string? Launch)
{
    [JsonIgnore]
    public ProcessIdentity Identity => new(Pid, StartTime, BootId);
}

/// <summary><c>exit.json</c>: how it ended; written once, last.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Code">Exit code, when it left by itself.</param>
/// <param name="Signal">Signal number, when one ended it.</param>
/// <param name="At">When.</param>
/// <param name="Restarts">Starts after the first.</param>
/// <param name="Detail">One sentence for people, where there is more to say.</param>
/// <param name="Launch">The launch this belongs to.</param>
public sealed record ExitRecord(
    ExitReason Reason,
    int? Code,
    int? Signal,
    DateTimeOffset At,
    int Restarts,
    string? Detail,
    string? Launch)
{
    /// <summary>It left by itself with code 0.</summary>
    [JsonIgnore]
    public bool Succeeded => Reason is ExitReason.Exited && Code == 0;
}

/// <summary><c>stop.json</c>: how long this stop may take, read by the shim when SIGTERM arrives.</summary>
public sealed record StopRequest(TimeSpan Grace, string? Launch);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProcessSpec))]
[JsonSerializable(typeof(ShimRecord))]
[JsonSerializable(typeof(ChildRecord))]
[JsonSerializable(typeof(ExitRecord))]
[JsonSerializable(typeof(StopRequest))]
public sealed partial class RuntimesJson : JsonSerializerContext;
