namespace Tarmac.Bench;

/// <summary>What one database at one size did.</summary>
internal sealed class CatalogFigures
{
    public double IngestSeconds { get; set; }

    public double RereadSeconds { get; set; }

    public double RestartSeconds { get; set; }

    /// <summary>One for each edit, nothing else going on.</summary>
    public List<double> Edits { get; } = [];

    /// <summary>One for each edit under load.</summary>
    public List<double> BusyEdits { get; } = [];

    public Dictionary<string, LoadResult> Loads { get; } = [];

    public double ResidentMb { get; set; }

    /// <param name="database">What the names end in: nothing for the embedded database.</param>
    public IEnumerable<BenchFigure> Figures(string database)
    {
        var on = database.Length == 0 ? "SQLite" : "PostgreSQL";
        yield return AtMost("ingestSeconds", IngestSeconds, "cold, from the start until all are served, s", 6);
        yield return AtMost("rereadSeconds", RereadSeconds, "read again with nothing changed, s", 0.5);
        yield return AtMost("restartSeconds", RestartSeconds, "start from what is stored, s", 5);
        yield return AtMost("editVisibleMs", BenchPlatform.Median(Edits), "an edited file seen over HTTP, median, ms", 200);
        yield return new BenchFigure("editVisibleWorstMs" + database, Edits.Max(), $"{on}: the slowest of {Edits.Count} edits, ms");
        yield return new BenchFigure("editVisibleBusyMs" + database, BusyEdits.Count == 0 ? double.NaN : BenchPlatform.Median(BusyEdits), $"{on}: the same under load, median, ms");
        foreach (var (name, meaning, goal) in Asked)
            if (Loads.TryGetValue(name, out var load))
                yield return new BenchFigure(name + "PerSecond" + database, load.PerSecond, $"{on}: {meaning}, requests/s", goal is null ? null : $"≥ {goal:#,0}", goal is null ? null : load.PerSecond >= goal);
        var worst = Asked.Where(asked => asked.Goal is not null && Loads.ContainsKey(asked.Name)).Max(asked => Loads[asked.Name].Quantile(0.99));
        yield return AtMost("p99Ms", worst, "the worst p99 of these, ms", 15);
        yield return new BenchFigure("residentMb" + database, ResidentMb, $"{on}: resident memory of the platform after that, MB");

        BenchFigure AtMost(string name, double value, string meaning, double goal) => new(name + database, value, $"{on}: {meaning}", FormattableString.Invariant($"≤ {goal}"), value <= goal);
    }

    private static readonly (string Name, string Meaning, double? Goal)[] Asked =
    [
        ("byName", "one entity by its name", 20_000),
        ("list", "a filtered, ordered list of 20", 5_000),
        ("facets", "the counts of all filters beside a filter", 5_000),
        ("text", "full text, the best 20", 1_000),
        ("byNameAnew", "one entity by its name, no answer remembered", null),
        ("listAnew", "a list of 20, no answer remembered", null),
        ("facetsAnew", "the counts of all filters, no answer remembered", null),
        ("textAnew", "full text, no answer remembered", null),
        ("backstageByName", "Backstage's API: one entity", 20_000),
        ("backstageList", "Backstage's API: an ordered list of 20", 5_000),
        ("backstageFacet", "Backstage's API: one facet", 5_000),
        ("backstageText", "Backstage's API: full text", 1_000),
        ("backstageAncestry", "Backstage's API: ancestry", null),
    ];
}
