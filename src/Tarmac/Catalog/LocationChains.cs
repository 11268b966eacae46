using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>Which file names which through Locations. Every file is read once, so a ring does no harm; its last link is told.</summary>
internal sealed class LocationChains
{
    private const int MostShown = 10;

    private readonly Dictionary<string, List<(Entity By, LocationTarget Target)>> links = new(StringComparer.Ordinal);

    public void Add(Entity by, LocationTarget target)
    {
        // A pattern that also finds a file above it means the others.
        if (!target.ByName) return;
        if (!links.TryGetValue(by.Origin.File, out var named)) links[by.Origin.File] = named = [];
        named.Add((by, target));
    }

    /// <summary>Each link that leads back to a file it came from. Walks without recursion: a chain may be as long as there are files.</summary>
    public IEnumerable<(Entity By, InputProblem Problem)> Rings()
    {
        var walked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in links.Keys)
        {
            var way = new List<(string File, int Next)>();
            var on = new HashSet<string>(StringComparer.Ordinal);
            Enter(start);
            while (way.Count > 0)
            {
                var (file, next) = way[^1];
                if (!links.TryGetValue(file, out var named) || next == named.Count)
                {
                    way.RemoveAt(way.Count - 1);
                    on.Remove(file);
                    continue;
                }
                way[^1] = (file, next + 1);
                var (by, target) = named[next];
                if (on.Contains(target.Path)) yield return (by, Ring(by, target, [.. way.Select(step => step.File).SkipWhile(step => step != target.Path)]));
                else Enter(target.Path);
            }

            void Enter(string file)
            {
                if (!walked.Add(file)) return;
                way.Add((file, 0));
                on.Add(file);
            }
        }
    }

    private static InputProblem Ring(Entity by, LocationTarget target, List<string> files)
    {
        var shown = files.Count <= MostShown ? string.Join(", ", files) : $"{string.Join(", ", files.Take(MostShown))} and {files.Count - MostShown} more";
        return new(CatalogSourceCodes.LocationRing, files.Count == 1 ? "The Location names its own file." : $"The Location leads back to where it was named: {shown}.",
            by.Origin.File, by.Origin.Line, 1, target.Field, "Remove this target: each file is read once, however often it is named.");
    }
}
