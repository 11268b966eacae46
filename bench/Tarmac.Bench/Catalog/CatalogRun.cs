using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Tests.Catalog;

namespace Tarmac.Bench;

/// <summary>One catalog on one database, from an empty home to the last figure.</summary>
internal sealed class CatalogRun : IDisposable
{
    public const int Clients = 16;
    public static readonly TimeSpan Round = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortRound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenEdits = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private const int QuietEdits = 15;

    private readonly string folder = Directory.CreateTempSubdirectory("tarmac-catalog-").FullName;
    private readonly GeneratedCatalog catalog;
    private readonly Func<BenchPlatform> platforms;
    private readonly CatalogFigures figures = new();
    private readonly Stopwatch clock = new();
    private int edits;

    public CatalogRun(string root, string published, GeneratedCatalog catalog, string? database)
    {
        this.catalog = catalog;
        platforms = () => new BenchPlatform(published, root, Path.Combine(root, "roads")) { Catalog = [folder], Database = database };
        catalog.Write(folder);
    }

    /// <summary>All there is to measure at one size.</summary>
    public async Task<CatalogFigures> Measure()
    {
        await using var platform = platforms();
        await Read(platform);
        clock.Restart();
        await platform.Finished((await platform.Act("source.refresh", new JsonObject { ["name"] = Source }))["operation"]!.GetValue<string>());
        figures.RereadSeconds = clock.Elapsed.TotalSeconds;
        await EditQuietly(platform);
        foreach (var (name, paths) in Questions) await Ask(platform, name, paths, Round, edited: true);
        foreach (var (name, paths) in Questions) await Ask(platform, name + "Anew", paths, Round, edited: true, anew: true);
        foreach (var (name, paths) in CatalogQuestions.OfBackstage(catalog)) await Ask(platform, name, paths, Round, edited: true);
        await StartAgain(platform);
        return figures;
    }

    /// <summary>What is compared between sizes: each question's cost, with no answer remembered and nothing edited beside it.</summary>
    public async Task<CatalogFigures> MeasureGrowth()
    {
        await using var platform = platforms();
        await Read(platform);
        await EditQuietly(platform);
        foreach (var (name, paths) in Questions) await Ask(platform, name, paths, ShortRound, anew: true);
        await Ask(platform, "unfilteredFacets", CatalogQuestions.UnfilteredFacets, ShortRound, anew: true);
        await StartAgain(platform);
        return figures;
    }

    private IEnumerable<(string Name, IReadOnlyList<string> Paths)> Questions =>
    [
        ("byName", CatalogQuestions.ByName(catalog)), ("list", CatalogQuestions.Lists(catalog)), ("facets", CatalogQuestions.Facets(catalog)), ("text", CatalogQuestions.Texts(catalog)),
    ];

    private async Task Read(BenchPlatform platform)
    {
        clock.Restart();
        await platform.Start("/sign-in");
        await UntilAllShown(platform);
        figures.IngestSeconds = clock.Elapsed.TotalSeconds;
        await Settled(platform);
    }

    private async Task EditQuietly(BenchPlatform platform)
    {
        for (var edit = 0; edit < QuietEdits; edit++)
        {
            figures.Edits.Add(await Edit(platform));
            await Task.Delay(BetweenEdits);
        }
    }

    private async Task StartAgain(BenchPlatform platform)
    {
        figures.ResidentMb = ResidentMemory.Of(platform.Pid);
        await platform.Stop();
        clock.Restart();
        await platform.Start("/sign-in");
        await UntilAllShown(platform);
        figures.RestartSeconds = clock.Elapsed.TotalSeconds;
    }

    private string Source => "catalog:" + Path.GetFileName(folder).ToLowerInvariant();

    private async Task UntilAllShown(BenchPlatform platform)
    {
        var asked = Stopwatch.StartNew();
        while (asked.Elapsed < Patience)
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
        var waited = Stopwatch.StartNew();
        for (var before = TimeSpan.MinValue; waited.Elapsed < Patience;)
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
        var written = Stopwatch.StartNew();
        File.Move(file + ".new", file, overwrite: true);
        var edited = $"edition {edits}.";
        while (written.Elapsed < Patience)
        {
            var shown = await platform.Api.GetStringAsync($"/api/v1/catalog/entities/component/default/{GeneratedCatalog.Component(component)}");
            if (shown.Contains(edited, StringComparison.Ordinal)) return written.Elapsed.TotalMilliseconds;
            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }
        throw new TimeoutException($"{file} was edited and nobody saw it.");
    }

    /// <param name="edited">Whether a file is edited twice a second meanwhile.</param>
    /// <param name="anew">Whether every answer is to be made anew, though the same was asked before.</param>
    private async Task Ask(BenchPlatform platform, string name, IReadOnlyList<string> paths, TimeSpan round, bool edited = false, bool anew = false)
    {
        var load = new LoadGenerator(platform.Port, "127.0.0.1", paths, $"Authorization: Bearer {await platform.Token()}\r\n{(anew ? "Cache-Control: no-cache\r\n" : "")}");
        load.ClosedLoop(Clients, Warming);
        using var over = new CancellationTokenSource();
        var editing = edited ? KeepEditing(platform, over.Token) : Task.FromResult<List<double>>([]);
        var asked = figures.Loads[name] = await Task.Run(() => load.ClosedLoop(Clients, round));
        await over.CancelAsync();
        figures.BusyEdits.AddRange(await editing);
        if (asked.Failed > 0) throw new InvalidOperationException($"{name}: {asked.Failed} requests failed.");
        await Console.Error.WriteLineAsync(FormattableString.Invariant(
            $"{name}: {paths.Distinct().Count()} questions, {asked.PerSecond:0}/s, p50 {asked.Quantile(0.5):0.0} ms, p99 {asked.Quantile(0.99):0.0} ms"));
    }

    private async Task<List<double>> KeepEditing(BenchPlatform platform, CancellationToken over)
    {
        var seen = new List<double>();
        using var timer = new PeriodicTimer(BetweenEdits);
        while (!over.IsCancellationRequested)
        {
            seen.Add(await Edit(platform));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        return seen;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
