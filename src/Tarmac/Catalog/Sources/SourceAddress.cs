using System.Net;
using System.Net.Sockets;
using Tarmac.Foundation.Outgoing;

namespace Tarmac.Catalog.Sources;

/// <summary>Addresses that sources are fetched from.</summary>
internal static class SourceAddress
{
    public static bool IsWeb(string location) => location.Contains("://", StringComparison.Ordinal);

    /// <summary>Why an address cannot be a source's at all; null when it can.</summary>
    public static string? Refusal(string location, bool allowPrivate)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var address) || address.Host.Length == 0) return $"{location} is no address.";
        if (address.UserInfo.Length > 0) return "The address holds a user name or password, which everybody who sees the source would read.";
        if (address.Fragment.Length > 0) return "The address has a fragment after #.";
        return address.Scheme == "https" || (allowPrivate && address.Scheme == "http") ? null : $"{address.Scheme} is not a way that sources are read by; https is.";
    }

    /// <summary>Whether two addresses are of one repository: with or without <c>.git</c>, and whoever asks.</summary>
    public static bool IsSameRepository(string one, string other) => Bare(one) is { } bare && string.Equals(bare, Bare(other), StringComparison.OrdinalIgnoreCase);

    private static string? Bare(string repository)
    {
        if (!Uri.TryCreate(repository, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")) return null;
        var path = Uri.UnescapeDataString(address.AbsolutePath).TrimEnd('/');
        return address.Authority + (path.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? path[..^4] : path);
    }

    /// <exception cref="SourceException">It may not be asked, or is not known.</exception>
    public static async Task<IPAddress[]> Reachable(Uri address, bool allowPrivate, CancellationToken cancellation)
    {
        try
        {
            return await GuardedHttp.Reachable(address.IdnHost.Trim('[', ']'), allowPrivate, cancellation);
        }
        catch (AddressRefusedException refused)
        {
            throw Refused(refused);
        }
        catch (SocketException)
        {
            throw new SourceException(CatalogSourceCodes.SourceUnreachable, $"The host {address.Host} is not known.", "Check the address.");
        }
    }

    public static SourceException Refused(AddressRefusedException refused) =>
        new(CatalogSourceCodes.SourceAddressRefused, refused.Message, "Use a public address, or ask an operator to start the platform with --allow-private-addresses yes.");
}
