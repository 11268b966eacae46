using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Tarmac.Gateway;
using static Tarmac.Tests.Gateway.GatewayProcess;

namespace Tarmac.Tests.Gateway;

public sealed class GatewayLifeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_kill_9_it_starts_again_on_its_port_and_over_its_stale_socket_with_the_same_routes()
    {
        await using var upstream = await Upstream.SayingAsync("still here");
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using (var client = gateway.Client())
            Assert.Equal("still here", await client.GetStringAsync("http://alpha.dev.localhost/", Stop));
        var port = gateway.Port;

        var gap = Stopwatch.StartNew();
        await gateway.KillAsync();
        Assert.True(File.Exists(gateway.SocketFile));
        await gateway.StartAgainAsync();
        using (var client = gateway.Client())
            Assert.Equal("still here", await client.GetStringAsync("http://alpha.dev.localhost/", Stop));
        gap.Stop();

        TestContext.Current.TestOutputHelper?.WriteLine($"gap {gap.ElapsedMilliseconds} ms");
        Assert.Equal(port, gateway.Port);
        Assert.Equal(1, (await gateway.Routes.StateAsync(Stop))!.Revision);
        Assert.True(gap.Elapsed < TimeSpan.FromSeconds(5), $"the gap was {gap.Elapsed}");
    }

    [Fact]
    public async Task On_sigterm_it_finishes_what_is_in_flight_and_the_platform_waits_for_that()
    {
        var (arrived, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            arrived.SetResult();
            await goOn.Task;
            await context.Response.WriteAsync("finished");
        });
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using var client = gateway.Client();
        var slow = client.GetStringAsync("http://alpha.dev.localhost/", Stop);
        await arrived.Task.WaitAsync(Stop);

        gateway.Terminate();
        while (await CanConnectAsync(gateway.Port)) await Task.Yield();
        var applied = await gateway.Routes.ApplyAsync([], Stop);
        var drain = gateway.Routes.WaitUntilDrainedAsync("a1", TimeSpan.FromSeconds(20), Stop);
        Assert.NotEqual(GatewayApplyOutcome.Refused, applied.Outcome);
        Assert.False(drain.IsCompleted);
        Assert.False(gateway.Process.HasExited);

        goOn.SetResult();
        Assert.Equal("finished", await slow);
        Assert.Equal(DrainOutcome.Drained, await drain);
        await gateway.Process.WaitForExitAsync(Stop);
        Assert.Equal(0, gateway.Process.ExitCode);
    }

    [Fact]
    public async Task A_bad_snapshot_changes_nothing_and_is_told_until_a_good_one_comes()
    {
        await using var upstream = await Upstream.SayingAsync("good");
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using var client = gateway.Client();

        await File.WriteAllTextAsync(gateway.RoutesFile, "{ \"revision\": 2, \"routes\": [", Stop);
        var state = await StateWhenAsync(gateway, s => s.Problems.Count > 0);
        Assert.Equal(1, state.Revision);
        Assert.Contains("routes.json", state.Problems[0], StringComparison.Ordinal);
        Assert.Equal("good", await client.GetStringAsync("http://alpha.dev.localhost/", Stop));

        await gateway.ServeAsync(Route("beta", ("b1", upstream.Port)));
        Assert.Empty((await gateway.Routes.StateAsync(Stop))!.Problems);
        Assert.Equal("good", await client.GetStringAsync("http://beta.dev.localhost/", Stop));
    }

    [Fact]
    public async Task A_bad_snapshot_at_the_start_is_a_503_and_not_an_unknown_host()
    {
        await using var gateway = await StartAsync(g =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(g.RoutesFile)!);
            File.WriteAllText(g.RoutesFile, "not json");
        });
        using var client = gateway.Client();
        using var response = await client.GetAsync("http://alpha.dev.localhost/", Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("gateway-routes-invalid", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_cannot_be_read_just_now_is_not_written_over()
    {
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", 9)));
        var aside = gateway.RoutesFile + ".aside";
        File.Move(gateway.RoutesFile, aside);
        Directory.CreateDirectory(gateway.RoutesFile); // opening a folder fails as a disk in trouble does

        var applied = await gateway.Routes.SetAsync(Route("beta", ("b1", 9)), Stop);
        Assert.Equal(GatewayApplyOutcome.Refused, applied.Outcome);
        Assert.Contains("cannot be read", applied.Detail, StringComparison.Ordinal);

        Directory.Delete(gateway.RoutesFile);
        File.Move(aside, gateway.RoutesFile);
        Assert.Equal(GatewayApplyOutcome.Applied, (await gateway.Routes.SetAsync(Route("beta", ("b1", 9)), Stop)).Outcome);
        Assert.Equal(["alpha", "beta"], gateway.Routes.Read().Snapshot!.Routes.Select(route => route.Service));
    }

    [Fact]
    public async Task A_snapshot_put_in_place_is_served_without_being_told()
    {
        await using var upstream = await Upstream.SayingAsync("followed");
        await using var gateway = await StartAsync();
        RouteSnapshotFile.Write(gateway.RoutesFile, new RouteSnapshot(7, [Route("alpha", ("a1", upstream.Port))]));
        var took = Stopwatch.StartNew();
        await StateWhenAsync(gateway, s => s.Revision == 7);
        TestContext.Current.TestOutputHelper?.WriteLine($"served after {took.ElapsedMilliseconds} ms");

        using var client = gateway.Client();
        Assert.Equal("followed", await client.GetStringAsync("http://alpha.dev.localhost/", Stop));
    }

    [Fact]
    public async Task With_the_gateway_down_routes_are_kept_for_it_and_nothing_is_in_flight()
    {
        await using var upstream = await Upstream.SayingAsync("kept");
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        await gateway.KillAsync();

        var applied = await gateway.Routes.SetAsync(Route("alpha", ("a2", upstream.Port)), Stop);
        Assert.Equal((2, GatewayApplyOutcome.GatewayDown), (applied.Revision, applied.Outcome));
        Assert.Null(await gateway.Routes.StateAsync(Stop));
        Assert.Equal(DrainOutcome.Drained, await gateway.Routes.WaitUntilDrainedAsync("a1", TimeSpan.FromSeconds(5), Stop));
        Assert.Equal(DrainOutcome.StillRouted, await gateway.Routes.WaitUntilDrainedAsync("a2", TimeSpan.FromSeconds(5), Stop));

        await gateway.StartAgainAsync();
        var state = await gateway.Routes.StateAsync(Stop);
        Assert.Equal((2, "a2"), (state!.Revision, state.Destinations.Single().Id));
    }

    [Fact]
    public async Task The_same_routes_again_write_no_revision_and_concurrent_changes_lose_nothing()
    {
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", 9)));
        await gateway.ServeAsync(Route("alpha", ("a1", 9)));
        Assert.Equal(1, gateway.Routes.Read().Snapshot!.Revision);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => gateway.Routes.SetAsync(Route($"service-{i}", ($"s{i}", 9)), Stop)));
        await gateway.Routes.RemoveAsync("ALPHA.dev.localhost", Stop);
        Assert.Equal(20, gateway.Routes.Read().Snapshot!.Routes.Count);
        Assert.Equal(22, (await gateway.Routes.StateAsync(Stop))!.Revision);
    }

    [Fact]
    public async Task A_second_gateway_for_the_home_and_one_on_a_taken_port_say_so_and_leave()
    {
        await using var gateway = await StartAsync();
        var other = Directory.CreateTempSubdirectory("gw");
        try
        {
            await LeavesAsync(1, "gateway-already-running", "--home", gateway.Home, "--listen", "127.0.0.1:0");
            await LeavesAsync(1, "gateway-address-in-use", "--home", other.FullName, "--listen", $"127.0.0.1:{gateway.Port}");
            Assert.NotNull(await gateway.Routes.StateAsync(Stop));
        }
        finally
        {
            other.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(2, "gateway-listen-not-loopback", "--home", "/nowhere", "--listen", "0.0.0.0:7081")]
    [InlineData(2, "gateway-usage", "--home", "/nowhere", "--listen", "here")]
    [InlineData(2, "gateway-usage", "--home")]
    [InlineData(2, "gateway-usage", "--speed", "11")]
    public async Task Wrong_usage_is_refused_with_a_cure(int exitCode, string code, params string[] arguments) =>
        await LeavesAsync(exitCode, code, arguments);

    private static async Task LeavesAsync(int exitCode, string code, params string[] arguments)
    {
        using var process = Launch(arguments);
        var error = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.StartsWith(code + ": ", error, StringComparison.Ordinal);
        Assert.Equal(exitCode, process.ExitCode);
    }

    private static async Task<bool> CanConnectAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, Stop);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<GatewayState> StateWhenAsync(GatewayProcess gateway, Func<GatewayState, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
            if (await gateway.Routes.StateAsync(limit.Token) is { } state && wanted(state)) return state;
    }
}
