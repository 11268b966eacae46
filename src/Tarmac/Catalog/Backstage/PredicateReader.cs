using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <summary>Reads filters in either of Backstage's languages: <c>kind=component,spec.type</c>, and predicates in JSON.</summary>
public static class PredicateReader
{
    // Each is asked of every entity that the others leave.
    private const int MostConditions = 1_000;

    /// <summary>The predicate in JSON that says the same as filters, of which any one has to hold; null when none says anything.</summary>
    /// <exception cref="Problem">A filter cannot be read.</exception>
    public static JsonObject? OfFilters(IEnumerable<string> filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        var sets = filters.Select(OfFilter).OfType<JsonObject>().ToList();
        return sets.Count switch
        {
            0 => null,
            1 => sets[0],
            _ => new JsonObject { ["$any"] = new JsonArray([.. sets]) },
        };
    }

    /// <param name="known">The only fields there are, in lower case; null when there may be any.</param>
    /// <exception cref="Problem">The predicate cannot be read.</exception>
    public static FieldPredicate Read(JsonObject? predicate, IReadOnlyCollection<string>? known = null) =>
        predicate is null ? FieldPredicate.Everything : Read(predicate, new Allowance(known));

    private sealed class Allowance(IReadOnlyCollection<string>? known)
    {
        private int left = MostConditions;

        public void Take(string? key = null)
        {
            if (--left < 0) throw Wrong($"The filter has more than {MostConditions} conditions.", "Ask with $in for one field of many values, or in several requests.");
            if (key is not null && known?.Contains(key) == false) throw Wrong($"There is no field {Shorten(key)} here.", $"Ask for {string.Join(", ", known)}.");
        }
    }

    private static JsonObject? OfFilter(string filter)
    {
        var valuesOf = new Dictionary<string, List<string>?>(StringComparer.Ordinal);
        foreach (var statement in filter.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = statement.IndexOf('=', StringComparison.Ordinal);
            var key = (equals < 0 ? statement : statement[..equals]).Trim();
            if (key.Length == 0) throw Wrong($"The filter \"{Shorten(statement)}\" names no field.", "Write filters as key=value, or key alone.");
            valuesOf.TryAdd(key, null);
            if (equals >= 0) (valuesOf[key] ??= []).Add(statement[(equals + 1)..].Trim());
        }
        return valuesOf.Count == 0 ? null : Together([.. valuesOf.Select(asked => new JsonObject { [asked.Key] = Asked(asked.Value) })]);
    }

    private static JsonNode Asked(List<string>? values) => values switch
    {
        null => new JsonObject { ["$exists"] = true },
        [var only] => JsonValue.Create(only),
        _ => new JsonObject { ["$in"] = new JsonArray([.. values.Select(value => (JsonNode)value)]) },
    };

    /// <summary>A predicate that asks for all of some.</summary>
    public static JsonObject Together(IReadOnlyList<JsonObject> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return parts.Count == 1 ? parts[0] : new JsonObject { ["$all"] = new JsonArray([.. parts]) };
    }

    private static FieldPredicate Read(JsonNode? node, Allowance allowance)
    {
        if (node is not JsonObject predicate)
            throw Wrong($"{Shorten(Said(node))} is not a condition.", """A condition is an object: {"kind": "component"}.""");
        if (predicate.FirstOrDefault(field => field.Key.StartsWith('$')) is { Key: { } logic })
        {
            if (predicate.Count > 1) throw Wrong($"{Shorten(logic)} stands beside other conditions.", "Wrap them all in $all.");
            return logic switch
            {
                "$all" => new FieldPredicate.All(List(predicate[logic], logic, allowance)),
                "$any" => new FieldPredicate.Any(List(predicate[logic], logic, allowance)),
                "$not" => new FieldPredicate.Not(Read(predicate[logic], allowance)),
                _ => throw Wrong($"There is no operator {Shorten(logic)} here.", "Conditions are joined by $all, $any and $not."),
            };
        }
        var parts = new List<FieldPredicate>();
        foreach (var (key, value) in predicate)
        {
            allowance.Take(key.ToLowerInvariant());
            parts.Add(Field(key.ToLowerInvariant(), value));
        }
        return parts.Count == 1 ? parts[0] : new FieldPredicate.All(parts);
    }

