using Tarmac.Cli.Foundation;
using Tarmac.Model.Catalog;

namespace Tarmac.Cli.Catalog;

internal sealed class CatalogCheckCommand() : FileCheck("entity descriptors", "catalog-info.yaml",
    "tarmac catalog check catalog-info.yaml", "tarmac catalog check services --json")
{
    protected override CheckedFile Check(string text, string file)
    {
        var read = EntityReader.Read(text, file);
        return new(read.Problems, [], $"{read.Entities.Count} {(read.Entities.Count == 1 ? "entity" : "entities")}");
    }
}
