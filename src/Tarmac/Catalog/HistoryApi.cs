using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>Reading the history of entities.</summary>
public static class HistoryApi
{
    private const int UsualPage = 50;
    private const int LargestPage = 500;

    public static void MapHistory(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/catalog/entities/{kind}/{namespace}/{name}/history",
            async (EntityHistory history, CurrentCatalog catalog, string kind, string @namespace, string name, int? limit, string? cursor, CancellationToken cancellation) =>
            {
                var reference = $"{kind}:{@namespace}/{name}".ToLowerInvariant();
                var (items, next) = await history.Of(reference, Size(limit), cursor, cancellation);
                if (items.Count == 0 && cursor is null) throw (await history.Missing(reference, cancellation)).Problem;
                return new ChangesAnswer([.. items.Select(entry => ChangeAnswer.Of(catalog.Index, entry))], next, catalog.Index.Revision);
            }).WithSummary("What happened to an entity, under this name and those it had before: the newest first, each with who, when, from which file, and what differs.");
        routes.MapGet("/api/v1/catalog/changes",
            async (EntityHistory history, CurrentCatalog catalog, string? since, int? limit, string? cursor, CancellationToken cancellation) =>
            {
                var (items, next) = await history.Since(since, Size(limit), cursor, cancellation);
                return new ChangesAnswer([.. items.Select(entry => ChangeAnswer.Of(catalog.Index, entry))], next, catalog.Index.Revision);
            }).WithSummary("What changed in the catalog after a revision, or from a time on (?since=): the oldest first.");
    }

    public static void MapOffers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/catalog/offers", (OwnershipOffers offers, string? entity, CancellationToken cancellation) => entity is null ? offers.Open(cancellation) : offers.Of(entity, cancellation))
            .WithSummary("Offers of ownership: those that are open, or all of one entity (?entity=), the newest first.");
        routes.MapGet("/api/v1/catalog/offers/{id}/patch", async (OwnershipOffers offers, string id, CancellationToken cancellation) =>
            TypedResults.Text(await offers.Patch(id, cancellation), "text/x-diff; charset=utf-8")).WithSummary("The patch that gives an entity its new owner, for a file that Tarmac does not host.");
    }

    private static int Size(int? limit) => Math.Clamp(limit ?? UsualPage, 1, LargestPage);
}

/// <param name="Next">Ask again with it as ?cursor= for more; null at the end.</param>
/// <param name="Revision">What the catalog is at now.</param>
public sealed record ChangesAnswer(IReadOnlyList<ChangeAnswer> Items, string? Next, long Revision);

/// <param name="Before">Null when there was nothing.</param>
public sealed record FieldChange(string Field, JsonNode? Before, JsonNode? After);

/// <summary>One change of an entity.</summary>
/// <param name="Change">known, added, changed, moved, renamed, renamedAway, removed, contested, uncontested, takenOver, handedOver, stale, mended, orphaned or adopted.</param>
/// <param name="Words">The same as a sentence.</param>
/// <param name="Description">How the source was described then, for example by a commit.</param>
/// <param name="Other">The other name of a renamed entity, or the other source of a contested one.</param>
public sealed record ChangeAnswer(
    long Revision, string Ref, string Change, string Words, DateTimeOffset At, string Actor, string ActorTitle, string Source, string Description, string File, int Line,
    string? Other, IReadOnlyList<FieldChange> Changes)
{
    public static ChangeAnswer Of(CatalogIndex index, HistoryEntry entry) => new(
        entry.Revision, entry.Ref, HistoryEntry.Say(entry.Kind), ChangeWords.Of(entry), entry.At, entry.Actor, index.DisplayName(entry.Actor), entry.Source, entry.Description,
        entry.File, entry.Line, entry.Other,
        [.. (entry.Changes ?? []).OfType<JsonObject>().Select(change => new FieldChange(change["field"]!.GetValue<string>(), change["before"]?.DeepClone(), change["after"]?.DeepClone()))]);
}

/// <summary>An entity as it was.</summary>
/// <param name="Since">When it began to say this.</param>
/// <param name="Entity">The descriptor: apiVersion, kind, metadata, spec.</param>
/// <param name="Relations">What its own file declared then.</param>
public sealed record EntityThen(string Ref, DateTimeOffset Since, long Revision, string Source, string Description, string File, int Line, JsonObject Entity, IReadOnlyList<RelationThen> Relations)
{
    public static EntityThen Of(HistoryEntry entry)
    {
        var document = (JsonObject)StoredJson.Parse(entry.Document!);
        var relations = EntityRelations.Of(EntityJson.Read(document, new EntityOrigin(entry.File, entry.Line)));
        return new(entry.Ref, entry.At, entry.Revision, entry.Source, entry.Description, entry.File, entry.Line, document,
            [.. relations.Select(relation => new RelationThen(relation.Type, relation.To.ToString()))]);
    }
}

public sealed record RelationThen(string Type, string Target);
