using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;

namespace Tarmac.Roads;

public static class RoadsApi
{
    public static void AddRoads(this IServiceCollection services)
    {
        services.AddSingleton<RoadShelf>();
        services.AddSingleton<ActionHandler, CreateService>();
        services.AddSingleton<OperationKind, CreateOperation>();
    }

    public static void MapRoads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/roads", (RoadShelf shelf) => new JsonArray([.. shelf.All().Select(road => (JsonNode)Describe(road))])).WithSummary("The paved roads.");
        routes.MapGet("/api/roads/{name}", (RoadShelf shelf, string name) => Describe(shelf.Find(name))).WithSummary("One road, with what it asks as JSON Schema.");
        routes.MapCreatePages();
    }

    private static JsonObject Describe(Road road) => new()
    {
        ["name"] = road.Name,
        ["title"] = road.Title,
        ["description"] = road.Description,
        ["version"] = road.Version,
        ["owner"] = road.Owner.ToString(),
        ["stage"] = road.Stage.ToString().ToLowerInvariant(),
        ["whatYouGet"] = new JsonArray([.. road.WhatYouGet.Select(line => (JsonNode)line)]),
        ["whatItCosts"] = new JsonArray([.. road.WhatItCosts.Select(line => (JsonNode)line)]),
        ["howToLeave"] = road.HowToLeave,
        ["then"] = new JsonArray([.. road.Then.Select(line => (JsonNode)line)]),
        ["parameters"] = road.Parameters.ToJson(),
    };
}
