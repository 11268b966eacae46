using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Definitions;

/// <summary>Where definitions of APIs are read and downloaded.</summary>
public static class DefinitionApi
{
    public static void MapDefinitions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}/definition", (CurrentCatalog catalog, string kind, string @namespace, string name) =>
        {
            var (entry, definition) = Demand(catalog, kind, @namespace, name);
            return TypedResults.File(System.Text.Encoding.UTF8.GetBytes(definition.Text), "text/plain; charset=utf-8", $"{entry.Name}.{definition.Extension}");
        }).WithSummary("The text of an API's definition, as its file says it.");
        routes.MapGet("/catalog/{kind}/{namespace}/{name}/definition", Page).ExcludeFromDescription();
    }

    private static Task<IResult> Page(HttpContext context, CurrentCatalog catalog, string kind, string @namespace, string name, string? operation, string? schema, string? @as, int? page)
    {
        var (entry, definition) = Demand(catalog, kind, @namespace, name);
        if (definition.OpenApi is { } api && operation is not null)
        {
            var found = api.Operations.FirstOrDefault(one => one.Key == operation) ?? throw Problem.NotFound("operation", operation, "The definition's page lists them.");
            return Portal.Page<OperationPage>(context, new { Entry = entry, Description = api, Operation = found });
        }
        if (definition.OpenApi is { } described && schema is not null)
        {
            var found = described.Resolve(described.Schemas[schema]) ?? throw Problem.NotFound("schema", schema, "The definition's page lists them.");
            return Portal.Page<SchemaPage>(context, new { Entry = entry, Name = schema, Schema = found });
        }
        return Portal.Page<DefinitionPage>(context, new { Entry = entry, Definition = definition, Asked = page ?? 1, AsText = @as == "text" });
    }

    private static (CatalogEntry, ApiDefinition) Demand(CurrentCatalog catalog, string kind, string @namespace, string name)
    {
        var entry = catalog.Index.Demand(kind, @namespace, name);
        return (entry, ApiDefinition.Of(entry.Entity) ?? throw Problem.NotFound("definition of the entity", entry.Ref, "Entities of the kind API have one, in spec.definition."));
    }
}
