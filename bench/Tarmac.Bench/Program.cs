using System.Text.Json;
using Tarmac.Bench;

// One line per bench; each is one file beside this one.
var benches = new Dictionary<string, Func<Task<BenchResult>>>
{
    ["gateway"] = GatewayBench.RunAsync,
};

// The benches start these as processes of their own.
if (args is ["serve", var role, ..]) return await BenchServers.RunAsync(role, args[2..]);

var name = args.FirstOrDefault(a => !a.StartsWith('-'));
if (name is null || !benches.TryGetValue(name, out var bench))
{
    Console.Error.WriteLine($"bench/run NAME [--json] [--write]    NAME: {string.Join(", ", benches.Keys)}");
    return 2;
}

var result = await bench();
if (args.Contains("--write"))
    await PerformancePage.WriteAsync(args[Array.IndexOf(args, "--root") + 1], result, TimeProvider.System);
Console.WriteLine(args.Contains("--json")
    ? JsonSerializer.Serialize(new { bench = name, figures = result.Figures.ToDictionary(f => f.Name, f => f.Value) })
    : PerformancePage.Table(result));
return 0;
