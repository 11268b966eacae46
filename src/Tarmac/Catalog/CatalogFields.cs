using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>What the catalog can be filtered and sorted by.</summary>
internal static class CatalogFields
{
    /// <summary>The value of what ought to have an owner and names none.</summary>
    public const string NoOwner = "none";

    // Behind everything that has a value.
    private const string Last = "\uffff";

    /// <summary>The values an entity has in each field. Ownership is not among them: it depends on what else exists.</summary>
    public static readonly IReadOnlyDictionary<string, Func<CatalogEntry, IEnumerable<string>>> Values = new Dictionary<string, Func<CatalogEntry, IEnumerable<string>>>
    {
        ["kind"] = entry => [entry.Entity.Kind],
        ["type"] = entry => Some(entry.Entity.Type),
        ["owner"] = entry => Some(entry.Owner ?? (CatalogRules.IsOwned(entry.Entity) ? NoOwner : null)),
        ["lifecycle"] = entry => Some(entry.Entity.Lifecycle),
        ["system"] = entry => Some(entry.System),
        ["tag"] = entry => entry.Entity.Metadata.Tags,
        ["tier"] = entry => Some(entry.Tier),
        ["source"] = entry => [entry.Source.Name],
    };

    /// <summary>The text that stands for an entity in each order.</summary>
    public static readonly IReadOnlyDictionary<string, SortKey> Orders = new Dictionary<string, Func<CatalogEntry, string>>
    {
        ["ref"] = _ => "",
        ["title"] = entry => entry.Title,
        ["kind"] = entry => entry.Entity.Kind,
        ["type"] = entry => entry.Entity.Type ?? Last,
        ["owner"] = entry => entry.Owner ?? Last,
        ["lifecycle"] = entry => entry.Entity.Lifecycle ?? Last,
        ["tier"] = TierOrder,
        ["changed"] = entry => entry.ChangedAt.ToUnixTimeMilliseconds().ToString("d15"),
        ["since"] = entry => entry.Since.ToUnixTimeMilliseconds().ToString("d15"),
    }.ToDictionary(order => order.Key, order => SortKey.ByText(order.Value));

    private static IEnumerable<string> Some(string? value) => value is null ? [] : [value];

    private static string TierOrder(CatalogEntry entry) => entry.Tier?.ToLowerInvariant() switch
    {
        "platinum" => "1",
        "gold" => "2",
        "silver" => "3",
        "bronze" => "4",
        "unsupported" => "5",
        null => Last,
        var other => "6" + other,
    };
}
