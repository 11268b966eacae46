using System.Diagnostics;
using Tarmac.Model.Problems;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Runtimes;

/// <summary>Somebody dies who should not: the platform, a shim, the machine.</summary>
public sealed class LossTests : LocalRuntimeFixture
{
    private const string RootVariable = "TARMAC_TEST_DOOMED_ROOT";

    [Fact]
    public async Task A_process_and_its_shim_survive_the_sigkill_of_the_platform_that_started_them()
    {
        using var platform = StartDoomedPlatform();
        var pid = await PidFrom("pid");
        await Until(() => Runtime.Find("doomed")!.State is ProcessState.Running, "the record is there");
        platform.Kill();
        await platform.WaitForExitAsync(Ct);

        var handle = Assert.Single(Runtime.List());
        Assert.Equal((ProcessState.Running, pid), (handle.State, handle.Child!.Pid));
        var seen = handle.Folder.CurrentLog is var log ? new FileInfo(log).Length : 0;
        await Until(() => new FileInfo(handle.Folder.CurrentLog).Length > seen, "the log goes on");
        Assert.Equal(handle.Child.Identity, (await Runtime.StartAsync(Shell("never", "doomed"), Ct)).Child!.Identity);
        Assert.Equal(ExitReason.Stopped, (await Runtime.StopAsync("doomed", null, Ct)).Reason);
        Assert.False(Lives(pid));
    }

    /// <summary>Runs in a process of its own, as the platform that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Doomed_platform()
    {
        var root = Environment.GetEnvironmentVariable(RootVariable);
        Assert.NotNull(root);
        var runtime = new LocalRuntime(new LocalRuntimeOptions(root, ShimProgram), TimeProvider.System);
        await runtime.StartAsync(Shell("echo $$ > pid; while :; do echo beat; sleep 0.05; done", "doomed") with { WorkingDirectory = root }, Ct);
        await Task.Delay(Timeout.Infinite, Ct);
    }

    [Fact]
    public async Task A_killed_shim_takes_its_process_along_and_the_sweep_ends_the_rest()
    {
        var handle = await Runtime.StartAsync(Shell("setsid sleep 300 & echo $! > stray; sleep 300 & echo $! > plain; wait"), Ct);
        int stray = await PidFrom("stray"), plain = await PidFrom("plain");

        Assert.Equal(0, Posix.Kill(handle.Shim!.Pid, Posix.SigKill));
        await Until(() => !Lives(handle.Shim.Pid), "the shim is dead");
        Assert.Equal(ProcessState.ShimLost, Runtime.Find("one")!.State);

        var swept = Assert.Single(await NewRuntime().SweepAsync(Ct));
        Assert.Equal(ExitReason.ShimLost, swept.Exit!.Reason);
        Assert.All([handle.Child!.Pid, stray, plain], pid => Assert.False(Lives(pid)));
        Assert.Empty(await Runtime.SweepAsync(Ct));
    }

    [Fact]
    public async Task Starting_what_lost_its_shim_ends_the_old_process_and_starts_a_new_one()
    {
        var old = await Runtime.StartAsync(Shell("setsid sleep 300 & echo $! > stray; sleep 300"), Ct);
        var stray = await PidFrom("stray");
        _ = Posix.Kill(old.Shim!.Pid, Posix.SigKill);
        await Until(() => !Lives(old.Shim.Pid), "the shim is dead");

        var anew = await Runtime.StartAsync(Shell("sleep 300"), Ct);

        Assert.Equal(ProcessState.Running, anew.State);
        Assert.False(Lives(stray));
        Assert.False(Lives(old.Child!.Pid));
        Assert.NotEqual(old.Child.Identity, anew.Child!.Identity);
    }

    [Fact]
    public async Task Waiting_for_a_build_whose_shim_is_killed_ends_with_an_unknown_outcome()
    {
        var handle = await Runtime.StartAsync(Shell("sleep 300") with { Purpose = ProcessPurpose.Build }, Ct);
        var wait = NewRuntime().WaitForExitAsync("one", Ct);
        _ = Posix.Kill(handle.Shim!.Pid, Posix.SigKill);

        Assert.Equal(ExitReason.ShimLost, (await wait).Reason);
    }

