using System.Net;
using System.Net.Sockets;

namespace Tarmac.Foundation.Outgoing;

/// <summary>
/// Requests to addresses that people gave us. They never reach loopback, private, link-local or metadata addresses unless the
/// operator allows it, and the check is on the address that is dialled, so a name cannot change its mind in between.
/// </summary>
public static class GuardedHttp
{
    /// <summary>Longest answer that is read.</summary>
    public const int MostBytes = 1_000_000;

    // Everything registered for a special purpose, this machine and the metadata services of clouds included.
    private static readonly IPNetwork[] Special =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Of IPv6 only 2000::/3 is public; these parts of it are not, or carry an IPv4 address inside.
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        ]).Select(network => IPNetwork.Parse(network)),
    ];

    private static readonly IPNetwork PublicIpv6 = IPNetwork.Parse("2000::/3");

    public static HttpClient Client(bool allowPrivate, TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = async (context, cancellation) =>
        {
            var reachable = await Reachable(context.DnsEndPoint.Host, allowPrivate, cancellation);
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
    { Timeout = timeout, MaxResponseContentBufferSize = MostBytes };

    /// <summary>The addresses of a host that may be dialled.</summary>
    /// <exception cref="AddressRefusedException">None may.</exception>
    /// <exception cref="SocketException">The name is not known.</exception>
    public static async Task<IPAddress[]> Reachable(string host, bool allowPrivate, CancellationToken cancellation)
    {
        var reachable = (await Dns.GetHostAddressesAsync(host, cancellation)).Where(address => allowPrivate || IsPublic(address)).ToArray();
        return reachable.Length > 0 ? reachable : throw new AddressRefusedException($"{host} is not a public address, and only an operator can allow others.");
    }

    /// <summary>Whether an address belongs to the open internet (RFC 6890 and its kin).</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return !Special.Any(network => network.Contains(address)) && (address.AddressFamily == AddressFamily.InterNetwork || PublicIpv6.Contains(address));
    }
}

/// <summary>The address leads to a network that may not be asked on a user's behalf.</summary>
public sealed class AddressRefusedException(string message) : HttpRequestException(message)
{
    /// <summary>Finds it in what a request threw, where it may be wrapped.</summary>
    public static AddressRefusedException? In(Exception error) => error as AddressRefusedException ?? error?.InnerException as AddressRefusedException;
}
