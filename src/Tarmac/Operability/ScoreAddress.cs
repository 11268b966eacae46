using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Operability;

/// <summary>Where a component's score page is.</summary>
public static class ScoreAddress
{
    public static string Of(EntityRef entity) => "/scores" + EntityAddress.Of(entity)["/catalog".Length..];
}
