using System.Text.Json.Nodes;

namespace Tarmac.Catalog.Definitions;

/// <summary>How much of its schemas one page shows.</summary>
public sealed class SchemaBudget
{
    public int Rows { get; set; } = 200;

    public int Characters { get; set; } = 12_000;
}

/// <summary>One line of a schema.</summary>
/// <param name="Depth">How far it is indented.</param>
/// <param name="Reference">The named schema it is, or is a list of.</param>
public sealed record SchemaRow(int Depth, string Name, string Type, string? Reference, bool Required, string? Description)
{
    private const int Deepest = 6;
    private const int MostChoices = 12;

    private static readonly (string Field, string Words)[] Combinations = [("allOf", "all of"), ("oneOf", "one of"), ("anyOf", "any of")];

    /// <summary>The rows of a schema. Named schemas are referred to and not unfolded, so that a ring of them has an end.</summary>
    public static IReadOnlyList<SchemaRow> Of(JsonObject schema, SchemaBudget budget)
    {
        var rows = new List<SchemaRow>();
        Add(rows, budget, schema, "", false, 0);
        return rows;
    }

    private static void Add(List<SchemaRow> rows, SchemaBudget budget, JsonObject schema, string name, bool required, int depth)
    {
        if (budget.Rows-- <= 0) return;
        var (inner, words) = Inner(schema);
        var description = budget.Characters > 0 ? OpenApiDescription.Cut(Json.Text(schema, "description")) : null;
        budget.Characters -= description?.Length ?? 0;
        rows.Add(new(depth, name, words + TypeOf(inner), OpenApiDescription.SchemaName(inner), required, description));
        if (depth == Deepest || inner.ContainsKey("$ref")) return;
        var must = Json.List(inner, "required").Select(Json.Text).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (property, value) in Json.Object(inner, "properties") ?? [])
            Add(rows, budget, value as JsonObject ?? [], property, must.Contains(property), depth + 1);
        if (Json.Object(inner, "additionalProperties") is { } others) Add(rows, budget, others, "(any name)", false, depth + 1);
        foreach (var (field, says) in Combinations)
            foreach (var one in Json.List(inner, field).OfType<JsonObject>()) Add(rows, budget, one, $"({says})", false, depth + 1);
    }

    // A list is told by what it is a list of.
    private static (JsonObject Schema, string Words) Inner(JsonObject schema)
    {
        var words = "";
        for (var lists = 0; lists < 3 && Json.Object(schema, "items") is { } items; lists++) (schema, words) = (items, words + "list of ");
        return (schema, words);
    }

    /// <summary>What it is, in a few words.</summary>
    internal static string TypeOf(JsonObject schema)
    {
        if (schema.ContainsKey("$ref")) return OpenApiDescription.SchemaName(schema) is { Length: > 0 } name ? name : "something outside this document";
        var types = schema["type"] is JsonArray several ? string.Join(" or ", several.Select(Json.Text).OfType<string>().Take(6)) : Json.Text(schema, "type");
        types ??= schema.ContainsKey("properties") ? "object" : Combinations.Where(way => schema.ContainsKey(way.Field)).Select(way => way.Words).FirstOrDefault() ?? "anything";
        if (Json.Text(schema, "format") is { } format) types += $" ({format})";
        if (schema["enum"] is JsonArray { Count: > 0 } choices) types += ": " + string.Join(", ", choices.Take(MostChoices).Select(choice => Json.Text(choice) ?? choice?.ToJsonString() ?? "null")) + (choices.Count > MostChoices ? ", …" : "");
        return OpenApiDescription.Cut(types)!;
    }
}
