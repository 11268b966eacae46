using Tarmac.Cli.Foundation;
using Tarmac.Model.Catalog;

namespace Tarmac.Cli.Catalog;

internal sealed class CatalogCheckCommand() : FileCheck("entity descriptors", "catalog-info.yaml",
    "tarmac catalog check catalog-info.yaml", "tarmac catalog check services --json")
{
    protected override CheckedFile Check(string text, string file)
    {
        var read = EntityReader.Read(text, file, placeholders: target => Beside(file, target));
        return new(read.Problems, [], $"{read.Entities.Count} {(read.Entities.Count == 1 ? "entity" : "entities")}");
    }

    // What the whole source is, only the platform knows: an address, or a path from its root, is left for it to judge.
    private static PlaceholderContent? Beside(string file, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith('/')) return null;
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, target);
        if (!File.Exists(path)) return new(null, CatalogCodes.PlaceholderNotFound, $"There is no file {target} beside {file}.", "Mend the path; it starts from the folder of this file.");
        try
        {
            return new(FileFindings.Text(path));
        }
        catch (CliProblem unreadable)
        {
            return new(null, CatalogCodes.PlaceholderNotRead, unreadable.Details.Text("detail")!, unreadable.Details.Text("cure") ?? "Let yourself read it.");
        }
    }
}
