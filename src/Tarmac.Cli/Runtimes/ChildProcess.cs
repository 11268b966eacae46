using System.Runtime.InteropServices;
using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>One run of the supervised program, with everything it starts.</summary>
internal sealed class ChildProcess
{
    private readonly LogPump _output, _error;
    private bool _ended;

    private ChildProcess(int pid, LogPump output, LogPump error) => (Pid, _output, _error) = (pid, output, error);

    /// <summary>Also its process group and its session.</summary>
    public int Pid { get; }

    public int? ExitCode { get; private set; }

    public int? ExitSignal { get; private set; }

    /// <summary>Throws <see cref="IOException"/> when the program cannot be started.</summary>
    public static ChildProcess Start(ProcessFolder folder, ProcessSpec spec, LogWriter log, ControlGroup? group)
    {
        var program = ProgramPath.Resolve(spec);
        if (!Directory.Exists(spec.WorkingDirectory))
            throw new IOException($"its working directory {spec.WorkingDirectory} does not exist");
        var environment = new Dictionary<string, string>(spec.Environment, StringComparer.Ordinal)
        {
            [ProcessFolder.Marker] = folder.Path,
        };
        IEnumerable<string> arguments = spec.Arguments;
        if (ProgramPath.DeathSignalWrapper is { } wrapper)
        {
            // The kernel kills the program should this shim be killed; exec keeps the pid.
            arguments = ["--pdeathsig", "KILL", "--", program, .. spec.Arguments];
            program = wrapper;
        }

        var (outputRead, outputWrite) = Posix.Pipe();
        var (errorRead, errorWrite) = Posix.Pipe();
        var pid = 0;
        try
        {
            // A child is born into its parent's control group: entering first leaves no moment outside.
            group?.Enter();
            try
            {
                pid = PosixSpawn.Start(program, arguments, environment, spec.WorkingDirectory, outputWrite, errorWrite);
            }
            finally
            {
                group?.Leave();
            }
        }
        finally
        {
            _ = Posix.Close(outputWrite);
            _ = Posix.Close(errorWrite);
            if (pid == 0)
            {
                _ = Posix.Close(outputRead);
                _ = Posix.Close(errorRead);
            }
        }
        return new ChildProcess(pid, new LogPump(outputRead, "stdout", log), new LogPump(errorRead, "stderr", log));
    }

    /// <summary>Collects whatever has ended below this shim; true when that includes the program itself.</summary>
    public bool Reap()
    {
        while (Posix.WaitPid(-1, out var status, Posix.NoHang) is var pid && pid > 0)
            Note(pid, status);
        return _ended;
    }

    /// <summary>Something it started is still there. Exact, because orphans become this shim's own children.</summary>
    public bool HasLeftovers()
    {
        while (true)
        {
            var pid = Posix.WaitPid(-1, out var status, Posix.NoHang);
            if (pid > 0)
                Note(pid, status);
            else
                return pid == 0;
        }
    }

    /// <summary>Asks the group to leave, waking it first if it was suspended.</summary>
    public void Terminate()
    {
        _ = Posix.Kill(-Pid, Posix.SigTerm);
        _ = Posix.Kill(-Pid, Posix.SigCont);
    }

    /// <summary>Kills the program and everything below this shim, in whatever session. False when something is still
    /// there after ten seconds: stuck in the kernel, or no longer this user's to kill.</summary>
    public bool KillAll()
    {
        for (var (wait, waited) = (1, 0); HasLeftovers(); wait = Math.Min(wait * 2, 100))
        {
            _ = Posix.Kill(-Pid, Posix.SigKill);
            foreach (var pid in ProcFs.Descendants(Environment.ProcessId))
                _ = Posix.Kill(pid, Posix.SigKill);
            // Killed is not yet gone: give the kernel a moment before looking again.
            Thread.Sleep(wait);
            if ((waited += wait) > 10_000)
                return false;
        }
        return true;
    }

    /// <summary>From now on its output is read. Not earlier than its record is written: a flood may fill the disk.</summary>
    public void BeginOutput()
    {
        _output.Begin();
        _error.Begin();
    }

    /// <summary>Waits until the last words are in the log. Call when nothing is left that could write.</summary>
    public void FinishOutput()
    {
        _output.Finish();
        _error.Finish();
    }

    private void Note(int pid, int status)
    {
        if (pid != Pid)
            return;
        _ended = true;
        var signal = status & 0x7f;
        if (signal == 0)
            ExitCode = (status >> 8) & 0xff;
        else
            ExitSignal = signal;
    }
}
