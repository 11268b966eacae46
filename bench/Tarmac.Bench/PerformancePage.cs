using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Tarmac.Bench;

/// <summary>The table of a result, and its section of docs/performance.md between its two markers.</summary>
internal static class PerformancePage
{
    private const string Opening = """
        # Performance

        Written by `bench/run NAME --write`, one section for each bench; do not edit the sections by hand.
        Figures of one run on one small machine, clients and servers together on it: read the ratios, not the absolutes.

        """;

    public static string Table(BenchResult result)
    {
        var table = new StringBuilder("| figure | value | goal | met |\n|---|---:|---|---|\n");
        foreach (var f in result.Figures)
            table.Append(CultureInfo.InvariantCulture,
                $"| {f.Meaning} (`{f.Name}`) | {f.Value:#,0.###} | {f.Goal} | {f.Met switch { true => "yes", false => "no", null => "" }} |\n");
        return table.ToString();
    }

    public static async Task WriteAsync(string root, BenchResult result, TimeProvider time)
    {
        var path = Path.Combine(root, "docs", "performance.md");
        var page = File.Exists(path) ? await File.ReadAllTextAsync(path) : Opening;
        var (from, to) = ($"<!-- bench:{result.Bench} -->", $"<!-- /bench:{result.Bench} -->");
        var section = $"""
            {from}
            ## {result.Bench}

            {result.How}

            {Table(result)}{(result.After is null ? "" : $"\n{result.After}\n")}
            Commit {await GitAsync(root, "describe", "--always", "--dirty")}, {time.GetUtcNow():yyyy-MM-dd}, {Machine()}. Command: `bench/run {result.Bench} --write`
            {to}
            """;
        var start = page.IndexOf(from, StringComparison.Ordinal);
        var end = page.IndexOf(to, StringComparison.Ordinal);
        page = start >= 0 && end > start
            ? page[..start] + section + page[(end + to.Length)..]
            : page.TrimEnd() + "\n\n" + section + "\n";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, page);
        foreach (var (name, text) in result.Pictures ?? []) await File.WriteAllTextAsync(Path.Combine(root, "docs", name), text);
    }

    private static string Machine()
    {
        const string cpuInfo = "/proc/cpuinfo";
        var model = File.Exists(cpuInfo)
            ? File.ReadLines(cpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim()
            : null;
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024 * 1024);
        return $"{Environment.ProcessorCount} cores ({model ?? RuntimeInformation.ProcessArchitecture.ToString()}), {memory} GB, {RuntimeInformation.FrameworkDescription}";
    }

    private static async Task<string> GitAsync(string root, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", root, .. arguments]) { RedirectStandardOutput = true };
        using var git = Process.Start(start)!;
        var text = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? text.Trim() : "unknown";
    }
}
