using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Graph;

/// <summary>Questions about how entities hang together, answered from one snapshot in memory, and the page that draws it.</summary>
public static class GraphApi
{
    private const int MostNodes = 1000;
    private const int UsualNodes = 200;
    private const int MostAffected = 1000;
    private const int UsualDepth = 2;

    public static void MapGraph(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}/graph", Around)
            .WithSummary("What stands around an entity, nearest first, to a depth and in a direction (both, needs, neededBy, around); relation and only (a kind) narrow it, and may be repeated.");
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}/impact", Impact)
            .WithSummary("Everything that needs an entity, whether directly or not: who is hit when it fails, and who owns that.");
        routes.MapGet("/api/v1/catalog/path", Path)
            .WithSummary("The shortest way by which one entity (?from=) needs or belongs to another (?to=).");
        routes.MapGet("/catalog/{kind}/{namespace}/{name}/graph", Page).ExcludeFromDescription();
    }

    private static GraphAnswer Around(
        CurrentCatalog catalog, string kind, string @namespace, string name, int? depth, string? direction, string[]? relation, string[]? only, int? limit)
    {
        var index = catalog.Index;
        var entry = index.Demand(kind, @namespace, name);
        var query = Query(entry, depth, GraphQuery.Deepest, direction, relation, only, Math.Clamp(limit ?? UsualNodes, 1, MostNodes));
        return GraphAnswer.Of(index, query, EntityGraph.Around(index, query));
    }

    private static ImpactAnswer Impact(CurrentCatalog catalog, string kind, string @namespace, string name, int? limit)
    {
        var index = catalog.Index;
        return ImpactAnswer.Of(index, index.Demand(kind, @namespace, name), Math.Clamp(limit ?? MostAffected, 1, MostAffected));
    }

    private static PathAnswer Path(CurrentCatalog catalog, string from, string to, string[]? relation)
    {
        var index = catalog.Index;
        var (start, end) = (index.Demand(from), index.Demand(to));
        var steps = EntityReach.Path(index, start.Ref, end.Ref, GraphRelations.Asked(relation ?? [], start.Entity.Kind));
        return new(start.Ref, end.Ref, steps is not null, [.. (steps ?? []).Select(step => new EdgeAnswer(step.From, step.Type, step.To))], index.Revision);
    }

    private static Task<IResult> Page(HttpContext context, CurrentCatalog catalog, string kind, string @namespace, string name, int? depth, string? direction, string[]? relation, string[]? only, string? @as)
    {
        var index = catalog.Index;
        var entry = index.Demand(kind, @namespace, name);
        var query = Query(entry, depth, GraphPage.Deepest, direction, relation, only, GraphPage.MostNodes);
        return Portal.Page<GraphPage>(context, new { Index = index, Entry = entry, Query = query, Found = EntityGraph.Around(index, query), InWords = @as == "words" });
    }

    private static GraphQuery Query(CatalogEntry entry, int? depth, int deepest, string? direction, string[]? relations, string[]? kinds, int most) => new(
        entry.Ref, Math.Clamp(depth ?? UsualDepth, 1, deepest), GraphQuery.Way(direction), [.. (kinds ?? []).Where(kind => kind.Length > 0)], GraphRelations.Asked(relations ?? [], entry.Entity.Kind), most);
}

/// <param name="Exists">False for what is only referred to.</param>
/// <param name="Distance">How many relations it is away from the start.</param>
public sealed record NodeAnswer(string Ref, string Title, string Kind, string? Type, string? Owner, bool Exists, int Distance);

/// <param name="Type">dependsOn, consumesApi, apiProvidedBy, partOf, ownedBy, childOf or memberOf: always from what needs or belongs to what it needs or belongs to.</param>
public sealed record EdgeAnswer(string From, string Type, string To);

/// <param name="LeftOut">How many more there are than the limit lets in; the farthest are left out.</param>
/// <param name="More">True when there are more left out than that: too many to count.</param>
public sealed record GraphAnswer(
    string Start, string Direction, int Depth, IReadOnlyList<string> Relations, IReadOnlyList<NodeAnswer> Nodes, IReadOnlyList<EdgeAnswer> Edges, int LeftOut, bool More, DateTimeOffset AsOf, long Revision)
{
    internal static GraphAnswer Of(CatalogIndex index, GraphQuery query, GraphFound found) => new(
        query.Start, GraphPage.NameOf(query.Direction), query.Depth, query.Relations,
        [.. found.Nodes.Select(node => new NodeAnswer(node.Ref.ToString(), node.Title, node.Entry?.Entity.Kind ?? node.Ref.Kind, node.Entry?.Entity.Type, node.Entry?.Owner, node.Entry is not null, node.Distance))],
        [.. found.Edges.Select(edge => new EdgeAnswer(edge.From, edge.Type, edge.To))], found.LeftOut, found.More, index.AsOf, index.Revision);
}

/// <param name="Through">What it needs on the way to the entity that was asked about.</param>
public sealed record AffectedAnswer(string Ref, string Title, string Kind, string? Owner, string? Tier, int Distance, string Through);

/// <param name="Owner">Null for what has no owner.</param>
public sealed record AffectedOwner(string? Owner, string? Title, int Entities);

/// <param name="Total">How many are affected, also those past the limit.</param>
/// <param name="Owners">Whom to tell: those who own most of it first.</param>
public sealed record ImpactAnswer(string Ref, int Total, IReadOnlyList<AffectedAnswer> Items, IReadOnlyList<AffectedOwner> Owners, DateTimeOffset AsOf, long Revision)
{
    internal static ImpactAnswer Of(CatalogIndex index, CatalogEntry entry, int limit)
    {
        var affected = EntityReach.Impact(index, entry.Ref);
        var owners = affected.GroupBy(one => one.Entry.Owner).OrderByDescending(owned => owned.Count()).ThenBy(owned => owned.Key, StringComparer.Ordinal);
        return new(entry.Ref, affected.Count,
            [.. affected.Take(limit).Select(one => new AffectedAnswer(one.Entry.Ref, one.Entry.Title, one.Entry.Entity.Kind, one.Entry.Owner, one.Entry.Tier, one.Distance, one.Through))],
            [.. owners.Select(owned => new AffectedOwner(owned.Key, owned.Key is { } owner ? index.DisplayName(owner) : null, owned.Count()))], index.AsOf, index.Revision);
    }
}

/// <param name="Connected">False when neither needs nor belongs to the other this way; then there are no steps.</param>
public sealed record PathAnswer(string From, string To, bool Connected, IReadOnlyList<EdgeAnswer> Steps, long Revision);