    [Fact]
    public async Task Records_of_an_earlier_boot_are_lost_even_when_a_process_has_the_same_number()
    {
        var handle = await Runtime.StartAsync(Shell("true"), Ct);
        await Runtime.WaitForExitAsync("one", Ct);
        File.Delete(handle.Folder.ExitFile);
        var self = ProcessIdentity.Self;
        var launch = Runtime.Find("one")!.Spec.Launch;
        handle.Folder.Write(new ShimRecord(self.Pid, self.StartTime, "an-earlier-boot", launch));
        handle.Folder.Write(handle.Child! with { Pid = self.Pid, StartTime = self.StartTime, BootId = "an-earlier-boot" });

        var found = Runtime.Find("one")!;
        Assert.Equal(ProcessState.ShimLost, found.State);
        Assert.True(found.Rebooted);
        await Runtime.SweepAsync(Ct);
        Assert.Contains("started anew", Runtime.Find("one")!.Exit!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zombie_is_dead()
    {
        // A shell that never waits for its child, so that the child stays a zombie.
        using var parent = Process.Start("/bin/sh", ["-c", $"sh -c 'echo $$ > {Root}/zombie' & exec sleep 60"]);
        try
        {
            var pid = await PidFrom("zombie");
            await Until(() => ProcFs.TryReadStat(pid) is { IsZombie: true }, "it is a zombie");
            Assert.Equal(0, Posix.Kill(pid, 0));
            Assert.Null(ProcessIdentity.Of(pid));
        }
        finally
        {
            parent.Kill();
            await parent.WaitForExitAsync(Ct);
        }
    }

    [Fact]
    public async Task A_start_that_the_platform_did_not_survive_is_finished_by_the_next_one()
    {
        var folder = new ProcessFolder(Path.Join(Root, "one"));
        folder.Create();
        folder.Write(Shell("sleep 300") with { Launch = "half-made" });
        Assert.Equal(ProcessState.NeverStarted, Runtime.Find("one")!.State);

        Assert.Equal(ProcessState.Running, (await Runtime.StartAsync(Shell("sleep 300"), Ct)).State);
    }

    [Fact]
    public async Task A_damaged_record_is_told_and_hides_no_other_process()
    {
        await Runtime.StartAsync(Shell("sleep 300"), Ct);
        var broken = Directory.CreateDirectory(Path.Join(Root, "broken")).FullName;
        await File.WriteAllTextAsync(Path.Join(broken, "spec.json"), "{ half", Ct);

        var damaged = new List<InputProblem>();
        Assert.Equal("one", Assert.Single(Runtime.List(damaged)).Id);
        Assert.Contains(Path.Join(broken, "spec.json"), Assert.Single(damaged).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_costs_output_but_not_the_exit_record()
    {
        var disk = Directory.CreateDirectory(Path.Join(Root, "disk")).FullName;
        using (var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", disk]) { RedirectStandardError = true })!)
        {
            await mount.WaitForExitAsync(Ct);
            Assert.SkipUnless(mount.ExitCode == 0, "a small file system can only be mounted as root");
        }
        try
        {
            var runtime = new LocalRuntime(new LocalRuntimeOptions(disk, ShimProgram), TimeProvider.System);
            await runtime.StartAsync(Shell("yes | head -c 4000000; exit 9", "full") with { WorkingDirectory = "/" }, Ct);

            var exit = await runtime.WaitForExitAsync("full", Ct);

            Assert.Equal((ExitReason.Exited, 9), (exit.Reason, exit.Code));
            await Until(() => !Lives(runtime.Find("full")!.Shim!.Pid), "the shim has left the disk");
        }
        finally
        {
            using var unmount = Process.Start("umount", [disk]);
            await unmount.WaitForExitAsync(Ct);
        }
    }

    private Process StartDoomedPlatform()
    {
        var start = new ProcessStartInfo(
            Path.Join(AppContext.BaseDirectory, "Tarmac.Tests"),
            ["-explicit", "only", "-method", $"{typeof(LossTests).FullName}.{nameof(Doomed_platform)}"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment[RootVariable] = Root;
        return Process.Start(start)!;
    }
}
