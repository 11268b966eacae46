using System.Net;
using System.Net.Sockets;

namespace Tarmac.Foundation.Outgoing;

/// <summary>
/// Requests to addresses that people gave us. They never reach loopback, private, link-local or metadata addresses unless the
/// operator allows it, and the check is on the address that is dialled, so a name cannot change its mind in between.
/// </summary>
public static class GuardedHttp
{
    public static HttpClient Client(bool allowPrivate, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = async (context, cancellation) =>
        {
            var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
            var reachable = addresses.Where(address => allowPrivate || IsPublic(address)).ToArray();
            if (reachable.Length == 0) throw new HttpRequestException($"{context.DnsEndPoint.Host} is not a public address.");
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(reachable, context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { Timeout = timeout, MaxResponseContentBufferSize = 1_000_000 };

    /// <summary>Whether an address belongs to the open internet (RFC 6890 and its kin).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address)) return false;
        var bytes = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return !address.IsIPv6LinkLocal && !address.IsIPv6SiteLocal && !address.IsIPv6Multicast && !address.IsIPv6UniqueLocal && !address.Equals(IPAddress.IPv6Any);
        return bytes[0] switch
        {
            0 or 10 or 127 or >= 224 => false,
            100 => bytes[1] is < 64 or > 127,
            169 => bytes[1] != 254,
            172 => bytes[1] is < 16 or > 31,
            192 => !(bytes[1] == 168 || (bytes[1] == 0 && bytes[2] is 0 or 2)),
            198 => bytes[1] is not (18 or 19),
            _ => true,
        };
    }
}
