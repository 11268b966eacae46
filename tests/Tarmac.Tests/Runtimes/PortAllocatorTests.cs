using System.Net;
using System.Net.Sockets;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Runtimes;

public sealed class PortAllocatorTests
{
    private static readonly PortRange Three = new(100, 102);

    [Fact]
    public void Each_lease_is_another_port_and_a_full_range_says_so()
    {
        var ports = new PortAllocator(Three, _ => true);
        Assert.Equal([100, 101, 102], [ports.Lease("a"), ports.Lease("b"), ports.Lease("a")]);

        var refusal = Assert.Throws<LocalRuntimeException>(() => ports.Lease("c"));
        Assert.Equal("ports-exhausted", refusal.Code);

        ports.Release("a");
        Assert.Equal(100, ports.Lease("c"));
    }

    [Fact]
    public void A_port_just_given_back_is_the_last_to_be_used_again()
    {
        var ports = new PortAllocator(Three, _ => true);
        ports.Lease("a");
        ports.Release("a");
        Assert.Equal([101, 102, 100], [ports.Lease("b"), ports.Lease("b"), ports.Lease("b")]);
    }

    [Fact]
    public void Ports_found_in_use_after_a_start_are_not_leased_again()
    {
        var ports = new PortAllocator(Three, _ => true);
        ports.Adopt("running", [100, 102]);
        Assert.Equal(101, ports.Lease("new"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public void A_port_somebody_else_listens_on_is_passed_over(string address)
    {
        using var other = new TcpListener(IPAddress.Parse(address), 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var refusal = Assert.Throws<LocalRuntimeException>(() => new PortAllocator(new PortRange(port, port)).Lease("a"));
        Assert.Equal("ports-exhausted", refusal.Code);

        other.Stop();
        Assert.Equal(port, new PortAllocator(new PortRange(port, port)).Lease("a"));
    }
}
