namespace Tarmac.Bench;

/// <summary>What one run of one bench measured.</summary>
/// <param name="How">One or two sentences: what was compared with what, how long, how often.</param>
/// <param name="After">Markdown below the table of figures.</param>
/// <param name="Pictures">Files below <c>docs/</c> that it shows.</param>
public sealed record BenchResult(string Bench, string How, IReadOnlyList<BenchFigure> Figures, string? After = null, IReadOnlyList<(string Path, string Text)>? Pictures = null);

/// <param name="Name">As in the JSON: camelCase, the unit last.</param>
/// <param name="Meaning">For people.</param>
/// <param name="Goal">For people, with the bound: <c>≥ 0.9</c>.</param>
public sealed record BenchFigure(string Name, double Value, string Meaning, string? Goal = null, bool? Met = null);
