using Tarmac.Model.Problems;
using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <param name="Root">Folder that holds one folder for each process.</param>
/// <param name="ShimProgram">Path of the <c>tarmac</c> program (or its .dll), which runs the shim.</param>
/// <param name="StartTimeout">How long a shim may take to come up.</param>
public sealed record LocalRuntimeOptions(string Root, string ShimProgram, TimeSpan? StartTimeout = null);

/// <summary>Runs processes on this machine, each under a shim of its own that does not need this program to live.
/// It holds no state: the folders are the record, so any number of these over one root agree, and one that was
/// killed is replaced by making another.</summary>
public sealed partial class LocalRuntime(LocalRuntimeOptions options, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    private readonly string _root = Path.GetFullPath(options.Root);
    private readonly ShimLauncher _launcher = new(options.ShimProgram);
    private readonly TimeSpan _startTimeout = options.StartTimeout ?? TimeSpan.FromSeconds(20);

    /// <summary>Makes sure the process was started once. One that is alive is adopted, whoever started it; one that has
    /// ended is returned with its exit record; one whose outcome is unknown (shim lost) or that never came up is
    /// cleaned and started. The handle's spec is what runs, which need not be <paramref name="spec"/>.</summary>
    public Task<ProcessHandle> StartAsync(ProcessSpec spec, CancellationToken ct) => StartAsync(spec, again: false, ct);

    /// <summary>As <see cref="StartAsync(ProcessSpec, CancellationToken)"/>, but one that has ended is started anew,
    /// its logs kept.</summary>
    public Task<ProcessHandle> StartAgainAsync(ProcessSpec spec, CancellationToken ct) => StartAsync(spec, again: true, ct);

    /// <summary>Null when there is none.</summary>
    public ProcessHandle? Find(string id) => ProcessHandle.Read(FolderOf(id));

    /// <summary>Every process under the root, in the order of their names. This is all that adoption takes.
    /// A folder whose records are damaged is left out and told in <paramref name="damaged"/>.</summary>
    public IReadOnlyList<ProcessHandle> List(ICollection<InputProblem>? damaged = null)
    {
        if (!Directory.Exists(_root))
            return [];
        var handles = new List<ProcessHandle>();
        foreach (var path in Directory.GetDirectories(_root).Order(StringComparer.Ordinal))
        {
            try
            {
                if (ProcessHandle.Read(new ProcessFolder(path)) is { } handle)
                    handles.Add(handle);
            }
            catch (InvalidDataException e)
            {
                damaged?.Add(new InputProblem("process-record-damaged", e.Message, Cure: "Mend or delete the named file, then start the process again."));
            }
        }
        return handles;
    }

    /// <summary>Ends what lost shims left behind and writes the exit records they could not (reason shim-lost).
    /// Returns the processes concerned, as they are afterwards.</summary>
    public async Task<IReadOnlyList<ProcessHandle>> SweepAsync(CancellationToken ct)
    {
        var swept = new List<ProcessHandle>();
        foreach (var handle in List())
            if (handle.State is ProcessState.ShimLost)
                swept.Add(await CleanLostAsync(handle.Folder, ct));
        return swept;
    }

    /// <summary>Asks the process to leave, kills it and all it started after <paramref name="grace"/> (its spec's when null),
    /// and returns the exit record. What has ended already stays as it is.</summary>
    public async Task<ExitRecord> StopAsync(string id, TimeSpan? grace, CancellationToken ct)
    {
        var folder = FolderOf(id);
        using var turn = await FolderLock.TakeAsync(folder, time, ct);
        var handle = ProcessHandle.Read(folder) ?? throw LocalRuntimeException.UnknownProcess(id);
        if (handle.Exit is { } already)
            return already;
        var patience = grace ?? handle.Spec.StopGrace;
        if (handle.IsAlive)
        {
            folder.Write(new StopRequest(patience, handle.Spec.Launch));
            _ = Posix.Kill(handle.Shim!.Pid, Posix.SigTerm);
            // Grace is the shim's to keep; beyond it and a margin, the shim itself is what hangs.
            await WaitWhileAsync(() => ShimLives(folder), patience + TimeSpan.FromSeconds(15), ct);
            if (ShimLives(folder))
                _ = Posix.Kill(handle.Shim.Pid, Posix.SigKill);
            await WaitWhileAsync(() => ShimLives(folder), TimeSpan.FromSeconds(5), ct);
        }
        await KillLeftBehindAsync(folder, ct);
        if (ProcessHandle.Read(folder)?.Exit is { } exit)
            return exit;
        var record = new ExitRecord(ExitReason.Stopped, null, null, time.GetUtcNow(), handle.Child?.Restarts ?? 0,
            "Stopped without a word from its shim.", handle.Spec.Launch);
        folder.Write(record);
        return record;
    }

    /// <summary>Stops without grace.</summary>
    public Task<ExitRecord> KillAsync(string id, CancellationToken ct) => StopAsync(id, TimeSpan.Zero, ct);

    /// <summary>Deletes the folder of a process that is not alive, logs and all. One that is not there is no error.</summary>
    public async Task RemoveAsync(string id, CancellationToken ct)
    {
        var folder = FolderOf(id);
        if (!Directory.Exists(folder.Path))
            return;
        using var turn = await FolderLock.TakeAsync(folder, time, ct);
        if (ProcessHandle.Read(folder)?.IsAlive == true)
            throw new LocalRuntimeException(new InputProblem(
                "process-running", $"The process {id} is running and cannot be removed.", Cure: "Stop it first."));
        await KillLeftBehindAsync(folder, ct);
        Directory.Delete(folder.Path, recursive: true);
    }

    /// <summary>Waits for the end, across restarts. A lost shim counts as an end, with the reason shim-lost.</summary>
    public async Task<ExitRecord> WaitForExitAsync(string id, CancellationToken ct)
    {
        var folder = FolderOf(id);
        while (true)
        {
            var handle = ProcessHandle.Read(folder) ?? throw LocalRuntimeException.UnknownProcess(id);
            if (handle.Exit is { } exit)
                return exit;
            if (handle.State is ProcessState.ShimLost)
                return (await CleanLostAsync(folder, ct)).Exit ?? throw LocalRuntimeException.UnknownProcess(id);
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
        }
    }

    private async Task<ProcessHandle> StartAsync(ProcessSpec spec, bool again, CancellationToken ct)
    {
        SpecCheck.Check(spec);
        var folder = FolderOf(spec.Id);
        folder.Create();
        using var turn = await FolderLock.TakeAsync(folder, time, ct);
        if (ProcessHandle.Read(folder) is { } present)
        {
            if (present.IsAlive || (present.Exit is { Reason: not ExitReason.ShimLost } && !again))
                return await WaitUntilUpAsync(folder, ct);
            await WaitWhileAsync(() => ShimLives(folder), TimeSpan.FromSeconds(5), ct);
            await KillLeftBehindAsync(folder, ct);
        }
        folder.Write(spec with { Launch = Guid.NewGuid().ToString("n") });
        _launcher.Launch(folder);
        return await WaitUntilUpAsync(folder, ct);
    }

    private async Task<ProcessHandle> WaitUntilUpAsync(ProcessFolder folder, CancellationToken ct)
    {
        ProcessHandle? handle = null;
        await WaitWhileAsync(
            () => (handle = ProcessHandle.Read(folder))?.State is not (ProcessState.Running or ProcessState.BackingOff or ProcessState.Exited),
            _startTimeout, ct);
        return handle?.State is ProcessState.Running or ProcessState.BackingOff or ProcessState.Exited
            ? handle
            : throw new LocalRuntimeException(new InputProblem(
                "shim-not-started",
                $"The supervising process of {Path.GetFileName(folder.Path)} did not come up in {_startTimeout.TotalSeconds:0} s. {ShimLauncher.LastWords(folder)}".TrimEnd(),
                File: options.ShimProgram,
                Cure: "Check that the tarmac program is there and can be executed, and that the disk is not full."));
    }

    private async Task<ProcessHandle> CleanLostAsync(ProcessFolder folder, CancellationToken ct)
    {
        using var turn = await FolderLock.TakeAsync(folder, time, ct);
        var handle = ProcessHandle.Read(folder)!;
        if (handle.State is not ProcessState.ShimLost)
            return handle; // somebody else was quicker
        await KillLeftBehindAsync(folder, ct);
        folder.Write(new ExitRecord(ExitReason.ShimLost, null, null, time.GetUtcNow(), handle.Child?.Restarts ?? 0,
            handle.Rebooted ? "The machine was started anew." : "Its supervising process was killed.", handle.Spec.Launch));
        return ProcessHandle.Read(folder)!;
    }

    private async Task KillLeftBehindAsync(ProcessFolder folder, CancellationToken ct)
    {
        await WaitWhileAsync(() =>
        {
            var pids = ProcFs.LeftBehind(folder, folder.ReadChild());
            foreach (var pid in pids)
                _ = Posix.Kill(pid, Posix.SigKill);
            return pids.Count > 0;
        }, TimeSpan.FromSeconds(10), ct);
    }

    private async Task WaitWhileAsync(Func<bool> condition, TimeSpan limit, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (condition() && time.GetElapsedTime(began) < limit)
            await Task.Delay(Poll, time, ct);
    }

    private static bool ShimLives(ProcessFolder folder) => folder.ReadShim()?.Identity.IsAlive == true;

    private ProcessFolder FolderOf(string id)
    {
        SpecCheck.CheckId(id);
        return new ProcessFolder(Path.Join(_root, id));
    }
}
