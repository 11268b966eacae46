using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Catalog;

internal sealed class ExportCatalogCommand() : Verb("catalog", "Every entity as YAML documents that this and other catalogs read; JSON with --json.",
    "tarmac export catalog > catalog.yaml", "tarmac export catalog --json")
{
    protected override async Task<int> Run(Invocation run)
    {
        if (!run.Terminal.Json)
        {
            await foreach (var line in run.Platform.Lines("/api/v1/catalog/export?format=yaml")) Console.Out.WriteLine(line);
            return ExitCode.Ok;
        }
        var all = new JsonArray();
        await foreach (var line in run.Platform.Lines("/api/v1/catalog/export?format=ndjson")) all.Add(JsonNode.Parse(line));
        run.Terminal.Document(all);
        return ExitCode.Ok;
    }
}
