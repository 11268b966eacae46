using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog.Backstage;

/// <summary>A catalog source as Backstage's clients see it.</summary>
/// <param name="Id">The source's name.</param>
public sealed record BackstageLocation(string Id, EntityPlace Place)
{
    // The name, not the secrecy, of the hash matters: clients work it out for themselves.
#pragma warning disable CA5350
    /// <summary>The reference that Backstage gives the Location entity of a registered place.</summary>
    public string EntityRef => $"location:{Model.Catalog.EntityRef.DefaultNamespace}/generated-{Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Place.ToString())))}";
#pragma warning restore CA5350

    public static BackstageLocation Of(CatalogSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(source.Name, EntityPlace.Of(source));
    }

    public static IEnumerable<BackstageLocation> All(CatalogIndex index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Sources.Where(state => !state.Source.IsGone).Select(state => Of(state.Source)).OrderBy(location => location.Id, StringComparer.Ordinal);
    }

    /// <summary>A name for a source that is added by its place alone: the last part of it for people, and a hash to tell equals apart.</summary>
    public static string NameFor(EntityPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var last = place.Target.TrimEnd('/').Split('/')[^1].ToLowerInvariant();
        var readable = string.Join('-', CatalogRules.Words(last)).Where(letter => letter is '-' or (>= 'a' and <= 'z') or (>= '0' and <= '9')).Take(40).ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place.ToString())))[..8];
        var name = new string(readable).Trim('-');
        return name.Length == 0 ? "location-" + hash : $"{name}-{hash}";
    }

    public JsonObject ToJson() => new() { ["id"] = Id, ["type"] = Place.Type, ["target"] = Place.Target, ["entityRef"] = EntityRef };
}

/// <summary>What locations are filtered by.</summary>
internal sealed class LocationFieldSet(BackstageLocation location) : FieldSet
{
    public static readonly IReadOnlyCollection<string> Known = ["id", "type", "target", "entityref"];

    protected override void Collect(string key, List<string?> values) => values.Add(key switch
    {
        "id" => location.Id,
        "type" => location.Place.Type,
        "target" => location.Place.Target,
        _ => location.EntityRef,
    });
}
