using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Tarmac.Gateway;
using static Tarmac.Tests.Gateway.GatewayProcess;

namespace Tarmac.Tests.Gateway;

public sealed class GatewayRoutingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Host_names_lead_to_their_service_in_any_case_with_a_port_or_a_final_dot()
    {
        await using var a = await Upstream.SayingAsync("a");
        await using var b = await Upstream.SayingAsync("b");
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", a.Port)), Route("beta", ("b1", b.Port)));
        using var client = gateway.Client();

        Assert.Equal("a", await client.GetStringAsync("http://alpha.dev.localhost/", Stop));
        Assert.Equal("b", await client.GetStringAsync("http://beta.dev.localhost:7081/", Stop));
        Assert.Equal("b", await RawAsync(gateway, "GET / HTTP/1.1\r\nHost: BETA.Dev.LocalHost.:99\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task An_unknown_host_gets_a_404_that_names_what_is_served_and_links_to_the_portal()
    {
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", 9)), Route("beta", ("b1", 9)));
        using var client = gateway.Client();

        using var response = await client.GetAsync("http://nothing.dev.localhost/", Stop);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("route-not-found", problem.GetProperty("code").GetString());
        Assert.Equal(["alpha.dev.localhost", "beta.dev.localhost"], problem.GetProperty("served").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("http://127.0.0.1:7080/", problem.GetProperty("portal").GetString());
    }

    [Fact]
    public async Task A_browser_gets_the_same_as_a_page()
    {
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", 9)));
        using var client = gateway.Client();
        client.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");

        using var response = await client.GetAsync("http://nothing.dev.localhost:7081/", Stop);
        var page = await response.Content.ReadAsStringAsync(Stop);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<a href=\"http://alpha.dev.localhost:7081/\">", page, StringComparison.Ordinal);
        Assert.Contains("Nothing is served at nothing.dev.localhost", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_that_is_down_gets_a_503_that_says_how_to_see_why(bool hasDestination)
    {
        int closedPort;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            closedPort = ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(hasDestination ? Route("alpha", ("a1", closedPort)) : Route("alpha"));
        using var client = gateway.Client();

        using var response = await client.PostAsync("http://alpha.dev.localhost/", new StringContent("body"), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal("service-unavailable", problem.GetProperty("code").GetString());
        Assert.Contains("tarmac logs alpha", problem.GetProperty("cure").GetString(), StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:7080/catalog/component/default/alpha", problem.GetProperty("portal").GetString());
        var state = await gateway.Routes.StateAsync(Stop);
        Assert.Equal(hasDestination ? 1 : 0, state!.Destinations.Sum(d => d.Minutes.Sum(m => m.ServerErrors)));
    }

    [Fact]
    public async Task A_request_whose_body_was_not_sent_goes_to_the_next_destination_when_the_first_refuses()
    {
        await using var echo = await Upstream.StartAsync(context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var gone = await Upstream.SayingAsync("gone");
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("gone", gone.Port), ("echo", echo.Port)));
        await gone.CutOffAsync();
        using var client = gateway.Client();

        for (var i = 0; i < 10; i++)
        {
            using var response = await client.PostAsync("http://alpha.dev.localhost/", new StringContent($"body {i}"), Stop);
            Assert.Equal($"body {i}", await response.Content.ReadAsStringAsync(Stop));
        }
    }

    [Fact]
    public async Task An_upstream_that_breaks_off_gets_a_502_because_it_may_have_acted()
    {
        var received = 0;
        await using var upstream = await Upstream.StartAsync(context =>
        {
            Interlocked.Increment(ref received);
            context.Abort();
            return Task.CompletedTask;
        });
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using var client = gateway.Client();

        using var response = await client.PostAsync("http://alpha.dev.localhost/", new StringContent("pay"), Stop);
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Contains("upstream-failed", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal(1, received);
    }

    [Fact]
    public async Task What_a_client_claims_about_forwarding_is_dropped_and_what_we_know_is_set()
    {
        await using var upstream = await Upstream.StartAsync(EchoHeaders);
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://alpha.dev.localhost:7081/");
        foreach (var name in (string[])["X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Forwarded-Client-Cert", "Forwarded", "X-Real-IP"])
            request.Headers.Add(name, "forged");
        request.Headers.Add("X-Request-Id", "from-the-client-1");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");

        using var response = await client.SendAsync(request, Stop);
        var seen = await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(Stop);
        Assert.DoesNotContain("forged", seen!.Values);
        Assert.Equal("127.0.0.1", seen["x-forwarded-for"]);
        Assert.Equal("http", seen["x-forwarded-proto"]);
        Assert.Equal("alpha.dev.localhost:7081", seen["x-forwarded-host"]);
        Assert.Equal("alpha.dev.localhost:7081", seen["host"]);
        Assert.Equal("from-the-client-1", seen["x-request-id"]);
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", seen["traceparent"]);
        Assert.Equal("from-the-client-1", response.Headers.GetValues("X-Request-Id").Single());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("has \"quotes\" <and> spaces")]
    public async Task A_request_without_a_usable_id_gets_one_that_is_also_its_trace(string? given)
    {
        await using var upstream = await Upstream.StartAsync(EchoHeaders);
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://alpha.dev.localhost/");
        if (given is not null) request.Headers.TryAddWithoutValidation("X-Request-Id", given);

        using var response = await client.SendAsync(request, Stop);
        var seen = await response.Content.ReadFromJsonAsync<Dictionary<string, string>>(Stop);
        Assert.Matches("^[0-9a-f]{32}$", seen!["x-request-id"]);
        Assert.StartsWith($"00-{seen["x-request-id"]}-", seen["traceparent"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a%2Fb/../c%5B1%5D?q=%20x&y=a+b")]
    [InlineData("/%E2%9C%93/{raw}?a[]=1|2")]
    public async Task The_path_and_query_arrive_byte_for_byte(string target)
    {
        await using var upstream = await Upstream.StartAsync(
            context => context.Response.WriteAsync(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));

        Assert.Equal(target, await RawAsync(gateway, $"GET {target} HTTP/1.1\r\nHost: alpha.dev.localhost\r\nConnection: close\r\n\r\n"));
    }

    [Theory]
    [InlineData("CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\nConnection: close\r\n\r\n", "405")]
    [InlineData("GET http://example.test/ HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n", "404")]
    [InlineData("GET /state HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", "404")]
    public async Task The_port_is_neither_a_tunnel_nor_an_open_proxy_nor_the_control(string request, string status)
    {
        await using var gateway = await StartAsync();
        Assert.StartsWith($"HTTP/1.1 {status} ", await RawAsync(gateway, request, wholeResponse: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_beyond_the_limit_are_refused()
    {
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://alpha.dev.localhost/");
        request.Headers.Add("X-Large", new string('x', 40_000));
        using var response = await client.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    private static Task EchoHeaders(HttpContext context) => context.Response.WriteAsJsonAsync(
        context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()));

    /// <summary>Sends exactly these bytes; returns the body, without chunk framing, or everything.</summary>
    private static async Task<string> RawAsync(GatewayProcess gateway, string request, bool wholeResponse = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Port, Stop);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var response = await reader.ReadToEndAsync(Stop);
        if (wholeResponse) return response;
        var (head, body) = (response[..response.IndexOf("\r\n\r\n", StringComparison.Ordinal)], response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        return head.Contains("chunked", StringComparison.OrdinalIgnoreCase) ? body.Split("\r\n")[1] : body;
    }
}
