using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Runtimes;

public sealed class LocalRuntimeTests : LocalRuntimeFixture
{
    [Fact]
    public async Task A_started_process_runs_under_a_shim_in_a_session_of_its_own()
    {
        var handle = await Runtime.StartAsync(Shell("sleep 60"), Ct);

        Assert.Equal(ProcessState.Running, handle.State);
        Assert.True(Lives(handle.Child!.Pid));
        var child = ProcFs.TryReadStat(handle.Child.Pid)!.Value;
        Assert.Equal(handle.Child.Pid, child.Session);
        Assert.Equal(handle.Shim!.Pid, child.Parent);
        var shim = ProcFs.TryReadStat(handle.Shim.Pid)!.Value;
        Assert.NotEqual(Environment.ProcessId, shim.Parent);
        Assert.NotEqual(ProcFs.TryReadStat(Environment.ProcessId)!.Value.Session, shim.Session);
    }

    [Fact]
    public async Task Another_runtime_over_the_same_folder_adopts_what_runs()
    {
        var first = await Runtime.StartAsync(Shell("sleep 60"), Ct);
        var later = NewRuntime();

        var listed = Assert.Single(later.List());
        Assert.Equal(ProcessState.Running, listed.State);
        var adopted = await later.StartAsync(Shell("echo another script; sleep 60"), Ct);

        Assert.Equal(first.Child!.Identity, adopted.Child!.Identity);
        Assert.Equal("sleep 60", adopted.Spec.Arguments[1]);
    }

    [Fact]
    public async Task Stopping_ends_the_process_and_leaves_a_record()
    {
        var handle = await Runtime.StartAsync(Shell("sleep 60"), Ct);

        var exit = await Runtime.StopAsync("one", null, Ct);

        Assert.Equal(ExitReason.Stopped, exit.Reason);
        Assert.Equal(Posix.SigTerm, exit.Signal);
        Assert.False(Lives(handle.Child!.Pid));
        Assert.Equal(exit, await NewRuntime().StopAsync("one", null, Ct));
        Assert.Equal(ProcessState.Exited, NewRuntime().Find("one")!.State);
    }

    [Fact]
    public async Task A_process_that_ended_is_started_again_only_when_that_is_asked()
    {
        await Runtime.StartAsync(Shell("echo ran >> runs; exit 7"), Ct);
        var exit = await Runtime.WaitForExitAsync("one", Ct);
        Assert.Equal((ExitReason.Exited, 7), (exit.Reason, exit.Code));

        var handle = await Runtime.StartAsync(Shell("echo ran >> runs; exit 7"), Ct);
        Assert.Equal(exit, handle.Exit);
        Assert.Single(await File.ReadAllLinesAsync(Path.Join(Root, "runs"), Ct));

        await Runtime.StartAgainAsync(Shell("echo ran >> runs; exit 8"), Ct);
        Assert.Equal(8, (await Runtime.WaitForExitAsync("one", Ct)).Code);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Join(Root, "runs"), Ct)).Length);
    }

    [Fact]
    public async Task Two_concurrent_starts_of_one_id_start_one_process()
    {
        var script = Shell("echo $$ >> pids; sleep 60");
        var starts = Enumerable.Range(0, 6).Select(_ => NewRuntime().StartAsync(script, Ct)).ToList();

        var handles = await Task.WhenAll(starts);

        Assert.Single(handles.Select(h => h.Child!.Identity).Distinct());
        Assert.Single(await File.ReadAllLinesAsync(Path.Join(Root, "pids"), Ct));
    }

    [Fact]
    public async Task Nothing_of_the_platforms_environment_reaches_the_process()
    {
        Environment.SetEnvironmentVariable("TARMAC_SECRET_OF_THE_PLATFORM", "x");
        await Runtime.StartAsync(Shell("tr '\\0' '\\n' < /proc/$$/environ > seen"), Ct);
        await Runtime.WaitForExitAsync("one", Ct);

        var names = File.ReadAllLines(Path.Join(Root, "seen")).Select(l => l.Split('=')[0]).Order();
        Assert.Equal(["PATH", ProcessFolder.Marker], names);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_ends_with_a_record_that_says_so()
    {
        var handle = await Runtime.StartAsync(Shell("") with { Program = "no-such-program" }, Ct);

        Assert.Equal(ExitReason.StartFailed, handle.Exit!.Reason);
        Assert.Contains("no-such-program", handle.Exit.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_process_is_not_removed_and_a_stopped_one_is()
    {
        await Runtime.StartAsync(Shell("sleep 60"), Ct);
        var refusal = await Assert.ThrowsAsync<LocalRuntimeException>(() => Runtime.RemoveAsync("one", Ct));
        Assert.Equal("process-running", refusal.Code);

        await Runtime.StopAsync("one", null, Ct);
        await Runtime.RemoveAsync("one", Ct);
        await Runtime.RemoveAsync("one", Ct);
        Assert.Empty(Runtime.List());
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("..")]
    public async Task An_id_that_is_no_plain_name_is_refused(string id)
    {
        var refusal = await Assert.ThrowsAsync<LocalRuntimeException>(() => Runtime.StartAsync(Shell("true", id), Ct));
        Assert.Equal("process-spec-invalid", refusal.Code);
    }

    [Fact]
    public async Task A_missing_shim_program_is_a_clear_error()
    {
        var runtime = new LocalRuntime(new LocalRuntimeOptions(Root, "/nowhere/tarmac"), TimeProvider.System);
        var refusal = await Assert.ThrowsAsync<LocalRuntimeException>(() => runtime.StartAsync(Shell("true"), Ct));
        Assert.Equal("shim-not-started", refusal.Code);
        Assert.Equal(ProcessState.NeverStarted, runtime.Find("one")!.State);
    }

    [Fact]
    public async Task A_stop_of_an_unknown_process_is_a_clear_error()
    {
        var refusal = await Assert.ThrowsAsync<LocalRuntimeException>(() => Runtime.StopAsync("nobody", null, Ct));
        Assert.Equal("process-unknown", refusal.Code);
    }
}
