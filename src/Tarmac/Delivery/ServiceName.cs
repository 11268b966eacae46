using System.Text.RegularExpressions;
using Tarmac.Foundation.Web;

namespace Tarmac.Delivery;

/// <summary>A service's name is a DNS label, because it becomes a host name.</summary>
public static partial class ServiceName
{
    [GeneratedRegex(@"^[a-z]([a-z0-9-]{0,38}[a-z0-9])\z")]
    private static partial Regex Label { get; }

    /// <summary>Names that mean something else in an address or in the catalog.</summary>
    private static readonly string[] Reserved = ["api", "admin", "www", "localhost", "gateway", "portal", "tarmac", "git"];

    public static bool IsValid(string name) => Label.IsMatch(name) && !Reserved.Contains(name);

    public static string Entity(string service) => "component:default/" + service;

    /// <summary>The service's repository as a subject of its own: an edit does not wait for a deploy that runs.</summary>
    public static string Repository(string service) => $"resource:default/{service}-repository";

    public static string Host(string service, string environment) => $"{service}.{environment}.localhost";

    /// <exception cref="Problem">The name cannot be a service's.</exception>
    public static void Demand(string name)
    {
        if (Reserved.Contains(name))
            throw new Problem(422, "service-name-reserved", $"{name} is a name the platform keeps for itself.", null, "Choose another name.");
        if (!IsValid(name))
            throw new Problem(422, "service-name", $"{name} cannot be the name of a service.", "A name is 2 to 40 lower-case letters, digits and dashes, beginning with a letter and not ending with a dash.", "Choose such a name, for example gift-vouchers.");
    }
}
