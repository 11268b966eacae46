using System.Net;
using System.Net.Sockets;
using Tarmac.Model.Problems;

namespace Tarmac.Runtimes.Local;

/// <param name="First">First port.</param>
/// <param name="Last">Last port, included.</param>
public sealed record PortRange(int First = 20000, int Last = 29999);

/// <summary>Leases ports of a range to owners. The leases are in memory; on a start they are rebuilt from what runs
/// (<see cref="Adopt"/> with the ports in each spec). A port just given back is the last to be given out again.</summary>
public sealed class PortAllocator(PortRange range, Func<int, bool>? isFree = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, string> _owners = [];
    private readonly Func<int, bool> _isFree = isFree ?? CanBind;
    private int _next = range.First;

    public PortRange Range { get; } = range;

    /// <summary>A port nobody has leased and nothing listens on. Throws <c>ports-exhausted</c> when there is none.</summary>
    public int Lease(string owner)
    {
        lock (_gate)
        {
            if (Choose(Range, _owners.ContainsKey, _next, _isFree) is not { } port)
                throw new LocalRuntimeException(new InputProblem(
                    "ports-exhausted",
                    $"All {Range.Last - Range.First + 1} ports from {Range.First} to {Range.Last} are taken ({_owners.Count} of them by services here).",
                    Cure: "Remove services that are no longer needed, or widen the port range."));
            _owners[port] = owner;
            _next = port == Range.Last ? Range.First : port + 1;
            return port;
        }
    }

    /// <summary>Records what an owner already holds.</summary>
    public void Adopt(string owner, IEnumerable<int> ports)
    {
        lock (_gate)
            foreach (var port in ports)
                _owners[port] = owner;
    }

    /// <summary>Gives back all that the owner holds.</summary>
    public void Release(string owner)
    {
        lock (_gate)
            foreach (var (port, _) in _owners.Where(lease => lease.Value == owner).ToList())
                _owners.Remove(port);
    }

    /// <summary>First suitable port from <paramref name="start"/> on, around the range; null when there is none.</summary>
    internal static int? Choose(PortRange range, Func<int, bool> leased, int start, Func<int, bool> isFree)
    {
        var count = range.Last - range.First + 1;
        for (var i = 0; i < count; i++)
        {
            var port = range.First + ((start - range.First + i) % count);
            if (!leased(port) && isFree(port))
                return port;
        }
        return null;
    }

    private static bool CanBind(int port)
    {
        foreach (var address in new[] { IPAddress.Any, IPAddress.IPv6Any })
        {
            if (address.AddressFamily is AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
                continue;
            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (address.AddressFamily is AddressFamily.InterNetworkV6)
                    socket.DualMode = false;
                socket.Bind(new IPEndPoint(address, port));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                return false;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
            {
                continue; // this host has no such addresses, so nothing can listen there
            }
        }
        return true;
    }
}
