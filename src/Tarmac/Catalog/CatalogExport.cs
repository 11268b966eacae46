using System.Text;
using Tarmac.Foundation.Web;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog;

/// <summary>Every entity as its file says it, in one text that this and other catalogs read.</summary>
internal static class CatalogExport
{
    public static void MapExport(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}/descriptor", (CurrentCatalog catalog, string kind, string @namespace, string name) =>
        {
            var entry = catalog.Index.Find(kind, @namespace, name) ?? throw Problem.NotFound("entity", $"{kind}:{@namespace}/{name}", "GET /api/v1/catalog/entities?q=TEXT finds entities.");
            return Results.File(Encoding.UTF8.GetBytes(YamlText.Document(entry.Entity.ToJson())), "application/yaml", "catalog-info.yaml");
        }).WithSummary("What is declared of one entity, as a descriptor file to keep beside its code (YAML).");
        routes.MapGet("/api/v1/catalog/export", (CurrentCatalog catalog, string? format) => format switch
        {
            null or "ndjson" => Whole(catalog.Index, "application/x-ndjson", "catalog.ndjson", entry => entry.Entity.ToJson().ToJsonString() + "\n"),
            "yaml" => Whole(catalog.Index, "application/yaml", "catalog.yaml", entry => YamlText.Document(entry.Entity.ToJson())),
            _ => throw new Problem(400, "bad-request", $"There is no format {format}.", null, "Ask for ?format=ndjson or ?format=yaml."),
        }).WithSummary("Every entity, as a JSON object a line (?format=ndjson) or as YAML documents (?format=yaml); tarmac catalog import takes either.");
    }

    private static IResult Whole(CatalogIndex index, string contentType, string name, Func<CatalogEntry, string> text) => Results.Stream(async stream =>
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16, leaveOpen: true);
        foreach (var entry in index.All) await writer.WriteAsync(text(entry));
    }, contentType, name);
}
