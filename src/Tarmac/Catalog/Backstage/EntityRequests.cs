using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <summary>What <c>GET /api/catalog/entities</c> may be asked.</summary>
/// <remarks>Properties, not constructors, here and below: the generator of request delegates cannot name nullable parameters of one.</remarks>
public sealed class EntitiesRequest
{
    public string[]? Filter { get; init; }

    public string[]? Fields { get; init; }

    /// <summary><c>asc:metadata.name</c>, repeated for what decides among equals.</summary>
    public string[]? Order { get; init; }

    public int? Limit { get; init; }

    public int? Offset { get; init; }

    public string? After { get; init; }
}

/// <summary>What <c>GET /api/catalog/entities/by-query</c> may be asked.</summary>
public sealed class EntityQueryRequest
{
    public string[]? Filter { get; init; }

    public string[]? Fields { get; init; }

    /// <summary><c>metadata.name,asc</c>, repeated for what decides among equals.</summary>
    public string[]? OrderField { get; init; }

    public int? Limit { get; init; }

    public int? Offset { get; init; }

    public string? Cursor { get; init; }

    public string? TotalItems { get; init; }

    public string? FullTextFilterTerm { get; init; }

    public string[]? FullTextFilterFields { get; init; }
}

/// <summary>A page of a query, however it was asked for.</summary>
internal sealed record PageRequest(JsonObject? Query, FullText? Text, IReadOnlyList<OrderField> Order, SortPlace? After, bool Backwards, int Offset, int Limit, bool Count, FieldSelection? Fields)
{
    public const int UsualLimit = 200;

    // What people mean by words, when they do not say where to look for them.
    private static readonly string[] Named = ["metadata.name", "metadata.title", "metadata.description", "metadata.tags", "spec.profile.displayname"];

    public static PageRequest Of(EntityQueryRequest asked) => asked.Cursor is { Length: > 0 } cursor
        ? Of(BackstageCursor.Read(cursor), asked.Limit, asked.Fields)
        : Of(PredicateReader.OfFilters(asked.Filter ?? []), asked.FullTextFilterTerm, Split(asked.FullTextFilterFields),
            [.. (asked.OrderField ?? []).Select(OrderField.Parse)], asked.Offset, asked.Limit, asked.TotalItems, asked.Fields);

    public static PageRequest Of(JsonObject body)
    {
        var limit = Body.Number(body, "limit");
        var fields = Body.Texts(body, "fields");
        if (Body.Text(body, "cursor") is { } cursor) return Of(BackstageCursor.Read(cursor), limit, fields);
        var words = Body.Object(body, "fullTextFilter");
        var order = Body.Objects(body, "orderBy").Select(field => OrderField.Of(Body.Text(field, "field"), Body.Text(field, "order") ?? "asc"));
        return Of(Body.Object(body, "query"), words is null ? null : Body.Text(words, "term"), words is null ? null : Body.Texts(words, "fields"),
            [.. order], Body.Number(body, "offset"), limit, Body.Text(body, "totalItems"), fields);
    }

    private static PageRequest Of(BackstageCursor cursor, int? limit, IReadOnlyList<string>? fields) => new(
        cursor.Query, cursor.Text, cursor.Order, cursor.After, cursor.Backwards, 0, NotNegative(limit, "limit") ?? cursor.Limit, cursor.Count, FieldSelection.Of(fields));

    private static PageRequest Of(
        JsonObject? query, string? term, IReadOnlyList<string>? textFields, IReadOnlyList<OrderField> order, int? offset, int? limit, string? totalItems, IReadOnlyList<string>? fields)
    {
        if (totalItems is not (null or "include" or "exclude"))
            throw new Problem(400, "bad-request", $"totalItems is {totalItems}.", null, "Say include or exclude.");
        IReadOnlyList<string> searched = textFields is { Count: > 0 } ? [.. textFields.Select(field => field.ToLowerInvariant())] : order.Count > 0 ? [order[0].Key] : Named;
        var text = string.IsNullOrWhiteSpace(term) ? null : new FullText(term.Trim(), searched);
        return new PageRequest(query, text, order, null, false, NotNegative(offset, "offset") ?? 0, NotNegative(limit, "limit") ?? UsualLimit, totalItems != "exclude", FieldSelection.Of(fields));
    }

    public static int? NotNegative(int? number, string name) =>
        number < 0 ? throw new Problem(400, "bad-request", $"{name} is {number}.", null, $"Give a {name} of zero or more.") : number;

    /// <summary>The cursor of the page behind or before this one.</summary>
    public string? Cursor(SortPlace? place, bool backwards) =>
        place is { } known ? new BackstageCursor(Query, Text, Order, known, backwards, Count, Limit).Write() : null;

    private static List<string> Split(string[]? fields) =>
        [.. (fields ?? []).SelectMany(field => field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
}

/// <summary>Fields of a request's body, each refused in words when it is of another type.</summary>
internal static class Body
{
    public static async Task<JsonObject> Read(HttpContext context, CancellationToken cancellation) =>
        await StrictJson.Object(context.Request.Body, cancellation) ?? throw Wrong("The body is not a JSON object.");

    public static string? Text(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw Wrong($"{name} is not a text."),
    };

    public static int? Number(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw Wrong($"{name} is not a whole number."),
    };

    public static JsonObject? Object(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonObject inner => (JsonObject)inner.DeepClone(),
        _ => throw Wrong($"{name} is not an object."),
    };

    public static List<string>? Texts(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonArray items => [.. items.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw Wrong($"{name} holds something that is no text."))],
        _ => throw Wrong($"{name} is not a list."),
    };

    public static IEnumerable<JsonObject> Objects(JsonObject body, string name) => body[name] switch
    {
        null => [],
        JsonArray items => items.Select(item => item as JsonObject ?? throw Wrong($"{name} holds something that is no object.")),
        _ => throw Wrong($"{name} is not a list."),
    };

    private static Problem Wrong(string title) => new(400, "bad-request", title, null, "Send it as the API description says: /api/docs.");
}
