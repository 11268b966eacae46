using System.Net;
using Microsoft.Extensions.Time.Testing;
using Tarmac.Gateway;
using Tarmac.Model.Problems;

namespace Tarmac.Tests.Gateway;

public sealed class RouteRulesTests
{
    [Theory]
    [InlineData("http://10.0.0.1:80")]
    [InlineData("http://example.test:80")]
    [InlineData("https://127.0.0.1:443")]
    [InlineData("http://127.0.0.1:80/path")]
    [InlineData("http://user@127.0.0.1:80")]
    [InlineData("http://127.0.0.1:80?q")]
    [InlineData("127.0.0.1:80")]
    [InlineData("")]
    public void Only_loopback_addresses_can_be_destinations(string address) =>
        Assert.Equal("routes[0].destinations[0].address", Assert.Single(Check(Route("a.dev.localhost", ("i1", address)))).Field);

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://127.8.9.1:1")]
    [InlineData("http://[::1]:8080")]
    public void Any_loopback_address_can(string address) => Assert.Empty(Check(Route("a.dev.localhost", ("i1", address))));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a.dev.localhost:7081")]
    [InlineData(".localhost")]
    [InlineData("a.")]
    [InlineData("ä.localhost")]
    public void A_host_is_a_name_without_a_port(string host) =>
        Assert.Equal("routes[0].host", Assert.Single(Check(Route(host))).Field);

    [Fact]
    public void A_host_has_one_route_in_any_case() =>
        Assert.Equal("routes[1].host", Assert.Single(Check(Route("a.localhost"), Route("A.LocalHost"))).Field);

    [Fact]
    public void A_destination_has_one_address() => Assert.Equal("routes[1].destinations[0].address", Assert.Single(
        Check(Route("a.localhost", ("i1", "http://127.0.0.1:1")), Route("b.localhost", ("i1", "http://127.0.0.1:2")))).Field);

    [Fact]
    public void The_gateway_is_no_destination_of_its_own() => Assert.Single(RouteRules.Check(
        new RouteSnapshot(1, [Route("a.localhost", ("i1", "http://127.0.0.1:7081"))]), new IPEndPoint(IPAddress.Loopback, 7081)));

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"revision":1,"routes":null}""")]
    [InlineData("""{"revision":1,"routes":[null]}""")]
    [InlineData("""{"revision":1,"routes":[{"host":"a.localhost","service":"a","environment":"dev","destinations":[null]}]}""")]
    [InlineData("""{"revision":"x","routes":[]}""")]
    public void A_file_that_is_no_snapshot_says_why(string text)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            var reading = RouteSnapshotFile.Read(path);
            Assert.Null(reading.Snapshot);
            Assert.All(reading.Problems, p => Assert.Equal("gateway-routes-invalid", p.Code));
            Assert.NotEmpty(reading.Problems);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Access_facts_are_kept_per_minute_for_a_quarter_of_an_hour()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 30, TimeSpan.Zero));
        var facts = new AccessFacts(time);
        for (var i = 0; i < 98; i++) facts.Count(serverError: false, TimeSpan.FromMilliseconds(4));
        facts.Count(serverError: true, TimeSpan.FromMilliseconds(900));
        facts.Count(serverError: true, TimeSpan.FromMilliseconds(900));
        time.Advance(TimeSpan.FromMinutes(1));
        facts.Count(serverError: false, TimeSpan.FromMilliseconds(0.2));

        Assert.Equal(
            [new GatewayMinute(time.Start.AddSeconds(-30), 100, 2, 5, 1_000), new GatewayMinute(time.Start.AddSeconds(30), 1, 0, 1, 1)],
            facts.Recent());
        time.Advance(TimeSpan.FromMinutes(14));
        Assert.Single(facts.Recent());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(facts.Recent());
    }

    private static IReadOnlyList<InputProblem> Check(params GatewayRoute[] routes) =>
        RouteRules.Check(new RouteSnapshot(1, routes));

    private static GatewayRoute Route(string host, params (string Id, string Address)[] destinations) =>
        new(host, "a", "dev", [.. destinations.Select(d => new GatewayDestination(d.Id, d.Address))]);
}
