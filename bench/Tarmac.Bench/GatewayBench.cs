using System.Diagnostics;
using Tarmac.Gateway;

namespace Tarmac.Bench;

/// <summary>The gateway beside a bare YARP proxy and no proxy at all, each server a process of its own, turns taken in one run.</summary>
internal static class GatewayBench
{
    private const string Host = "hello.dev.localhost";
    private const int ClosedConnections = 32, FixedConnections = 8, Rate = 2_000, Rounds = 9;
    private static readonly string[] Names = ["direct", "bare YARP", "gateway"];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1.5);

    public static async Task<BenchResult> RunAsync()
    {
        var home = Directory.CreateTempSubdirectory("bench");
        var started = new List<Process>();
        try
        {
            var upstream = await StartAsync("Tarmac.Bench.dll", "serve", "upstream");
            var address = $"http://127.0.0.1:{upstream.Port}";
            var bare = await StartAsync("Tarmac.Bench.dll", "serve", "bare-yarp", address);
            using var routes = new GatewayRoutes(home.FullName, null, TimeProvider.System);
            var gateway = await StartAsync("Tarmac.Server.dll", "gateway", "--home", home.FullName, "--listen", "127.0.0.1:0");
            var applied = await routes.ApplyAsync([new GatewayRoute(Host, "hello", "dev", [new GatewayDestination("hello-1", address)])], CancellationToken.None);
            if (applied.Outcome != GatewayApplyOutcome.Applied) throw new InvalidOperationException($"The routes were not applied: {applied}");

            var result = Measure(
                new LoadGenerator(upstream.Port, Host), new LoadGenerator(bare.Port, Host), new LoadGenerator(gateway.Port, Host));
            gateway.Process.Refresh();
            return result with
            {
                Figures = [.. result.Figures, new BenchFigure("gatewayResidentMb", gateway.Process.WorkingSet64 / 1e6, "Resident memory of the gateway after the load, MB")],
            };
        }
        finally
        {
            foreach (var process in started)
            {
                process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
            home.Delete(recursive: true);
        }

        async Task<(Process Process, int Port)> StartAsync(string program, params string[] arguments)
        {
            var server = await BenchServers.StartAsync(program, arguments);
            started.Add(server.Process);
            return server;
        }
    }

    private static BenchResult Measure(LoadGenerator direct, LoadGenerator bare, LoadGenerator gateway)
    {
        LoadGenerator[] all = [direct, bare, gateway];
        foreach (var target in all) target.ClosedLoop(ClosedConnections, WarmUp);

        var closed = Turns(all, t => t.ClosedLoop(ClosedConnections, Turn));
        var steady = Turns(all, t => t.FixedRate(FixedConnections, Rate, Turn));

        var ratio = Median(Enumerable.Range(0, Rounds).Select(r => closed[2][r].PerSecond / closed[1][r].PerSecond));
        var addedP50 = Added(steady, 2, 0.50);
        return new BenchResult("gateway",
            $"A hello-world upstream directly, through a bare YARP proxy and through the gateway, in turns, {Rounds} rounds of {Turn.TotalSeconds:0.#} s each, medians. "
            + $"Throughput: {ClosedConnections} connections, closed loop. Latency: {Rate} requests/s by the clock on {FixedConnections} connections, counted from when each was due.",
            [
                new("throughputRatio", ratio, "Throughput, gateway to bare YARP", "≥ 0.9", ratio >= 0.9),
                new("addedP50Ms", addedP50, $"Added p50 at {Rate}/s, ms", "≤ 0.3", addedP50 <= 0.3),
                new("addedP99Ms", Added(steady, 2, 0.99), $"Added p99 at {Rate}/s, ms"),
                new("bareAddedP50Ms", Added(steady, 1, 0.50), "Added p50 of bare YARP, ms"),
                new("bareAddedP99Ms", Added(steady, 1, 0.99), "Added p99 of bare YARP, ms"),
                new("directPerSecond", Median(closed[0].Select(r => r.PerSecond)), "Direct, requests/s"),
                new("barePerSecond", Median(closed[1].Select(r => r.PerSecond)), "Bare YARP, requests/s"),
                new("gatewayPerSecond", Median(closed[2].Select(r => r.PerSecond)), "Gateway, requests/s"),
                new("gatewayP99Ms", Median(closed[2].Select(r => r.Quantile(0.99))), "Gateway, p99 at full load, ms"),
                new("failedRequests", closed.Concat(steady).SelectMany(r => r).Sum(r => r.Failed), "Failed requests", "0",
                    closed.Concat(steady).SelectMany(r => r).All(r => r.Failed == 0)),
            ]);
    }

    /// <summary>Direct, bare, gateway; then the other way round: no one always runs on a warmer or a busier machine.</summary>
    private static LoadResult[][] Turns(LoadGenerator[] targets, Func<LoadGenerator, LoadResult> measure)
    {
        var results = targets.Select(_ => new LoadResult[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < targets.Length; i++)
            {
                var target = round % 2 == 0 ? i : targets.Length - 1 - i;
                results[target][round] = measure(targets[target]);
                var r = results[target][round];
                Console.Error.WriteLine($"round {round + 1} {Names[target],-9} {r.PerSecond,8:0}/s  p50 {r.Quantile(0.5):0.000} ms  p99 {r.Quantile(0.99):0.000} ms");
            }
        return results;
    }

    private static double Added(LoadResult[][] steady, int target, double share) =>
        Median(Enumerable.Range(0, Rounds).Select(r => steady[target][r].Quantile(share) - steady[0][r].Quantile(share)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
