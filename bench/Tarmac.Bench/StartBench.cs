using System.Diagnostics;
using System.Globalization;
using Tarmac.Model.Runtimes;

namespace Tarmac.Bench;

/// <summary>How soon the platform serves its portal on a home it knows, and what it costs at rest.</summary>
internal static class StartBench
{
    private const int Rounds = 5;

    public static async Task<BenchResult> RunAsync(string root)
    {
        var published = Directory.CreateTempSubdirectory("tarmac-r2r-").FullName;
        try
        {
            await Publish(root, published);
            await using var platform = new BenchPlatform(published, root, Path.Combine(root, "roads"));
            await platform.Start("/sign-in");
            await platform.Stop();
            var starts = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                if (round > 0) await platform.Stop();
                starts.Add((await platform.Start("/sign-in")).TotalSeconds);
            }
            await Task.Delay(TimeSpan.FromSeconds(5));
            var before = CpuSeconds(platform.Pid);
            await Task.Delay(TimeSpan.FromSeconds(55));
            var gateway = GatewayPid(platform.Home);
            var core = (CpuSeconds(platform.Pid) - before) / 55 * 100;
            var resident = ResidentMb(platform.Pid) + (gateway is { } pid ? ResidentMb(pid) : 0);
            return new BenchResult("start",
                $"A ReadyToRun publish on an existing home with the sample organisation: from starting the process to the first 200 of the portal, median of {Rounds}; then resident memory a minute later{(gateway is null ? " (no gateway ran: nothing was deployed)" : ", the gateway included")}, and the processor used in that minute.",
                [
                    new BenchFigure("startSeconds", BenchPlatform.Median(starts), "To the first page, s", "≤ 1.0", BenchPlatform.Median(starts) <= 1.0),
                    new BenchFigure("residentMb", resident, "Resident memory at rest, MB", "≤ 200", resident <= 200),
                    new BenchFigure("idlePercentOfCore", core, "Processor at rest, % of a core", "≤ 1", core <= 1),
                ]);
        }
        finally
        {
            Directory.Delete(published, recursive: true);
        }
    }

    private static async Task Publish(string root, string output)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(root, "src", "Tarmac"), "-c", "Release", "--nologo", "-v", "quiet", "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true",
            "--artifacts-path", Path.Combine(root, "artifacts", "bench", "r2r"), "-p:RestorePackagesWithLockFile=false", "-p:RestoreLockedMode=false", "-p:NuGetLockFilePath=" + Path.Combine(output, "no.lock.json"), "-o", output,
        ])
        { RedirectStandardOutput = true };
        using var publish = Process.Start(start)!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0) throw new InvalidOperationException("dotnet publish failed: " + said);
    }

    private static int? GatewayPid(string home) =>
        new ProcessFolder(Path.Combine(home, "instances", "gateway")).ReadChild()?.Pid;

    private static double ResidentMb(int pid) =>
        double.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1000;

    private static double CpuSeconds(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.TotalProcessorTime.TotalSeconds;
    }
}
