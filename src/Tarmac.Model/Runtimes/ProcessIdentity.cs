namespace Tarmac.Model.Runtimes;

/// <summary>One process, never confused with a later one of the same number: pid, start time and boot.</summary>
public readonly record struct ProcessIdentity(int Pid, long StartTime, string BootId)
{
    /// <summary>Identity of a process that is alive now; null when it is gone or only a zombie.</summary>
    public static ProcessIdentity? Of(int pid) =>
        ProcFs.TryReadStat(pid) is { IsZombie: false } stat ? new(pid, stat.StartTime, ProcFs.BootId) : null;

    public static ProcessIdentity Self { get; } = Of(Environment.ProcessId)
        ?? throw new InvalidOperationException("/proc is not mounted, so processes cannot be told apart.");

    /// <summary>The very process is still running. A zombie is dead: signal 0 would say otherwise.</summary>
    public bool IsAlive => BootId == ProcFs.BootId && Of(Pid) == this;

    /// <summary>The machine was started anew since; nothing of that time can be alive.</summary>
    public bool IsFromEarlierBoot => BootId != ProcFs.BootId;
}
