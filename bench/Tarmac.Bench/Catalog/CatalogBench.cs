using System.Globalization;
using Tarmac.Tests;
using Tarmac.Tests.Catalog;

namespace Tarmac.Bench;

/// <summary>How fast a catalog is read, how soon an edit is seen, and what it answers a second, on both databases and at several sizes.</summary>
internal static class CatalogBench
{
    private const int Components = 10_000;

    public static async Task<BenchResult> RunAsync(string root, string[] args)
    {
        var components = Number(args, "--components") ?? Components;
        var wanted = args.SkipWhile(argument => argument != "--database").Skip(1).FirstOrDefault();
        var program = args.SkipWhile(argument => argument != "--program").Skip(1).FirstOrDefault();
        var published = program ?? Directory.CreateTempSubdirectory("tarmac-r2r-").FullName;
        try
        {
            if (program is null) await BenchPlatform.Publish(root, published);
            var figures = new List<BenchFigure>();
            if (wanted is null or "sqlite") figures.AddRange((await Measure(root, published, components, null)).Figures(""));
            if (wanted is null or "postgres") figures.AddRange(await OnPostgres(root, published, components));
            if (args.Contains("--no-growth")) return new BenchResult("catalog", How(components), figures);
            var growth = await CatalogGrowth.Measure(async size =>
            {
                using var run = new CatalogRun(root, published, new GeneratedCatalog(size), null);
                return await run.MeasureGrowth();
            });
            return new BenchResult("catalog", How(components), [.. figures, .. growth.Figures], growth.Table, [(CatalogGrowth.PictureFile, growth.Picture)]);
        }
        finally
        {
            if (program is null) Directory.Delete(published, recursive: true);
        }
    }

    private static async Task<IEnumerable<BenchFigure>> OnPostgres(string root, string published, int components)
    {
        if (PostgresServer.Programs is null)
        {
            await Console.Error.WriteLineAsync("PostgreSQL is not installed: its figures are left out.");
            return [];
        }
        await using var server = await PostgresServer.Start();
        return (await Measure(root, published, components, await server.CreateDatabase())).Figures("Postgres");
    }

    private static async Task<CatalogFigures> Measure(string root, string published, int components, string? database)
    {
        using var run = new CatalogRun(root, published, new GeneratedCatalog(components), database);
        return await run.Measure();
    }

    private static int? Number(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;

    private static string How(int components) =>
        $"A ReadyToRun publish; {new GeneratedCatalog(components).Entities:#,0} entities of {components:#,0} components in YAML files of one folder, read on an empty home from the start of the process until the API shows them all. "
        + $"Questions: 1,200 different ones of each sort over {CatalogRun.Clients} connections, {CatalogRun.Round.TotalSeconds:0} s each, while a file is edited twice a second and each edit is seen from the benching process over HTTP. "
        + "A snapshot sends what it was asked before again as it was, and each edit makes a new snapshot; \"no answer remembered\" asks for each to be made anew (`Cache-Control: no-cache`). "
        + "Full text asks in turns for the number in a name, for two words among one team's entities, and for two words. PostgreSQL runs on the same machine without fsync.";
}
