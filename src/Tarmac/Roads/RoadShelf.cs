using System.Collections.Concurrent;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;
using Tarmac.Model.Problems;

namespace Tarmac.Roads;

/// <summary>The paved roads there are: one folder each, read again when it has changed.</summary>
public sealed class RoadShelf(PlatformOptions options)
{
    private readonly ConcurrentDictionary<string, (DateTime Stamp, RoadReading Reading)> read = new();

    /// <summary>Every road that can be used, by name.</summary>
    public IReadOnlyList<Road> All() => [.. Folders().Select(Read).Select(reading => reading.Road).OfType<Road>().OrderBy(road => road.Name, StringComparer.Ordinal)];

    /// <summary>What is wrong with roads that cannot be used.</summary>
    public IReadOnlyList<InputProblem> Problems() => [.. Folders().SelectMany(folder => Read(folder).Problems)];

    /// <exception cref="Problem">There is no such road.</exception>
    public Road Find(string name) => All().FirstOrDefault(road => road.Name == name)
        ?? throw Problem.NotFound("road", name, "Roads are: " + string.Join(", ", All().Select(road => road.Name)) + ".");

    private IEnumerable<string> Folders() =>
        Directory.Exists(options.Roads) ? Directory.GetDirectories(options.Roads).Where(folder => File.Exists(Path.Combine(folder, RoadFile.FileName))) : [];

    private RoadReading Read(string folder)
    {
        var stamp = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(File.GetLastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(folder)).Max();
        if (read.TryGetValue(folder, out var known) && known.Stamp == stamp) return known.Reading;
        var reading = RoadFile.Read(folder);
        read[folder] = (stamp, reading);
        return reading;
    }
}
