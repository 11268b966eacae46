using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <summary>
/// Where a page ended, and all that was asked, so that the next page is asked for by this alone. It names a place in the
/// order rather than a number, so nothing is shown twice or left out when entities come and go.
/// </summary>
internal sealed record BackstageCursor(JsonObject? Query, FullText? Text, IReadOnlyList<OrderField> Order, SortPlace After, bool Backwards, bool Count, int Limit)
{
    public string Write()
    {
        var json = new JsonObject
        {
            ["orderFields"] = new JsonArray([.. Order.Select(field => (JsonNode)new JsonObject { ["field"] = field.Key, ["order"] = field.Descending ? "desc" : "asc" })]),
            ["after"] = new JsonArray([.. After.Key.Select(value => (JsonNode?)value), After.Ref]),
            ["isPrevious"] = Backwards,
            ["totalItems"] = Count ? "include" : "exclude",
            ["limit"] = Limit,
        };
        // The client looks for a query in here: it then sends the cursor in a body, which may be as long as it has to be.
        if (Query is not null) json["query"] = Query.DeepClone();
        if (Text is not null) json["fullTextFilter"] = new JsonObject { ["term"] = Text.Term, ["fields"] = new JsonArray([.. Text.Fields.Select(field => (JsonNode)field)]) };
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(json.ToJsonString()));
    }

    /// <exception cref="Problem">It is none of ours.</exception>
    public static BackstageCursor Read(string text)
    {
        JsonObject json;
        try
        {
            json = StrictJson.Object(Encoding.UTF8.GetString(Convert.FromBase64String(text))) ?? throw Foreign();
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw Foreign();
        }
        var order = Body.Objects(json, "orderFields").Select(field => OrderField.Of(Body.Text(field, "field"), Body.Text(field, "order"))).ToList();
        var after = (json["after"] as JsonArray ?? throw Foreign()).Select(value => value is JsonValue or null ? BackstageFields.TextOf(value) : throw Foreign()).ToList();
        if (after.Count != order.Count + 1 || after[^1] is not { } reference || Body.Number(json, "limit") is not { } limit) throw Foreign();
        return new BackstageCursor(
            Body.Object(json, "query"), Body.Object(json, "fullTextFilter") is { } words ? new FullText(Body.Text(words, "term") ?? throw Foreign(), Body.Texts(words, "fields") ?? throw Foreign()) : null,
            order, new SortPlace([.. after[..^1]], reference), BackstageFields.TextOf(json["isPrevious"]) == "true", Body.Text(json, "totalItems") == "include", Math.Max(limit, 0));
    }

    private static Problem Foreign() => new(400, "bad-request", "The cursor is not one of ours.", null, "Take nextCursor or prevCursor from the page before, as it is.");
}
