using System.Text.Json;
using Tarmac.Bench;

// One line per bench; each is one file beside this one.
var root = Array.IndexOf(args, "--root") is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : Environment.CurrentDirectory;
var benches = new Dictionary<string, Func<Task<BenchResult>>>
{
    ["catalog"] = () => CatalogBench.RunAsync(root, args),
    ["gateway"] = GatewayBench.RunAsync,
    ["idea-to-running"] = () => IdeaToRunningBench.RunAsync(root),
    ["push-to-live"] = () => PushToLiveBench.RunAsync(root),
    ["start"] = () => StartBench.RunAsync(root),
};

// The benches start these as processes of their own.
if (args is ["serve", var role, ..]) return await BenchServers.RunAsync(role, args[2..]);

var name = args.FirstOrDefault(a => !a.StartsWith('-') && a != root);
if (name is null || !benches.TryGetValue(name, out var bench))
{
    Console.Error.WriteLine($"bench/run NAME [--json] [--write]    NAME: {string.Join(", ", benches.Keys)}");
    return 2;
}

var result = await bench();
if (args.Contains("--write"))
    await PerformancePage.WriteAsync(root, result, TimeProvider.System);
Console.WriteLine(args.Contains("--json")
    ? JsonSerializer.Serialize(new { bench = name, figures = result.Figures.ToDictionary(f => f.Name, f => f.Value) })
    : PerformancePage.Table(result));
return 0;
