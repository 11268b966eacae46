using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <param name="Key">In lower case.</param>
public readonly record struct OrderField(string Key, bool Descending)
{
    private const string Cure = "Write orderField=metadata.name,asc or order=asc:metadata.name.";

    /// <summary>Reads <c>metadata.name,desc</c>.</summary>
    public static OrderField Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',', 2);
        return Of(parts[0], parts.Length > 1 ? parts[1] : "asc");
    }

    /// <summary>Reads <c>desc:metadata.name</c>.</summary>
    public static OrderField ParseTurned(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':', 2) is [var order, var field] ? Of(field, order) : throw new Problem(400, "bad-request", $"{text} is no order.", null, Cure);
    }

    public static OrderField Of(string? field, string? order) => (field?.Trim(), order) switch
    {
        ({ Length: > 0 } key, "asc") => new(key.ToLowerInvariant(), false),
        ({ Length: > 0 } key, "desc") => new(key.ToLowerInvariant(), true),
        _ => throw new Problem(400, "bad-request", "An order is a field and asc or desc.", null, Cure),
    };
}

/// <summary>An order by several fields: lower case, and an entity without the field stands last in either direction.</summary>
internal static class EntityOrder
{
    public static string NameOf(IReadOnlyList<OrderField> order) => "backstage:" + string.Join('\n', order.Select(field => (field.Descending ? "-" : "+") + field.Key));

    /// <param name="valuesOf">The values of an entity's field.</param>
    public static SortKey KeyOf(IReadOnlyList<OrderField> order, Func<CatalogEntry, string, IEnumerable<string?>> valuesOf) => new(
        entry => [.. order.Select(field => valuesOf(entry, field.Key).OfType<string>().Select(value => value.ToLowerInvariant()).Min(StringComparer.Ordinal))],
        (a, b) => Compare(order, a, b));

    private static int Compare(IReadOnlyList<OrderField> order, string?[] a, string?[] b)
    {
        for (var number = 0; number < order.Count; number++)
        {
            if (a[number] is null != b[number] is null) return a[number] is null ? 1 : -1;
            var compared = string.CompareOrdinal(a[number], b[number]);
            if (compared != 0) return order[number].Descending ? -compared : compared;
        }
        return 0;
    }
}
