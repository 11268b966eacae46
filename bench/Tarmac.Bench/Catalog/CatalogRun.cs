using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Tests.Catalog;

namespace Tarmac.Bench;

/// <summary>One catalog on one database, from an empty home to the last figure.</summary>
internal sealed class CatalogRun : IDisposable
{
    public const int Clients = 16;
    public static readonly TimeSpan Round = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenEdits = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const int QuietEdits = 15;

    private readonly string folder = Directory.CreateTempSubdirectory("tarmac-catalog-").FullName;
    private readonly GeneratedCatalog catalog;
    private readonly Func<BenchPlatform> platforms;
    private readonly CatalogFigures figures = new();
    private int edits;

    public CatalogRun(string root, string published, GeneratedCatalog catalog, string? database)
    {
        this.catalog = catalog;
        platforms = () => new BenchPlatform(published, root, Path.Combine(root, "roads")) { Catalog = [folder], Database = database };
        catalog.Write(folder);
    }

    public async Task<CatalogFigures> Measure()
    {
        await using var platform = platforms();
        var clock = Stopwatch.StartNew();
        await platform.Start("/sign-in");
        await UntilAllShown(platform);
        figures.IngestSeconds = clock.Elapsed.TotalSeconds;
        await Settled(platform);
        clock.Restart();
        await platform.Finished((await platform.Act("source.refresh", new JsonObject { ["name"] = Source }))["operation"]!.GetValue<string>());
        figures.RereadSeconds = clock.Elapsed.TotalSeconds;
        for (var edit = 0; edit < QuietEdits; edit++)
        {
            figures.Edits.Add(await Edit(platform));
            await Task.Delay(BetweenEdits);
        }
        await Ask(platform, "byName", CatalogQuestions.ByName(catalog));
        await Ask(platform, "list", CatalogQuestions.Lists(catalog));
        await Ask(platform, "facets", CatalogQuestions.Facets(catalog));
        await Ask(platform, "text", CatalogQuestions.Texts(catalog));
        foreach (var (name, paths) in CatalogQuestions.OfBackstage(catalog)) await Ask(platform, name, paths);
        figures.ResidentMb = ResidentMemory.Of(platform.Pid);
        await platform.Stop();
        clock.Restart();
        await platform.Start("/sign-in");
        await UntilAllShown(platform);
        figures.RestartSeconds = clock.Elapsed.TotalSeconds;
        return figures;
    }

    private string Source => "catalog:" + Path.GetFileName(folder).ToLowerInvariant();

    private async Task UntilAllShown(BenchPlatform platform)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            var listed = JsonNode.Parse(await platform.Api.GetStringAsync($"/api/v1/catalog/entities?limit=1&facets=false&source={Source}"))!;
            if (listed["total"]!.GetValue<int>() == catalog.Entities) return;
            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
        throw new TimeoutException("The catalog did not show all entities.");
    }

    // What follows a first reading in the background (findings, facts) is over when the process hardly uses the processor.
    private static async Task Settled(BenchPlatform platform)
    {
        using var process = Process.GetProcessById(platform.Pid);
        var clock = Stopwatch.StartNew();
        for (var before = TimeSpan.MinValue; clock.Elapsed < Patience;)
        {
            process.Refresh();
            if (before != TimeSpan.MinValue && process.TotalProcessorTime - before < TimeSpan.FromMilliseconds(100)) return;
            before = process.TotalProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        await Console.Error.WriteLineAsync("The platform did not come to rest.");
    }

    /// <summary>Writes a file as an editor does, whole and renamed into place, and asks until the API shows it.</summary>
    private async Task<double> Edit(BenchPlatform platform)
    {
        var component = edits++ * 137 % catalog.Components;
        var file = Path.Combine(folder, catalog.FileOf(component));
        await File.WriteAllTextAsync(file + ".new", catalog.TextOf(component, edits));
        var clock = Stopwatch.StartNew();
        File.Move(file + ".new", file, overwrite: true);
        var edited = $"edition {edits}.";
        while (clock.Elapsed < Patience)
        {
            var shown = await platform.Api.GetStringAsync($"/api/v1/catalog/entities/component/default/{GeneratedCatalog.Component(component)}");
            if (shown.Contains(edited, StringComparison.Ordinal)) return clock.Elapsed.TotalMilliseconds;
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }
        throw new TimeoutException($"{file} was edited and nobody saw it.");
    }

    private async Task Ask(BenchPlatform platform, string name, IReadOnlyList<string> paths)
    {
        var load = new LoadGenerator(platform.Port, "127.0.0.1", paths, await platform.Token());
        load.ClosedLoop(Clients, Warming);
        using var over = new CancellationTokenSource();
        var editing = KeepEditing(platform, over.Token);
        figures.Loads[name] = await Task.Run(() => load.ClosedLoop(Clients, Round));
        await over.CancelAsync();
        figures.BusyEdits.AddRange(await editing);
        if (figures.Loads[name].Failed > 0) throw new InvalidOperationException($"{name}: {figures.Loads[name].Failed} requests failed.");
        await Console.Error.WriteLineAsync(FormattableString.Invariant($"{name}: {figures.Loads[name].PerSecond:0}/s, p50 {figures.Loads[name].Quantile(0.5):0.0} ms, p99 {figures.Loads[name].Quantile(0.99):0.0} ms"));
    }

    private async Task<List<double>> KeepEditing(BenchPlatform platform, CancellationToken over)
    {
        var seen = new List<double>();
        while (!over.IsCancellationRequested)
        {
            seen.Add(await Edit(platform));
            await Task.Delay(BetweenEdits, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return seen;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
