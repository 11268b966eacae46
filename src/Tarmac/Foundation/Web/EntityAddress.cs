using Tarmac.Model.Catalog;

namespace Tarmac.Foundation.Web;

/// <summary>Where an entity's page is.</summary>
public static class EntityAddress
{
    public static string Of(EntityRef entity) =>
        $"/catalog/{Uri.EscapeDataString(entity.Kind.ToLowerInvariant())}/{Uri.EscapeDataString(entity.Namespace)}/{Uri.EscapeDataString(entity.Name)}";

    /// <summary>Where a link to an entity leads: for a group that is its page as a team.</summary>
    public static string Link(EntityRef entity) => entity.Kind.Equals(EntityKinds.Group, StringComparison.OrdinalIgnoreCase) ? TeamAddress.Of(entity) : Of(entity);

    /// <summary>An entity's page, for a reference in text that is known to be one.</summary>
    public static string Of(string reference, string defaultKind = "component") => Of(EntityRef.Parse(reference, defaultKind));
}
