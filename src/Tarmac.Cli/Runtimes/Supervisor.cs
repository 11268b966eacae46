using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>The shim's one loop: start, watch, stop, start again. Everything happens on the thread that calls
/// <see cref="Run"/>, because the kernel ties a child's parent-death signal to the thread that started it.</summary>
internal sealed class Supervisor(ProcessFolder folder, ProcessSpec spec, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LeftoverGrace = TimeSpan.FromSeconds(1);

    private readonly AutoResetEvent _wake = new(false);
    private volatile bool _stopRequested;
    private int _restarts;
    private ControlGroup? _group;

    public void RequestStop()
    {
        _stopRequested = true;
        Wake();
    }

    public void Wake() => _wake.Set();

    public void Dispose() => _wake.Dispose();

    public void Run()
    {
        // A service must not leave anything behind. The platform must: services, gateway and builds have shims of their own.
        if (spec.Purpose is not ProcessPurpose.Platform)
            _ = Posix.BecomeSubreaper();
        Ballast.Create(folder);
        if (spec.Limits.OpenFiles is { } files)
            _ = Posix.LimitOpenFiles(files);
        _group = ControlGroup.TryCreate(folder.Path, spec.Limits);
        using var log = OpenLog();
        if (log is null)
            return;
        var failures = 0;
        ExitRecord? last = null;
        while (true)
        {
            var started = time.GetTimestamp();
            var exit = _stopRequested ? Record(ExitReason.Stopped) : RunOnce(log, last);
            if (time.GetElapsedTime(started) >= spec.Restart.StableAfter)
                failures = 0;
            failures++;
            if (!MayRestart(exit))
            {
                Finish(log, exit);
                return;
            }
            if (spec.Restart.DelayAfter(failures) is not { } delay)
            {
                Finish(log, exit with { Reason = ExitReason.GaveUp, Detail = $"Given up after {failures} failures in a row; the last: {Words(exit)}." });
                return;
            }
            last = exit;
            log.Notice($"{Words(exit)}; starting again {(delay == TimeSpan.Zero ? "at once" : $"in {delay.TotalSeconds:0.#} s")}");
            if (delay > TimeSpan.Zero && folder.ReadChild() is { } child)
                folder.Write(child with { LastExit = exit, NextStartAt = time.GetUtcNow() + delay });
            WaitToRestart(delay);
            _restarts++;
        }
    }

    /// <summary>Null when there can be no log; the exit record says why.</summary>
    private LogWriter? OpenLog()
    {
        try
        {
            return new LogWriter(folder, spec.Log, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Finish(null, Record(ExitReason.StartFailed) with { Detail = $"Its log cannot be opened: {e.Message}" });
            return null;
        }
    }

    private bool MayRestart(ExitRecord exit) =>
        !_stopRequested
        && exit.Reason is not (ExitReason.Stopped or ExitReason.TimeLimit)
        && spec.Restart.Restarts(failed: !exit.Succeeded);

    private ExitRecord RunOnce(LogWriter log, ExitRecord? last)
    {
        log.Notice($"starting {spec.Program}");
        ChildProcess child;
        try
        {
            child = ChildProcess.Start(folder, spec, log, _group);
        }
        catch (IOException e)
        {
            log.Notice($"{spec.Program} cannot be started: {e.Message}");
            return Record(ExitReason.StartFailed) with { Detail = $"{spec.Program} cannot be started: {e.Message}" };
        }
        var identity = ProcessIdentity.Of(child.Pid) ?? new ProcessIdentity(child.Pid, 0, ProcFs.BootId);
        try
        {
            folder.Write(new ChildRecord(
                child.Pid, identity.StartTime, identity.BootId, _restarts, time.GetUtcNow(),
                _group is null ? Isolation.Watchdog : Isolation.CgroupV2, NotEnforced(), last, null, spec.Launch));
            if (_restarts == 0)
                File.Delete(folder.ExitFile);
        }
        catch (IOException e)
        {
            // Without its record the child could not be found again: better none than one nobody knows.
            child.KillAll();
            child.BeginOutput();
            child.FinishOutput();
            return Record(ExitReason.StartFailed) with { Detail = $"The record of the process cannot be written: {e.Message}" };
        }
        child.BeginOutput();
        return Watch(child, log);
    }

    private ExitRecord Watch(ChildProcess child, LogWriter log)
    {
        var watchdog = new Watchdog(spec.Limits, _group, time);
        var killsBefore = _group?.OutOfMemoryKills;
        var started = time.GetTimestamp();
        ExitReason? reason = null;
        long stopping = 0;
        var grace = spec.StopGrace;
        var killed = false;
        while (!child.Reap())
        {
            if (reason is null)
            {
                if (_stopRequested)
                    (reason, grace) = (ExitReason.Stopped, RequestedGrace());
                else if (time.GetElapsedTime(started) >= spec.TimeLimit)
                    reason = ExitReason.TimeLimit;
                else
                    reason = watchdog.Exceeded();
                if (reason is { } why)
                {
                    log.Notice(Words(why));
                    stopping = time.GetTimestamp();
                    // A process over its memory would only grow while it is asked to leave.
                    if (why is ExitReason.MemoryLimit or ExitReason.ProcessLimit)
                        grace = TimeSpan.Zero;
                    if (grace > TimeSpan.Zero)
                        child.Terminate();
                }
            }
            if (reason is not null && !killed && time.GetElapsedTime(stopping) >= grace)
            {
                child.KillAll();
                killed = true;
            }
            var wait = reason is not null
                ? (killed ? TimeSpan.FromSeconds(1) : grace - time.GetElapsedTime(stopping))
                : Shortest(watchdog.NextLook, spec.TimeLimit - time.GetElapsedTime(started));
            Sleep(wait);
        }
        if (reason is null && _group?.OutOfMemoryKills > killsBefore)
            reason = ExitReason.MemoryLimit;
        // What it started goes with it: politely first, and never left behind.
        var leaving = time.GetTimestamp();
        if (!killed && child.HasLeftovers())
        {
            child.Terminate();
            while (child.HasLeftovers() && time.GetElapsedTime(leaving) < LeftoverGrace)
                Sleep(TimeSpan.FromMilliseconds(20));
        }
        if (!child.KillAll())
            log.Notice("something it started cannot be killed");
        child.FinishOutput();
        var record = Record(reason ?? ExitReason.Exited) with { Code = child.ExitCode, Signal = child.ExitSignal };
        return reason is { } cause ? record with { Detail = Words(cause) } : record;
    }

    private void WaitToRestart(TimeSpan delay)
    {
        var began = time.GetTimestamp();
        while (!_stopRequested && delay - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
            Sleep(left);
    }

    private void Sleep(TimeSpan? wait)
    {
        if (wait is null)
            _wake.WaitOne();
        else if (wait > TimeSpan.Zero)
            _wake.WaitOne(wait.Value < TimeSpan.FromHours(1) ? wait.Value + TimeSpan.FromMilliseconds(1) : TimeSpan.FromHours(1));
    }

    private void Finish(LogWriter? log, ExitRecord exit)
    {
        if (exit.Reason is ExitReason.Exited or ExitReason.GaveUp)
            log?.Notice(Words(exit));
        _group?.Remove();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                folder.Write(exit);
                Ballast.Release(folder);
                return;
            }
            catch (IOException e) when (attempt < 60)
            {
                // A full disk: give back what was set aside for this very moment, then the oldest output.
                ShimOutput.Say($"exit.json cannot be written: {e.Message}");
                Ballast.Release(folder);
                if (attempt > 0)
                    log?.DropOldest();
                Thread.Sleep(TimeSpan.FromSeconds(Math.Min(attempt, 5)));
            }
        }
    }

    private TimeSpan RequestedGrace() =>
        folder.ReadStop() is { } stop && stop.Launch == spec.Launch ? stop.Grace : spec.StopGrace;

    private List<string> NotEnforced()
    {
        var missing = new List<string>();
        if (spec.Limits.CpuMillis is not null && _group is null)
            missing.Add("cpu");
        return missing;
    }

    private ExitRecord Record(ExitReason reason) => new(reason, null, null, time.GetUtcNow(), _restarts, null, spec.Launch);

    private static TimeSpan? Shortest(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null || a < b ? a : b;

    private static string Words(ExitRecord exit) => exit switch
    {
        { Reason: ExitReason.Exited, Signal: { } signal } => $"ended by signal {signal}",
        { Reason: ExitReason.Exited } => $"exited with code {exit.Code}",
        { Detail: { } detail } => detail,
        _ => Words(exit.Reason),
    };

    private static string Words(ExitReason reason) => reason switch
    {
        ExitReason.Stopped => "stopped as asked",
        ExitReason.TimeLimit => "over its time limit",
        ExitReason.MemoryLimit => "over its memory limit",
        ExitReason.ProcessLimit => "over its limit of processes",
        ExitReason.DiskLimit => "over its disk limit",
        _ => reason.ToString(),
    };
}
