using System.Text.Json.Nodes;

namespace Tarmac.Catalog.Backstage;

/// <summary>What the API's description shows of the endpoints in Backstage's form.</summary>
internal static class BackstageExamples
{
    public const string Entity = """
        {
          "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
          "metadata": {
            "name": "vouchers", "namespace": "default", "description": "Issues vouchers.", "tags": ["till"],
            "annotations": {
              "backstage.io/managed-by-location": "file:/srv/catalog/vouchers/catalog-info.yaml", "backstage.io/managed-by-origin-location": "file:/srv/catalog"
            },
            "uid": "5d9f5c0e-3c0f-8b1e-9d6a-0f6c1c8f2b7a", "etag": "0c1e6f9d2b7a4c5e8f0a1b2c3d4e5f60718293a4"
          },
          "spec": { "type": "service", "lifecycle": "production", "owner": "promotions" },
          "relations": [{ "type": "ownedBy", "targetRef": "group:default/promotions" }]
        }
        """;

    public const string Location = """{ "id": "shelf-4f1c2a9b", "type": "file", "target": "/srv/catalog", "entityRef": "location:default/generated-8f0c0c3f7a1d2b4e5f60718293a4b5c6d7e8f901" }""";

    public const string Query = """
        { "query": { "$all": [{ "kind": "component" }, { "spec.type": { "$in": ["service", "website"] } }] }, "orderBy": [{ "field": "metadata.name", "order": "asc" }], "limit": 20 }
        """;

    public const string References = """{ "entityRefs": ["component:default/vouchers", "component:default/nothing"], "fields": ["kind", "metadata.name"] }""";
    public const string FacetQuery = """{ "facets": ["spec.type"], "query": { "kind": "component" } }""";
    public const string Facets = """{ "facets": { "kind": [{ "value": "Component", "count": 21 }, { "value": "Group", "count": 4 }] } }""";
    public const string LocationQuery = """{ "query": { "target": { "$hasPrefix": "/srv/" } }, "limit": 20 }""";
    public const string NewLocation = """{ "type": "file", "target": "/srv/catalog" }""";
    public const string Refresh = """{ "entityRef": "component:default/vouchers" }""";
    public const string AnalyzeLocation = """{ "location": { "type": "url", "target": "https://github.com/example/vouchers" } }""";

    public static string Entities => $"[{Entity}]";

    public static string Items => $$"""{ "items": [{{Entity}}, null] }""";

    public static string Page => $$"""{ "items": [{{Entity}}], "totalItems": 41, "pageInfo": { "nextCursor": "eyJvcmRlckZpZWxkcyI6W119" } }""";

    public static string Ancestry => $$"""{ "rootEntityRef": "component:default/vouchers", "items": [{ "entity": {{Entity}}, "parentEntityRefs": ["location:default/all"] }] }""";

    public static string Locations => $$"""[{ "data": {{Location}} }]""";

    public static string LocationPage => $$"""{ "items": [{{Location}}], "totalItems": 1, "pageInfo": {} }""";

    public static string Added => $$"""{ "location": {{Location}}, "entities": [] }""";

    public static string Validate => $$"""{ "location": "url:https://example.com/catalog-info.yaml", "entity": {{Entity}} }""";

    public static string Analysis => $$"""{ "existingEntityFiles": [], "generateEntities": [{ "entity": {{Entity}}, "fields": [] }] }""";

    /// <summary>Describes the body.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder route, string example) => route.Accepts<JsonObject>("application/json")
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.RequestBody?.Content?.TryGetValue("application/json", out var content) == true) content.Example = JsonNode.Parse(example);
            return Task.CompletedTask;
        });

    /// <summary>Describes the answer.</summary>
    public static RouteHandlerBuilder Answers<T>(this RouteHandlerBuilder route, string example, int status = StatusCodes.Status200OK) => route.Produces<T>(status)
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.Responses?.TryGetValue(status.ToString(), out var answer) == true && answer.Content?.TryGetValue("application/json", out var content) == true)
                content.Example = JsonNode.Parse(example);
            return Task.CompletedTask;
        });
}
