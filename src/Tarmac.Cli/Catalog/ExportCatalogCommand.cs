using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Catalog;

namespace Tarmac.Cli.Catalog;

internal sealed class ExportCatalogCommand() : Verb("catalog", "Every entity as YAML documents that this and other catalogs read; JSON with --json.",
    "tarmac export catalog > catalog.yaml", "tarmac export catalog --json")
{
    protected override async Task<int> Run(Invocation run)
    {
        var all = new JsonArray();
        string? cursor = null;
        do
        {
            var page = await run.Platform.Get(new Query("/api/v1/catalog/entities").Add("limit", "500").Add("cursor", cursor).ToString());
            foreach (var item in page.List())
            {
                var shown = await run.Platform.Get("/api/v1/catalog/entities/" + Refs.Path(EntityRef.Parse(item.Text("ref")!)));
                if ((shown.At("entity") ?? shown) is not JsonObject entity) continue;
                if (run.Terminal.Json) all.Add(entity.DeepClone());
                else Console.Out.Write(YamlText.Document(entity));
            }
            cursor = page.Text("next");
        }
        while (cursor is not null);
        run.Terminal.Document(all);
        return ExitCode.Ok;
    }
}
