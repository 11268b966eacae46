using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Catalog.Backstage;

/// <summary>Catalog sources as Backstage's locations: listed from the snapshot, added and removed by the same actions as everywhere.</summary>
internal static class BackstageLocations
{
    private const int UsualLimit = 1000;

    public static void MapBackstageLocations(this IEndpointRouteBuilder catalog)
    {
        catalog.MapGet("/locations", (CurrentCatalog current) =>
                new JsonArray([.. BackstageLocation.All(current.Index).Select(location => (JsonNode)new JsonObject { ["data"] = location.ToJson() })]))
            .WithSummary("Every place that entities are read from.").Answers<JsonArray>(BackstageExamples.Locations);
        catalog.MapPost("/locations/by-query", ByQuery)
            .WithSummary("A page of the places that match a predicate on id, type, target and entityRef.")
            .Asks(BackstageExamples.LocationQuery).Answers<JsonObject>(BackstageExamples.LocationPage);
        catalog.MapGet("/locations/{id}", (CurrentCatalog current, string id) => Demand(current.Index, id).ToJson())
            .WithSummary("One place by its id, which is the source's name.").Answers<JsonObject>(BackstageExamples.Location);
        catalog.MapGet("/locations/by-entity/{kind}/{namespace}/{name}", (CurrentCatalog current, string kind, string @namespace, string name) =>
            {
                var index = current.Index;
                return Demand(index, BackstageApi.Demand(index, kind, @namespace, name).Source.Name).ToJson();
            })
            .WithSummary("The place that an entity is read from.").Answers<JsonObject>(BackstageExamples.Location);
        catalog.MapPost("/locations", Add)
            .WithSummary("Adds a git repository or a file on the web (type url), or for operators a folder or file of the platform's machine (type file), as a catalog source; ?dryRun=true says what would be read and changes nothing.")
            .Asks(BackstageExamples.NewLocation).Answers<JsonObject>(BackstageExamples.Added, StatusCodes.Status201Created);
        catalog.MapPut("/locations/{id}", Update).WithSummary("Not offered: a source stays where it is. Answers what to do instead.").ProducesProblem(StatusCodes.Status501NotImplemented);
        catalog.MapDelete("/locations/{id}", Remove).WithSummary("Removes a catalog source that was added while the platform ran.").Produces(StatusCodes.Status204NoContent);
    }

    public static BackstageLocation? At(CatalogIndex index, EntityPlace place) => BackstageLocation.All(index).FirstOrDefault(location => location.Place == place);

    /// <summary>The place a body names.</summary>
    /// <exception cref="Problem">It names none that entities could be read from here.</exception>
    public static EntityPlace Asked(JsonObject body)
    {
        if (Body.Text(body, "type") is not { Length: > 0 } type || Body.Text(body, "target") is not { Length: > 0 } target)
            throw new Problem(400, "bad-request", "A location has a type and a target.", null, """Send {"type": "file", "target": "/srv/catalog"}.""");
        if (type == "url") return new EntityPlace(type, target);
        if (type != "file") throw new Problem(400, "bad-request", $"A location is of the type file or url, not {type}.", null, "Name a repository or a file on the web by its address: type url.");
        if (!Path.IsPathFullyQualified(target)) throw new Problem(422, "invalid-input", $"{target} is not an absolute path.", "The platform may run in another folder than you.", "Write the path from the root.");
        return new EntityPlace(type, Path.GetFullPath(target));
    }

    private static BackstageLocation Demand(CatalogIndex index, string id) =>
        BackstageLocation.All(index).FirstOrDefault(location => location.Id == id) ?? throw Problem.NotFound("location", id, "GET /api/catalog/locations lists them.");

