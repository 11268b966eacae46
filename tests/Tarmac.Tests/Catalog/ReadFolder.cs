using Tarmac.Catalog;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Tests.Catalog;

/// <summary>Reads a folder or file as a source of the catalog does, without a platform.</summary>
internal static class ReadFolder
{
    public static SourceReading Read(string location) => SourceReading.Of(new SourceFolder(location).Look(anyway: true, [])!, new HashSet<string>());

    public static IReadOnlyList<InputProblem> Problems(this SourceReading reading) => [.. reading.Problems.Select(found => found.Problem)];

    public static Entity Entity(this SourceReading reading, string reference) => reading.Declared.Single(declared => declared.Ref == reference).Entity;

    /// <summary>Of each file that says anything: how many entities of which kind, how many relations they declare, how many problems.</summary>
    public static string Table(this SourceReading reading)
    {
        var files = reading.Declared.Select(declared => declared.Entity.Origin.File).Concat(reading.Problems.Select(found => found.Problem.File!)).Distinct().Order(StringComparer.Ordinal);
        return string.Join('\n', files.Select(file =>
        {
            var entities = reading.Declared.Select(declared => declared.Entity).Where(entity => entity.Origin.File == file).ToList();
            var kinds = entities.GroupBy(entity => entity.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Count()} {kind.Key}");
            var relations = entities.Sum(entity => EntityRelations.Of(entity).Count);
            return $"{file}: {string.Join(' ', kinds)} | {relations} | {reading.Problems.Count(found => found.Problem.File == file)}".Replace(":  |", ": - |", StringComparison.Ordinal);
        }));
    }
}
