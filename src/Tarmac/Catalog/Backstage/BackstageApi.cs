using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>Reading entities as Backstage's clients read them. Every answer is made from one snapshot in memory.</summary>
public static class BackstageApi
{
    private const string Tag = "Backstage";

    public static void AddBackstage(this IServiceCollection services)
    {
        services.AddSingleton(BackstageErrors.Form);
        services.AddSingleton<BackstageActions>();
    }

    public static void MapBackstage(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup(BackstageErrors.Root).WithTags(Tag);
        catalog.MapGet("/entities", Entities)
            .WithSummary("Entities that match a filter, all at once or a part; Backstage's older way of listing.")
            .Answers<JsonArray>(BackstageExamples.Entities);
        catalog.MapGet("/entities/by-query", ByQuery)
            .WithSummary("A page of the entities that match filters and words, in an order; the cursors lead to the pages around it.")
            .Answers<JsonObject>(BackstageExamples.Page);
        catalog.MapPost("/entities/by-query", ByPredicate)
            .WithSummary("The same, asked with a predicate: $all, $any, $not, $exists, $in, $hasPrefix, $contains.")
            .Asks(BackstageExamples.Query).Answers<JsonObject>(BackstageExamples.Page);
        catalog.MapGet("/entities/by-name/{kind}/{namespace}/{name}", ByName).WithSummary("One entity by its reference.").Answers<JsonObject>(BackstageExamples.Entity);
        catalog.MapGet("/entities/by-name/{kind}/{namespace}/{name}/ancestry", Ancestry)
            .WithSummary("One entity and the Locations through which it came to be read.").Answers<JsonObject>(BackstageExamples.Ancestry);
        catalog.MapGet("/entities/by-uid/{uid}", ByUid).WithSummary("One entity by its uid, which follows from its reference.").Answers<JsonObject>(BackstageExamples.Entity);
        catalog.MapPost("/entities/by-refs", ByRefs)
            .WithSummary("Several entities by reference, in the order asked for; null for each that is not there or does not match.")
            .Asks(BackstageExamples.References).Answers<JsonObject>(BackstageExamples.Items);
        catalog.MapGet("/entity-facets", (CurrentCatalog current, string[]? facet, string[]? filter) => Facets(current.Index, facet ?? [], PredicateReader.OfFilters(filter ?? [])))
            .WithSummary("How often each value of some fields occurs among the entities that match a filter.").Answers<JsonObject>(BackstageExamples.Facets);
        catalog.MapPost("/entity-facets", async (HttpContext context, CurrentCatalog current, CancellationToken cancellation) =>
            {
                var body = await Body.Read(context, cancellation);
                return Facets(current.Index, Body.Texts(body, "facets") ?? [], Body.Object(body, "query"));
            })
            .WithSummary("The same, asked with a predicate.").Asks(BackstageExamples.FacetQuery).Answers<JsonObject>(BackstageExamples.Facets);
        catalog.MapBackstageLocations();
        catalog.MapBackstageActions();
    }

    internal static CatalogEntry Demand(CatalogIndex index, string kind, string entityNamespace, string name) =>
        index.Find(kind, entityNamespace, name) ?? throw Problem.NotFound("entity", $"{kind}:{entityNamespace}/{name}".ToLowerInvariant(), "GET /api/catalog/entities lists them.");

    internal static CatalogEntry DemandUid(CatalogIndex index, string uid) =>
        BackstageView.Of(index).ByUid(uid) ?? throw Problem.NotFound("entity", uid, "A uid follows from the reference: take it from the entity itself.");

    private static IResult Entities(HttpContext context, CurrentCatalog current, [AsParameters] EntitiesRequest asked)
    {
        var index = current.Index;
        var fields = FieldSelection.Of(asked.Fields);
        var query = new EntityQuery(PredicateReader.Read(PredicateReader.OfFilters(asked.Filter ?? [])), null, [.. (asked.Order ?? []).Select(OrderField.ParseTurned)]);
        var after = asked.After is null ? null : BackstageCursor.Read(asked.After);
        if (after is not null && !after.Order.SequenceEqual(query.Order)) throw new Problem(400, "bad-request", "after belongs to another order.", null, "Keep filter and order as they were on the first page.");
        var offset = PageRequest.NotNegative(asked.Offset, "offset") ?? 0;
        var limit = PageRequest.NotNegative(asked.Limit, "limit") ?? after?.Limit;
        if (limit is null) return List(index, query.All(index).Skip(offset), fields);
        if (limit == 0) throw new Problem(400, "bad-request", "limit is 0.", null, "Give a limit of one or more, or none.");
        var found = query.Page(index, after?.After, false, after is null ? offset : 0, limit.Value);
        if (found.Next is { } next)
        {
            var rest = context.Request.Query.Where(given => given.Key is not ("offset" or "after"))
                .SelectMany(given => given.Value.Select(value => KeyValuePair.Create(given.Key, value)))
                .Append(KeyValuePair.Create("after", (string?)new BackstageCursor(null, null, query.Order, next, false, false, limit.Value).Write()));
            context.Response.Headers.Link = $"<{context.Request.Path}{QueryString.Create(rest)}>; rel=\"next\"";
        }
        return List(index, found.Items, fields);
    }

