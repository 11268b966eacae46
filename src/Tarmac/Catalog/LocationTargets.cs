using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>One file that a Location names: <paramref name="Field"/> says where it does.</summary>
internal sealed record LocationTarget(string Path, string Field, bool ByName);

/// <summary>
/// Finds the files of the same source that Locations mean, by name or by pattern. A Location's type says how Backstage would
/// read the target; here every file and url target is looked for in the source that holds the Location.
/// </summary>
internal sealed class LocationTargets(SourceFiles files)
{
    public const int MostMatches = 10_000;

    // Thousands of patterns over many thousands of files would hold up everybody else's reading.
    private const long MostComparisons = 20_000_000;

    private long comparisons;

    public (IReadOnlyList<LocationTarget> Found, IReadOnlyList<InputProblem> Problems) Of(Entity entity, EntityLocation location)
    {
        var (found, problems) = (new List<LocationTarget>(), new List<InputProblem>());
        foreach (var (target, field) in Written(entity, location))
        {
            var path = PathOf(entity, location, target, out var refused);
            if (refused is not null) problems.Add(Problem(entity, field, refused.Value));
            else if (path is null || files.IsElsewhere(path)) continue;
            else if (files.Open(path) is not null) found.Add(new LocationTarget(path, field, ByName: true));
            else if (PathPattern.IsOne(path)) Spread(path, target, field);
            else if (location.Required) problems.Add(Problem(entity, field, (CatalogSourceCodes.TargetMissing, $"The target {Short(target)} does not exist.", "Mend the path, or write presence: optional.")));
        }
        return (found, problems);

        void Spread(string path, string target, string field)
        {
            var listed = files.Listed(out var notListed);
            comparisons += listed.Count;
            if (notListed is not null || PathPattern.Of(path) is not { } pattern || comparisons > MostComparisons)
            {
                problems.Add(Problem(entity, field, (CatalogSourceCodes.GlobTooWide, notListed ?? $"The pattern {Short(target)} takes too long to look for.", "Name a folder before the first wildcard, or fewer patterns.")));
                return;
            }
            var matches = listed.Where(each => each != entity.Origin.File && pattern.Matches(each)).Take(MostMatches + 1).ToList();
            if (matches.Count > MostMatches)
                problems.Add(Problem(entity, field, (CatalogSourceCodes.GlobTooWide, $"The pattern {Short(target)} finds more than {MostMatches} files.", "Name a folder before the first wildcard, or write several patterns.")));
            else if (matches.Count == 0 && location.Required)
                problems.Add(Problem(entity, field, (CatalogSourceCodes.TargetMissing, $"The pattern {Short(target)} finds no YAML file.", "Mend the pattern, or write presence: optional.")));
            else
                found.AddRange(matches.Select(match => new LocationTarget(match, field, ByName: false)));
        }
    }

    private string? PathOf(Entity entity, EntityLocation location, string target, out (string Code, string Message, string Cure)? refused)
    {
        refused = null;
        if (location.Type is not (null or "file" or "url"))
        {
            refused = (CatalogSourceCodes.TargetNotRead, $"The target {Short(target)} is not read: a Location of the type {Short(location.Type)} names no files.",
                "Name files (type: file or url), or add the place as a source of its own.");
            return null;
        }
        if (target.Contains("://", StringComparison.Ordinal))
        {
            if (files.PathOf(target) is { } inside) return inside;
            refused = (CatalogSourceCodes.TargetNotRead, $"The target {Short(target)} is not read: it is an address, and only files of the same source are read.",
                "Name files of this source by relative paths, or add that place as a source of its own.");
            return null;
        }
        if (SourceFiles.Resolve(entity.Origin.File, target) is { } path) return path;
        refused = (CatalogSourceCodes.TargetLeaves, $"The target {Short(target)} is outside the source.",
            "Name files below the source's folder, with forward slashes, or add the other folder as a source.");
        return null;
    }

    private static IEnumerable<(string Target, string Field)> Written(Entity entity, EntityLocation location)
    {
        var before = entity.Spec["target"] is null ? 0 : 1;
        return location.Targets.Select((target, index) => (target, index < before ? "spec.target" : $"spec.targets[{index - before}]"));
    }

    private static InputProblem Problem(Entity entity, string field, (string Code, string Message, string Cure) why) =>
        new(why.Code, why.Message, entity.Origin.File, entity.Origin.Line, 1, field, why.Cure);

    private static string Short(string target) => target.Length <= 120 ? target : target[..120] + "…";
}