    private static async Task<IResult> ByQuery(HttpContext context, CurrentCatalog current, CancellationToken cancellation)
    {
        var (query, limit, after) = Cursor(await Body.Read(context, cancellation));
        var predicate = PredicateReader.Read(query, LocationFieldSet.Known);
        var matching = BackstageLocation.All(current.Index).Where(location => predicate.Accepts(new LocationFieldSet(location))).ToList();
        var page = matching.Where(location => after is null || string.CompareOrdinal(location.Id, after) > 0).Take(limit + 1).ToList();
        var info = new JsonObject();
        if (page.Count > limit)
        {
            page.RemoveAt(limit);
            var next = new JsonObject { ["limit"] = limit, ["afterId"] = page[^1].Id, ["query"] = query?.DeepClone() };
            info["nextCursor"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(next.ToJsonString()));
        }
        return Results.Json(new JsonObject
        {
            ["items"] = new JsonArray([.. page.Select(location => (JsonNode)location.ToJson())]),
            ["totalItems"] = matching.Count,
            ["pageInfo"] = info,
        });
    }

    private static (JsonObject? Query, int Limit, string? After) Cursor(JsonObject body)
    {
        string? after = null;
        if (Body.Text(body, "cursor") is { } cursor)
        {
            try
            {
                body = StrictJson.Object(Encoding.UTF8.GetString(Convert.FromBase64String(cursor))) ?? [];
            }
            catch (Exception error) when (error is FormatException or JsonException)
            {
                throw new Problem(400, "bad-request", "The cursor is not one of ours.", null, "Take nextCursor from the page before, as it is.");
            }
            after = Body.Text(body, "afterId");
        }
        var limit = Body.Number(body, "limit") ?? UsualLimit;
        if (limit < 1) throw new Problem(400, "bad-request", $"limit is {limit}.", null, "Give a limit of one or more.");
        return (Body.Object(body, "query"), limit, after);
    }

    private static async Task<IResult> Add(
        HttpContext context, CurrentCatalog current, BackstageActions actions, IAntiforgery antiforgery, bool? dryRun, string? onConflict, CancellationToken cancellation)
    {
        if (onConflict is not (null or "refresh" or "reject")) throw new Problem(400, "bad-request", $"onConflict is {onConflict}.", null, "Say refresh or reject.");
        var place = Asked(await Body.Read(context, cancellation));
        var known = At(current.Index, place);
        if (dryRun == true) return DryRun(await actions.WouldRead(place, context.Principal(), cancellation), known ?? new BackstageLocation(BackstageLocation.NameFor(place), place), known is not null);
        if (known is not null && onConflict != "refresh") throw CatalogSources.SourceExists(known.Id);
        if (known is not null) await actions.Run(context, antiforgery, CatalogActions.RefreshSource, new JsonObject { ["name"] = known.Id }, cancellation);
        else
        {
            known = new BackstageLocation(BackstageLocation.NameFor(place), place);
            await actions.Run(context, antiforgery, CatalogActions.AddSource, BackstageActions.Input(known.Id, place), cancellation);
        }
        return Results.Json(new JsonObject { ["location"] = known.ToJson(), ["entities"] = new JsonArray() }, statusCode: StatusCodes.Status201Created);
    }

    private static JsonAnswer DryRun(CatalogIndex would, BackstageLocation location, bool exists) => new(async (writer, between) =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("location");
        location.ToJson().WriteTo(writer);
        writer.WriteBoolean("exists", exists);
        writer.WritePropertyName("entities");
        await JsonAnswer.WriteEntities(writer, between, would, would.All, null);
        writer.WriteEndObject();
    }, StatusCodes.Status201Created);

    private static IResult Update(CurrentCatalog current, string id) => throw BackstageActions.NotOffered(
        $"{Demand(current.Index, id).Id} stays where it is.", "A source that reads from elsewhere is another source.",
        "Add the new location, then remove this one: an entity that both declare keeps its name and history.");

    private static async Task<IResult> Remove(HttpContext context, CurrentCatalog current, BackstageActions actions, IAntiforgery antiforgery, string id, CancellationToken cancellation)
    {
        var location = Demand(current.Index, id);
        await actions.Run(context, antiforgery, CatalogActions.RemoveSource, new JsonObject { ["name"] = location.Id }, cancellation);
        return Results.NoContent();
    }
}
