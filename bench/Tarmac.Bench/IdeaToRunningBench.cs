using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Roads;

namespace Tarmac.Bench;

/// <summary>From the wish for a service to its first answer: by the platform, and by hand with the bare SDK on the same files.</summary>
internal static class IdeaToRunningBench
{
    private const int Rounds = 5;

    public static async Task<BenchResult> RunAsync(string root)
    {
        await using var platform = new BenchPlatform(Path.Combine(root, "artifacts", "tarmac", "server"), root, Path.Combine(root, "roads"));
        await platform.Start("/sign-in");
        var (byPlatform, byHand) = (new List<double>(), new List<double>());
        // Once each unmeasured, so that packages are in the cache and disks are warm.
        await ByPlatform(platform, "warm-up");
        await ByHand(platform, "warm-hand");
        for (var round = 1; round <= Rounds; round++)
        {
            // Taking turns in who goes first, so that neither always finds the machine as the other left it.
            if (round % 2 == 0) byHand.Add(await ByHand(platform, $"hand-{round}"));
            byPlatform.Add(await ByPlatform(platform, $"road-{round}"));
            if (round % 2 == 1) byHand.Add(await ByHand(platform, $"hand-{round}"));
        }
        var (ours, hand) = (BenchPlatform.Median(byPlatform), BenchPlatform.Median(byHand));
        return new BenchResult("idea-to-running",
            $"A service of the road web-api: from the action service.create to the first 200 through the gateway, against the same rendered files built by hand with `dotnet test`, `dotnet publish`, start and poll; the same package cache, no build servers, taking turns, median of {Rounds}.",
            [
                new BenchFigure("ratio", ours / hand, "The platform's time by the time by hand", "≤ 1.2", ours / hand <= 1.2),
                new BenchFigure("platformSeconds", ours, "From the wish to the first answer by the platform, s"),
                new BenchFigure("byHandSeconds", hand, "The same by hand, s"),
            ]);
    }

    private static async Task<double> ByPlatform(BenchPlatform platform, string name)
    {
        var clock = Stopwatch.StartNew();
        await platform.Act("service.create", new JsonObject { ["road"] = "web-api", ["name"] = name, ["owner"] = "group:default/promotions", ["description"] = "A service made to be measured." });
        await platform.UntilLive(name);
        var took = clock.Elapsed.TotalSeconds;
        // Removing is for the owning team; the bench's operator takes the right openly.
        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/" + name, ["reason"] = "Making room for the next measurement" });
        var removal = await platform.Act("service.remove", new JsonObject { ["service"] = name, ["confirm"] = name });
        await platform.Finished(removal["operation"]!.GetValue<string>());
        return took;
    }

    private static async Task<double> ByHand(BenchPlatform platform, string name)
    {
        var folder = Directory.CreateTempSubdirectory("by-hand-").FullName;
        Process? service = null;
        try
        {
            var road = RoadFile.Read(Path.Combine(platform.Roads, "web-api")).Road!;
            var answers = road.Parameters.Validate(new JsonObject { ["name"] = name, ["owner"] = "group:default/promotions", ["description"] = "A service made to be measured." }).Input;
            RoadTemplate.Render(road, answers).Tree!.WriteTo(folder);
            var project = Directory.GetDirectories(Path.Combine(folder, "src")).Single();
            var clock = Stopwatch.StartNew();
            await Dotnet(folder, "test", "-c", "Release");
            await Dotnet(folder, "publish", project, "-c", "Release", "-o", "out");
            var port = BenchPlatform.FreePort();
            service = Start(Path.Combine(folder, "out"), [Path.GetFileName(project) + ".dll"], port);
            using var http = new HttpClient();
            await BenchPlatform.Until200(() => http.GetAsync($"http://127.0.0.1:{port}/"), TimeSpan.FromMilliseconds(50));
            return clock.Elapsed.TotalSeconds;
        }
        finally
        {
            service?.Kill();
            if (service is not null) await service.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Dotnet(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments, null);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} failed.");
    }

    private static Process Start(string folder, string[] arguments, int? port)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The state of build servers is the same for both: there are none.
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["NUGET_PACKAGES"] = BenchPlatform.PackageCache;
        if (port is { } number) start.Environment["PORT"] = number.ToString();
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
