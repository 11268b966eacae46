using System.Diagnostics;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Runtimes;

public sealed class SupervisionTests : LocalRuntimeFixture
{
    private static readonly RestartPolicy Quick = new(
        RestartMode.OnFailure, 2, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(200), 5, TimeSpan.FromMinutes(5));

    [Fact]
    public async Task A_failing_process_is_restarted_with_growing_delays_and_then_given_up()
    {
        await Runtime.StartAsync(Shell("echo run; exit 3") with { Restart = Quick }, Ct);

        var exit = await Runtime.WaitForExitAsync("one", Ct);

        Assert.Equal((ExitReason.GaveUp, 3, 5), (exit.Reason, exit.Code, exit.Restarts));
        var log = Runtime.ReadLog("one");
        Assert.Equal(6, log.Count(l => l is { Stream: "stdout", Text: "run" }));
        Assert.Equal(
            ["at once", "at once", "in 0.1 s", "in 0.2 s", "in 0.2 s"],
            log.Where(l => l.Text.Contains("starting again")).Select(l => l.Text.Split("again ")[1]));
        var waits = log.Where(l => l.Text == "starting /bin/sh").Select(l => l.At).ToList();
        Assert.True(waits[4] - waits[3] >= TimeSpan.FromMilliseconds(190), "the second delay is the double of the first");
    }

    [Fact]
    public async Task A_process_that_leaves_in_peace_is_not_restarted_on_failure_but_always_means_always()
    {
        await Runtime.StartAsync(Shell("exit 0") with { Restart = Quick }, Ct);
        Assert.True((await Runtime.WaitForExitAsync("one", Ct)).Succeeded);

        await Runtime.StartAsync(Shell("echo x >> runs; [ $(wc -l < runs) -lt 3 ] || sleep 60", "two") with { Restart = RestartPolicy.Gateway }, Ct);
        await Until(() => Runtime.Find("two")!.Child is { Restarts: 2 }, "it was restarted twice");
        Assert.Equal(ProcessState.Running, Runtime.Find("two")!.State);
    }

    [Fact]
    public async Task A_process_waiting_for_its_restart_is_seen_as_such_and_stops_at_once()
    {
        var slow = Quick with { Immediate = 0, FirstDelay = TimeSpan.FromHours(1), LongestDelay = TimeSpan.FromHours(1) };
        await Runtime.StartAsync(Shell("exit 3") with { Restart = slow }, Ct);
        await Until(() => Runtime.Find("one")!.State is ProcessState.BackingOff, "it waits");
        Assert.Equal(3, Runtime.Find("one")!.Child!.LastExit!.Code);

        Assert.Equal(ExitReason.Stopped, (await Runtime.StopAsync("one", null, Ct)).Reason);
    }

    [Fact]
    public async Task A_process_that_can_have_no_log_is_a_start_that_failed_and_says_why()
    {
        Directory.CreateDirectory(Path.Join(Root, "one", "logs", "current.log"));

        var exit = (await Runtime.StartAsync(Shell("sleep 300"), Ct)).Exit!;

        Assert.Equal(ExitReason.StartFailed, exit.Reason);
        Assert.Contains("Its log cannot be opened", exit.Detail);
    }

