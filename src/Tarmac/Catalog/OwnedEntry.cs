using Tarmac.Delivery;
using Tarmac.Operability;

namespace Tarmac.Catalog;

/// <summary>A component with what delivery and operability know of it.</summary>
/// <param name="Service">Null when it is not hosted here: then it runs elsewhere, or nowhere.</param>
public sealed record OwnedEntry(CatalogEntry Entry, ServiceShown? Service, Score? Score)
{
    /// <summary>Joins the three. Hosted ones come first, then the lowest scores.</summary>
    public static IReadOnlyList<OwnedEntry> Of(IEnumerable<CatalogEntry> entries, IReadOnlyList<ServiceShown> services, ScoreIndex scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var hosted = services.Where(service => service.State == Tarmac.Delivery.Service.Active).ToDictionary(service => service.Entity, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. entries.Select(entry => new OwnedEntry(entry, hosted.GetValueOrDefault(entry.Ref), scores.Find(entry.Ref)))
                .OrderBy(owned => owned.Service is null).ThenBy(owned => owned.Score?.Value ?? 101).ThenBy(owned => owned.Entry.Title, StringComparer.OrdinalIgnoreCase),
        ];
    }
}
