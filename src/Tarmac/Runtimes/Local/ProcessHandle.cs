using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

public enum ProcessState
{
    /// <summary>There is a spec, but no shim took it up: the platform died in between.</summary>
    NeverStarted,

    /// <summary>The shim is there, the process not yet.</summary>
    Starting,
    Running,

    /// <summary>It failed and is waiting to be started again.</summary>
    BackingOff,

    /// <summary>It ended; <see cref="ProcessHandle.Exit"/> says how.</summary>
    Exited,

    /// <summary>The shim died without a record: killed, or the machine was started anew. What it ran may still be there.</summary>
    ShimLost,
}

/// <summary>What is known of one process at one moment, read from its folder and /proc.</summary>
/// <param name="Folder">Where its records and logs are.</param>
/// <param name="Spec">What actually runs, also when a later caller asked for something else.</param>
/// <param name="State">See <see cref="ProcessState"/>.</param>
/// <param name="Shim">The supervising process, as recorded.</param>
/// <param name="Child">The process itself, as recorded.</param>
/// <param name="Exit">Set when <paramref name="State"/> is <see cref="ProcessState.Exited"/>.</param>
public sealed record ProcessHandle(
    ProcessFolder Folder,
    ProcessSpec Spec,
    ProcessState State,
    ShimRecord? Shim,
    ChildRecord? Child,
    ExitRecord? Exit)
{
    public string Id => Spec.Id;

    /// <summary>A shim looks after it: running, about to run, or waiting to run again.</summary>
    public bool IsAlive => State is ProcessState.Starting or ProcessState.Running or ProcessState.BackingOff;

    /// <summary>It was lost because the machine was started anew.</summary>
    public bool Rebooted => State is ProcessState.ShimLost && Shim?.Identity.IsFromEarlierBoot == true;

    /// <summary>Whether it or something it started is what answers at a port of 127.0.0.1; null when that cannot be known.</summary>
    public bool? ListensOn(int port) => Shim is { } shim && shim.Identity.IsAlive ? ListeningSockets.BelongTo(shim.Pid, port) : null;

    /// <summary>Null when the folder holds no process.</summary>
    internal static ProcessHandle? Read(ProcessFolder folder)
    {
        if (folder.ReadSpec() is not { } spec)
            return null;
        // Order matters: a shim writes its exit record and then leaves, so look at the record after the shim.
        var shim = folder.ReadShim();
        var shimAlive = shim?.Identity.IsAlive == true;
        var child = folder.ReadChild();
        var exit = folder.ReadExit() is { } record && record.Launch == spec.Launch ? record : null;
        var state = exit is not null ? ProcessState.Exited
            : shimAlive ? StateOf(child)
            : shim is null || shim.Launch != spec.Launch ? ProcessState.NeverStarted
            : ProcessState.ShimLost;
        return new ProcessHandle(folder, spec, state, shim, child, exit);
    }

    private static ProcessState StateOf(ChildRecord? child) => child switch
    {
        null => ProcessState.Starting,
        { NextStartAt: not null } => ProcessState.BackingOff,
        _ => ProcessState.Running,
    };
}