    [Fact]
    public async Task A_process_that_ignores_being_asked_is_killed_after_its_grace()
    {
        await Runtime.StartAsync(Shell("trap '' TERM; echo ready; while :; do sleep 1; done"), Ct);
        await Until(() => Runtime.ReadLog("one", grep: "ready").Count > 0, "the trap is set");
        var watch = Stopwatch.StartNew();

        var exit = await Runtime.StopAsync("one", TimeSpan.FromMilliseconds(400), Ct);

        Assert.Equal((ExitReason.Stopped, Posix.SigKill), (exit.Reason, exit.Signal));
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Grandchildren_die_with_the_process_even_in_another_session_and_deaf_to_signals()
    {
        await Runtime.StartAsync(Shell("setsid sh -c \"trap '' TERM; echo \\$\\$ > deaf; sleep 300\" & sleep 300 & echo $! > plain; wait"), Ct);
        var deaf = await PidFrom("deaf");
        var plain = await PidFrom("plain");

        await Runtime.StopAsync("one", TimeSpan.FromSeconds(1), Ct);

        Assert.False(Lives(deaf));
        Assert.False(Lives(plain));
    }

    [Fact]
    public async Task What_a_process_leaves_behind_when_it_exits_is_ended_and_its_own_code_kept()
    {
        await Runtime.StartAsync(Shell("setsid sleep 300 & echo $! > left; exit 4"), Ct);

        var exit = await Runtime.WaitForExitAsync("one", Ct);

        Assert.Equal((ExitReason.Exited, 4), (exit.Reason, exit.Code));
        Assert.False(Lives(await PidFrom("left")));
    }

    [Fact]
    public async Task A_run_beyond_its_time_limit_is_ended_and_not_restarted()
    {
        await Runtime.StartAsync(Shell("sleep 300") with { TimeLimit = TimeSpan.FromMilliseconds(300), Restart = Quick }, Ct);

        var exit = await Runtime.WaitForExitAsync("one", Ct);

        Assert.Equal((ExitReason.TimeLimit, 0), (exit.Reason, exit.Restarts));
    }

    [Fact]
    public async Task Memory_is_counted_over_the_whole_group_and_its_limit_kept()
    {
        var handle = await Runtime.StartAsync(Shell("(head -c 150000000 /dev/zero; sleep 300) | tail -c 150000000 & wait") with
        {
            Limits = new ResourceLimits { MemoryBytes = 64_000_000, CpuMillis = 500 },
        }, Ct);

        var exit = await Runtime.WaitForExitAsync("one", Ct);

        Assert.Equal((ExitReason.MemoryLimit, Posix.SigKill), (exit.Reason, exit.Signal));
        Assert.Equal(handle.Child!.Isolation is Isolation.Watchdog ? ["cpu"] : [], handle.Child.NotEnforced);
    }

    [Fact]
    public async Task Too_many_processes_are_ended()
    {
        await Runtime.StartAsync(Shell("for i in 1 2 3 4 5 6 7 8; do sleep 300 & done; wait") with
        {
            Limits = new ResourceLimits { Processes = 4 },
        }, Ct);

        var exit = await Runtime.WaitForExitAsync("one", Ct);

        // The kernel refuses the fork where a control group keeps the limit; then the shell itself fails.
        Assert.Contains(exit.Reason, new[] { ExitReason.ProcessLimit, ExitReason.Exited });
        Assert.False(exit.Succeeded);
    }

    [Fact]
    public async Task A_folder_beyond_its_disk_limit_ends_the_process()
    {
        var work = Directory.CreateDirectory(Path.Join(Root, "work", "deep")).FullName;
        await Runtime.StartAsync(Shell($"head -c 5000000 /dev/zero > {work}/big; sleep 300") with
        {
            Limits = new ResourceLimits { DiskFolder = Path.Join(Root, "work"), DiskBytes = 1_000_000 },
        }, Ct);

        Assert.Equal(ExitReason.DiskLimit, (await Runtime.WaitForExitAsync("one", Ct)).Reason);
    }

    [Fact]
    public async Task The_limit_of_open_files_holds_for_the_process()
    {
        await Runtime.StartAsync(Shell("ulimit -n") with { Limits = new ResourceLimits { OpenFiles = 99 } }, Ct);
        await Runtime.WaitForExitAsync("one", Ct);
        Assert.Single(Runtime.ReadLog("one"), l => l is { Stream: "stdout", Text: "99" });
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 30)]
    [InlineData(5, 60)]
    [InlineData(9, 960)]
    [InlineData(10, 960)]
    [InlineData(200, 960)]
    [InlineData(201, null)]
    public void Instances_restart_three_times_at_once_then_doubling_then_not(int failures, int? seconds)
    {
        Assert.Equal(seconds, (int?)RestartPolicy.Instance.DelayAfter(failures)?.TotalSeconds);
    }

    [Fact]
    public void The_gateway_never_gives_up()
    {
        Assert.Equal(TimeSpan.Zero, RestartPolicy.Gateway.DelayAfter(1));
        Assert.Equal(TimeSpan.FromSeconds(5), RestartPolicy.Gateway.DelayAfter(100_000));
    }
}
