using System.Globalization;
using System.Text;
using Tarmac.Tests.Catalog;

namespace Tarmac.Bench;

/// <summary>What the catalog costs at sizes from a thousand entities on, on the embedded database: figures, a table and a plot.</summary>
internal sealed class CatalogGrowth(IReadOnlyList<(int Entities, CatalogFigures Figures)> sizes)
{
    public const string PictureFile = "images/catalog-growth.svg";

    // About two entities for each.
    private static readonly int[] Components = [500, 1_500, 5_000, 15_000, 50_000, 100_000];

    /// <summary>Up to where the goals speak of growth.</summary>
    private const int Large = 100_000;

    private const double MostFlatGrowth = 2;

    private static readonly (string Name, string Meaning, bool Flat)[] Asked =
    [
        ("byName", "one entity by its name", true),
        ("list", "an indexed list of 20", true),
        ("unfilteredFacets", "unfiltered facets", true),
        ("facets", "filtered facets", false),
        ("text", "full text", false),
    ];

    public static async Task<CatalogGrowth> Measure(Func<int, Task<CatalogFigures>> measure)
    {
        var sizes = new List<(int, CatalogFigures)>();
        foreach (var components in Components)
        {
            var entities = new GeneratedCatalog(components).Entities;
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"{entities:#,0} entities"));
            sizes.Add((entities, await measure(components)));
        }
        return new CatalogGrowth(sizes);
    }

    public IEnumerable<BenchFigure> Figures
    {
        get
        {
            var (small, large, largest) = (sizes[0].Figures, sizes.First(size => size.Entities >= Large).Figures, sizes[^1].Figures);
            foreach (var (name, meaning, flat) in Asked)
            {
                var grown = Micros(large, name) / Micros(small, name);
                yield return new BenchFigure(name + "Growth", grown, $"SQLite: {meaning}: the cost of one at {Large:#,0} entities by that at {sizes[0].Entities:#,0}",
                    flat ? FormattableString.Invariant($"≤ {MostFlatGrowth}") : null, flat ? grown <= MostFlatGrowth : null);
            }
            yield return new BenchFigure("restartSecondsLarge", large.RestartSeconds, $"SQLite: start from what is stored at {Large:#,0} entities, s", "≤ 5", large.RestartSeconds <= 5);
            yield return new BenchFigure("residentMbLargest", largest.ResidentMb, $"SQLite: resident memory at {sizes[^1].Entities:#,0} entities, MB", "≤ 2,048", largest.ResidentMb <= 2048);
        }
    }

    public string Table
    {
        get
        {
            var text = new StringBuilder("Growth on SQLite: the time one request takes, in µs (the connections by the requests a second), none remembered and nothing edited beside it; what was read and edited as above.\n\n");
            text.Append("| entities |").AppendJoin("", Asked.Select(asked => $" {asked.Meaning} |")).Append(" cold, s | start, s | edit seen, ms | memory, MB |\n|---:|").AppendJoin("", Asked.Select(_ => "---:|")).Append("---:|---:|---:|---:|\n");
            foreach (var (entities, figures) in sizes)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {entities:#,0} |");
                foreach (var (name, _, _) in Asked) text.Append(CultureInfo.InvariantCulture, $" {Micros(figures, name):#,0} |");
                text.Append(CultureInfo.InvariantCulture, $" {figures.IngestSeconds:0.0} | {figures.RestartSeconds:0.0} | {BenchPlatform.Median(figures.Edits):0} | {figures.ResidentMb:#,0} |\n");
            }
            return text.Append(CultureInfo.InvariantCulture, $"\n![Time for one request by the size of the catalog, both on logarithmic scales]({PictureFile})").ToString();
        }
    }

    public string Picture => GrowthPlot.Draw(
        [.. Asked.Select(asked => (asked.Meaning, (IReadOnlyList<(double, double)>)[.. sizes.Select(size => ((double)size.Entities, Micros(size.Figures, asked.Name)))]))],
        "entities", "µs for one request");

    private static double Micros(CatalogFigures figures, string name) => CatalogRun.Clients / figures.Loads[name].PerSecond * 1_000_000;
}
