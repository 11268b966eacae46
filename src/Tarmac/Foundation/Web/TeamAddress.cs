using Tarmac.Model.Catalog;

namespace Tarmac.Foundation.Web;

/// <summary>Where a group's page as a team is.</summary>
public static class TeamAddress
{
    public static string Of(EntityRef group) => $"/teams/{Uri.EscapeDataString(group.Namespace)}/{Uri.EscapeDataString(group.Name)}";
}