    private static JsonAnswer ByQuery(CurrentCatalog current, [AsParameters] EntityQueryRequest asked) => Page(current.Index, PageRequest.Of(asked));

    private static async Task<IResult> ByPredicate(HttpContext context, CurrentCatalog current, CancellationToken cancellation) => Page(current.Index, PageRequest.Of(await Body.Read(context, cancellation)));

    private static JsonAnswer ByName(CurrentCatalog current, string kind, string @namespace, string name)
    {
        var index = current.Index;
        return One(index, Demand(index, kind, @namespace, name));
    }

    private static JsonAnswer ByUid(CurrentCatalog current, string uid)
    {
        var index = current.Index;
        return One(index, DemandUid(index, uid));
    }

    private static JsonAnswer Ancestry(CurrentCatalog current, string kind, string @namespace, string name)
    {
        var index = current.Index;
        var entry = Demand(index, kind, @namespace, name);
        return new JsonAnswer(async (writer, between) =>
        {
            writer.WriteStartObject();
            writer.WriteString("rootEntityRef", entry.Ref);
            writer.WriteStartArray("items");
            foreach (var (item, parents) in EntityAncestry.Of(index, entry))
            {
                writer.WriteStartObject();
                writer.WritePropertyName("entity");
                new ShownEntity(index, item).Write(writer, null);
                writer.WriteStartArray("parentEntityRefs");
                foreach (var parent in parents) writer.WriteStringValue(parent);
                writer.WriteEndArray();
                writer.WriteEndObject();
                await between();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static async Task<IResult> ByRefs(HttpContext context, CurrentCatalog current, [FromQuery] string[]? filter, CancellationToken cancellation)
    {
        var body = await Body.Read(context, cancellation);
        var index = current.Index;
        var references = Body.Texts(body, "entityRefs") ?? throw new Problem(400, "bad-request", "entityRefs is missing.", null, """Send {"entityRefs": ["component:default/vouchers"]}.""");
        JsonObject?[] asked = [Body.Object(body, "query"), PredicateReader.OfFilters(filter ?? [])];
        var predicate = PredicateReader.Read(PredicateReader.Together([.. asked.OfType<JsonObject>()]));
        var selection = FieldSelection.Of(Body.Texts(body, "fields"));
        var fields = new EntityFieldSet(index) { Entry = null! };
        var found = references.Select(reference =>
        {
            if (!EntityRef.TryParse(reference, null, null, out var parsed, out _) || index.Find(parsed) is not { } entry) return null;
            fields.Entry = entry;
            return predicate.Accepts(fields) ? entry : null;
        });
        return new JsonAnswer(async (writer, between) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("items");
            await JsonAnswer.WriteEntities(writer, between, index, found, selection);
            writer.WriteEndObject();
        });
    }

    private static IResult Facets(CatalogIndex index, IReadOnlyList<string> facets, JsonObject? query)
    {
        var wanted = facets.Where(facet => facet.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0) throw new Problem(400, "bad-request", "No facet is asked for.", null, "Name one: facet=kind.");
        var asked = new EntityQuery(PredicateReader.Read(query), null, []);
        var counted = new JsonObject();
        foreach (var facet in wanted)
            counted[facet] = new JsonArray([.. asked.Counts(index, facet.ToLowerInvariant()).Select(count => (JsonNode)new JsonObject { ["value"] = count.Value, ["count"] = count.Count })]);
        return Results.Json(new JsonObject { ["facets"] = counted });
    }

    private static JsonAnswer Page(CatalogIndex index, PageRequest asked)
    {
        var query = new EntityQuery(PredicateReader.Read(asked.Query), asked.Text, asked.Order);
        var found = query.Page(index, asked.After, asked.Backwards, asked.Offset, asked.Limit);
        return new JsonAnswer(async (writer, between) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("items");
            await JsonAnswer.WriteEntities(writer, between, index, found.Items, asked.Fields);
            writer.WriteNumber("totalItems", asked.Count ? found.Total : 0);
            writer.WriteStartObject("pageInfo");
            if (asked.Cursor(found.Next, backwards: false) is { } next) writer.WriteString("nextCursor", next);
            if (asked.Cursor(found.Previous, backwards: true) is { } previous) writer.WriteString("prevCursor", previous);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    private static JsonAnswer List(CatalogIndex index, IEnumerable<CatalogEntry> entries, FieldSelection? fields) =>
        new((writer, between) => JsonAnswer.WriteEntities(writer, between, index, entries, fields));

    private static JsonAnswer One(CatalogIndex index, CatalogEntry entry) => new((writer, _) =>
    {
        new ShownEntity(index, entry).Write(writer, null);
        return Task.CompletedTask;
    });
}
