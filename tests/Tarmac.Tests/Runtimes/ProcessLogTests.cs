using System.Diagnostics;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Runtimes;

public sealed class ProcessLogTests : LocalRuntimeFixture
{
    [Fact]
    public async Task Each_line_has_its_time_and_its_stream()
    {
        var before = DateTimeOffset.UtcNow;
        await Runtime.StartAsync(Shell("echo out; echo err >&2; printf 'unfinished'"), Ct);
        await Runtime.WaitForExitAsync("one", Ct);

        var lines = Runtime.ReadLog("one").Where(l => l.Stream != "tarmac").ToList();

        Assert.Equal(
            ["stderr err", "stdout out", "stdout unfinished"],
            lines.Select(l => $"{l.Stream} {l.Text}").Order(StringComparer.Ordinal));
        Assert.All(lines, l => Assert.InRange(l.At, before, DateTimeOffset.UtcNow));
    }

    [Fact]
    public async Task A_log_is_read_by_time_by_text_and_from_its_end()
    {
        await Runtime.StartAsync(Shell("seq 1 100; sleep 0.2; echo LATE [news]"), Ct);
        await Runtime.WaitForExitAsync("one", Ct);

        var late = Assert.Single(Runtime.ReadLog("one", grep: "late [NEWS]"));
        Assert.DoesNotContain(Runtime.ReadLog("one", since: late.At), l => l.Text == "100");
        Assert.Equal(["99", "100"], Runtime.ReadLog("one", grep: "9").Concat(Runtime.ReadLog("one", grep: "100")).Select(l => l.Text).TakeLast(2));
        Assert.Equal("LATE [news]", Runtime.ReadLog("one", tail: 2)[0].Text);
    }

    [Fact]
    public async Task Rotation_bounds_the_disk_and_keeps_the_newest_lines()
    {
        await Runtime.StartAsync(Shell("seq 1 60000") with { Log = new LogLimits(200_000, 2) }, Ct);
        await Runtime.WaitForExitAsync("one", Ct);

        var size = Directory.GetFiles(Path.Join(Root, "one", "logs")).Sum(f => new FileInfo(f).Length);
        Assert.InRange(size, 400_000, 800_000);
        var numbers = Runtime.ReadLog("one").Where(l => l.Stream == "stdout").Select(l => int.Parse(l.Text)).ToList();
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
        Assert.Equal(60000, numbers[^1]);
        Assert.Equal(["59999", "60000"], Runtime.ReadLog("one", tail: 3).Take(2).Select(l => l.Text));
    }

    [Fact]
    public async Task Following_gives_every_line_once_across_rotations_and_ends_with_the_process()
    {
        await Runtime.StartAsync(Shell("for i in 1 2 3 4 5 6; do seq $(((i-1)*2000+1)) $((i*2000)); sleep 0.1; done") with { Log = new LogLimits(50_000, 1000) }, Ct);

        var followed = new List<LogLine>();
        await foreach (var line in NewRuntime().FollowLog("one", 0, Ct))
            followed.Add(line);

        Assert.Equal(Enumerable.Range(1, 12000), followed.Where(l => l.Stream == "stdout").Select(l => int.Parse(l.Text)));
        Assert.True(Directory.GetFiles(Path.Join(Root, "one", "logs")).Length > 1, "it did rotate");
        var middle = followed[followed.Count / 2];
        var again = new List<LogLine>();
        await foreach (var line in Runtime.FollowLog("one", middle.Next, Ct))
            again.Add(line);
        Assert.Equal(followed.Skip((followed.Count / 2) + 1), again);
    }

    [Fact]
    public async Task A_follower_sees_a_line_while_the_process_lives()
    {
        await Runtime.StartAsync(Shell("echo first; while [ ! -e go ]; do sleep 0.02; done; echo second; sleep 300"), Ct);
        await foreach (var line in Runtime.FollowLog("one", 0, Ct))
        {
            if (line.Text == "first")
                await File.WriteAllTextAsync(Path.Join(Root, "go"), "", Ct);
            if (line.Text == "second")
                break;
        }
        Assert.Equal(ProcessState.Running, Runtime.Find("one")!.State);
    }

    [Fact]
    public async Task A_flood_costs_a_bounded_disk_and_the_process_still_stops_promptly()
    {
        await Runtime.StartAsync(Shell("yes 'flood flood flood flood flood flood flood flood flood flood'") with { Log = new LogLimits(1_000_000, 2) }, Ct);
        await Until(() => Runtime.ReadLog("one", tail: 1) is [{ Position: > 50_000_000 }], "50 MB went through");
        var watch = Stopwatch.StartNew();
        await Runtime.StopAsync("one", null, Ct);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"stopping took {watch.Elapsed}");
        Assert.InRange(Directory.GetFiles(Path.Join(Root, "one", "logs")).Sum(f => new FileInfo(f).Length), 1, 5_000_000);
    }

    [Fact]
    public async Task A_line_without_end_is_kept_in_parts()
    {
        await Runtime.StartAsync(Shell("head -c 40000 /dev/zero | tr '\\0' x; echo"), Ct);
        await Runtime.WaitForExitAsync("one", Ct);

        var parts = Runtime.ReadLog("one").Where(l => l.Stream == "stdout").ToList();
        Assert.Equal([true, true, false], parts.Select(l => l.Partial));
        Assert.Equal(new string('x', 40000), string.Concat(parts.Select(l => l.Text)));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_empty_lines_survive()
    {
        await Runtime.StartAsync(Shell("printf 'a\\n\\n\\377b\\n'"), Ct);
        await Runtime.WaitForExitAsync("one", Ct);
        Assert.Equal(["a", "", "\uFFFDb"], Runtime.ReadLog("one").Where(l => l.Stream == "stdout").Select(l => l.Text));
    }
}