    private static List<FieldPredicate> List(JsonNode? node, string logic, Allowance allowance)
    {
        if (node is not JsonArray items) throw Wrong($"{logic} is not followed by a list.", $$"""Write {"{{logic}}": [...]}.""");
        var parts = new List<FieldPredicate>(items.Count);
        foreach (var item in items)
        {
            allowance.Take();
            parts.Add(Read(item, allowance));
        }
        return parts;
    }

    private static FieldPredicate Field(string key, JsonNode? value)
    {
        if (IsScalar(value)) return OneOf(key, [BackstageFields.TextOf(value)!]);
        if (value is JsonObject { Count: 1 } asked)
        {
            var (name, operand) = asked.First();
            switch (name)
            {
                case "$exists" when operand?.GetValueKind() is JsonValueKind.True:
                    return new FieldPredicate.Exists(key);
                case "$exists" when operand?.GetValueKind() is JsonValueKind.False:
                    return new FieldPredicate.Not(new FieldPredicate.Exists(key));
                case "$in" when operand is JsonArray items && items.All(IsScalar):
                    return OneOf(key, items.Select(item => BackstageFields.TextOf(item)!));
                case "$hasPrefix" when operand?.GetValueKind() is JsonValueKind.String:
                    return new FieldPredicate.Prefix(key, operand.GetValue<string>());
                case "$contains" when IsScalar(operand):
                    return OneOf(key, [BackstageFields.TextOf(operand)!]);
                case "$contains" when operand is JsonObject relation && key == "relations":
                    return Relation(relation);
            }
        }
        throw Wrong($"{Shorten(Said(value))} cannot be asked of {Shorten(key)}.",
            "Give a text, number, true or false, or one of $exists (true or false), $in (a list), $hasPrefix (a text) and $contains (a value; for relations an object with type and targetRef).");
    }

    private static FieldPredicate Relation(JsonObject asked)
    {
        string? type = null;
        List<string>? targets = null;
        foreach (var (name, value) in asked)
        {
            if (name.Equals("type", StringComparison.OrdinalIgnoreCase) && type is null && value?.GetValueKind() == JsonValueKind.String) type = value.GetValue<string>();
            else if (name.Equals("targetRef", StringComparison.OrdinalIgnoreCase) && targets is null) targets = Targets(value);
            else throw Wrong($"\"{Shorten(name)}\": {Shorten(Said(value))} cannot be asked of relations.", "Give type, a text, and targetRef, a reference or {\"$in\": [references]}, each once.");
        }
        if (type is not { Length: > 0 }) throw Wrong("$contains on relations names no type.", """Write {"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/payments"}}}.""");
        var key = "relations." + type.ToLowerInvariant();
        return targets is null ? new FieldPredicate.Exists(key) : OneOf(key, targets);
    }

    private static List<string>? Targets(JsonNode? value)
    {
        if (value?.GetValueKind() == JsonValueKind.String) return [value.GetValue<string>()];
        if (value is JsonObject { Count: 1 } several && several["$in"] is JsonArray { Count: > 0 } items && items.All(item => item?.GetValueKind() == JsonValueKind.String))
            return [.. items.Select(item => item!.GetValue<string>())];
        throw Wrong($"{Shorten(Said(value))} is no target of a relation.", "Give a reference, or {\"$in\": [references]}.");
    }

    private static FieldPredicate.OneOf OneOf(string key, IEnumerable<string> values) => new(key, values.ToHashSet(StringComparer.OrdinalIgnoreCase));

    private static bool IsScalar(JsonNode? node) => node?.GetValueKind() is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static string Said(JsonNode? node) => node?.ToJsonString() ?? "null";

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "…";

    private static Problem Wrong(string title, string cure) => new(400, "bad-request", title, null, cure);
}
