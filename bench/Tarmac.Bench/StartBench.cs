using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Model.Runtimes;

namespace Tarmac.Bench;

/// <summary>How soon the platform serves its portal on a home it knows, and what it costs at rest.</summary>
internal static class StartBench
{
    private const int Rounds = 5;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Resting = TimeSpan.FromSeconds(60);

    // The runtime goes on compiling what proved busy for some minutes; rest is what comes after.
    private static readonly TimeSpan Compiling = TimeSpan.FromSeconds(180);

    public static async Task<BenchResult> RunAsync(string root)
    {
        var published = Directory.CreateTempSubdirectory("tarmac-r2r-").FullName;
        try
        {
            await BenchPlatform.Publish(root, published);
            await using var platform = new BenchPlatform(published, root, Path.Combine(root, "roads"));
            await platform.Start("/sign-in");
            // With a service, so that the gateway runs and there is something to look after.
            var created = await platform.Act("service.create", new JsonObject { ["road"] = "web-api", ["name"] = "resting", ["owner"] = "group:default/promotions", ["description"] = "A service made to be measured." });
            await platform.Finished(created["operation"]!.GetValue<string>());
            await platform.UntilLive("resting");
            await platform.Stop();
            var starts = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                if (round > 0) await platform.Stop();
                starts.Add((await platform.Start("/")).TotalSeconds);
            }
            await Task.Delay(Settling);
            var gateway = new ProcessFolder(Path.Combine(platform.Home, "instances", "gateway")).ReadChild()!.Pid;
            var resident = ResidentMemory.Of(platform.Pid, gateway);
            var early = await PercentOfCore(platform.Pid, gateway);
            await Task.Delay(Compiling);
            var core = await PercentOfCore(platform.Pid, gateway);
            return new BenchResult("start",
                $"A ReadyToRun publish on an existing home with the sample organisation and one service running: from starting the process to the first 200 of the home page, signed in, median of {Rounds}; resident memory of platform and gateway {Settling.TotalSeconds:0} s later, the pages of a file that both map counted once; then the processor both used in the next {Resting.TotalSeconds:0} s, and in as long {Compiling.TotalSeconds:0} s later, nobody asking anything. The service and its shim are not counted.",
                [
                    new BenchFigure("startSeconds", BenchPlatform.Median(starts), "To the home page, s", "≤ 1.0", BenchPlatform.Median(starts) <= 1.0),
                    new BenchFigure("residentMb", resident, "Resident memory of platform and gateway together, MB", "≤ 200", resident <= 200),
                    new BenchFigure("platformRssMb", ResidentMemory.Of(platform.Pid), "The platform alone (VmRSS), MB"),
                    new BenchFigure("gatewayRssMb", ResidentMemory.Of(gateway), "The gateway alone (VmRSS), MB"),
                    new BenchFigure("earlyPercentOfCore", early, "Processor in the second minute, the runtime still compiling, % of a core"),
                    new BenchFigure("idlePercentOfCore", core, "Processor at rest, platform and gateway, % of a core", "≤ 1", core <= 1),
                ]);
        }
        finally
        {
            Directory.Delete(published, recursive: true);
        }
    }

    private static async Task<double> PercentOfCore(int platform, int gateway)
    {
        var before = CpuSeconds(platform) + CpuSeconds(gateway);
        await Task.Delay(Resting);
        return (CpuSeconds(platform) + CpuSeconds(gateway) - before) / Resting.TotalSeconds * 100;
    }

    private static double CpuSeconds(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.TotalProcessorTime.TotalSeconds;
    }
}
