using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tarmac.Gateway;
using static Tarmac.Tests.Gateway.GatewayProcess;

namespace Tarmac.Tests.Gateway;

public sealed class GatewaySwitchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Twenty_switches_under_load_with_a_two_second_request_across_each_fail_nothing()
    {
        const int switches = 20, workers = 8, least = 2_000;
        await using var gateway = await StartAsync();
        using var client = gateway.Client();
        using var enough = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var requests = 0;

        var (serving, id) = (await Instance.StartAsync(), "i0");
        await gateway.ServeAsync(Route("alpha", (id, serving.Upstream.Port)));
        var load = Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await RequestAsync("http://alpha.dev.localhost/");
        }, Stop)).ToList();

        var leaving = new List<Task>();
        for (var i = 1; i <= switches; i++)
        {
            var next = await Instance.StartAsync();
            var slow = RequestAsync("http://alpha.dev.localhost/slow");
            await serving.SlowArrived.Task.WaitAsync(Stop);
            await gateway.ServeAsync(Route("alpha", ($"i{i}", next.Upstream.Port)));
            leaving.Add(LeaveAsync(serving, id, slow));
            (serving, id) = (next, $"i{i}");
        }
        await Task.WhenAll(leaving);
        while (Volatile.Read(ref requests) < least && failures.IsEmpty) await RequestAsync("http://alpha.dev.localhost/");
        await enough.CancelAsync();
        await Task.WhenAll(load);
        await serving.Upstream.DisposeAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests over {switches} switches");
        Assert.Empty(failures);
        Assert.True(requests >= least, $"only {requests} requests");

        async Task LeaveAsync(Instance old, string oldId, Task slow)
        {
            Assert.Equal(DrainOutcome.Drained, await gateway.Routes.WaitUntilDrainedAsync(oldId, TimeSpan.FromSeconds(20), Stop));
            await old.Upstream.CutOffAsync();
            await slow;
            await old.Upstream.DisposeAsync();
        }

        async Task RequestAsync(string url)
        {
            try
            {
                using var response = await client.GetAsync(url, Stop);
                var body = await response.Content.ReadAsStringAsync(Stop);
                if (response.StatusCode != HttpStatusCode.OK || body != "done") failures.Enqueue($"{url}: {response.StatusCode} {body}");
            }
            catch (HttpRequestException e)
            {
                failures.Enqueue($"{url}: {e.Message}");
            }
            Interlocked.Increment(ref requests);
        }
    }

    [Fact]
    public async Task A_web_socket_passes_both_ways_survives_the_switch_and_is_waited_for()
    {
        await using var echo = await Upstream.StartAsync(EchoSocketAsync);
        await using var other = await Upstream.SayingAsync("other");
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("old", echo.Port)));
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(gateway.Handler());
        await socket.ConnectAsync(new Uri("ws://alpha.dev.localhost/"), invoker, Stop);
        Assert.Equal("one", await SayAsync("one"));

        await gateway.ServeAsync(Route("alpha", ("new", other.Port)));
        Assert.Equal(DrainOutcome.TimedOut, await gateway.Routes.WaitUntilDrainedAsync("old", TimeSpan.FromMilliseconds(200), Stop));
        Assert.Equal("two", await SayAsync("two"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Stop);
        Assert.Equal(DrainOutcome.Drained, await gateway.Routes.WaitUntilDrainedAsync("old", TimeSpan.FromSeconds(10), Stop));

        async Task<string> SayAsync(string text)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Stop);
            var buffer = new byte[64];
            var received = await socket.ReceiveAsync(buffer, Stop);
            return Encoding.UTF8.GetString(buffer, 0, received.Count);
        }
    }

    [Fact]
    public async Task A_streamed_answer_arrives_piece_by_piece()
    {
        var goOn = new TaskCompletionSource();
        await using var upstream = await Upstream.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first\n");
            await context.Response.Body.FlushAsync();
            await goOn.Task;
            await context.Response.WriteAsync("second\n");
        });
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", upstream.Port)));
        using var client = gateway.Client();

        using var response = await client.GetAsync("http://alpha.dev.localhost/", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("first", await reader.ReadLineAsync(Stop));
        goOn.SetResult();
        Assert.Equal("second", await reader.ReadLineAsync(Stop));
    }

    [Fact]
    public async Task A_destination_that_still_is_routed_is_never_called_drained()
    {
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", 9)));
        Assert.Equal(DrainOutcome.StillRouted, await gateway.Routes.WaitUntilDrainedAsync("a1", TimeSpan.FromSeconds(5), Stop));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task An_idle_connection_closed_by_the_upstream_fails_no_request(string method)
    {
        // Answers one request on each connection, promises to keep it, and closes it: what a stopping server does.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answered = 0;
        // A request sent while the closing is on its way may be lost, and none but its sender may repeat it; once closed, none is.
        using var closed = new SemaphoreSlim(0);
        var upstream = Task.Run(async () =>
        {
            while (true)
            {
                using var connection = await listener.AcceptSocketAsync(Stop);
                var buffer = new byte[4096];
                var head = 0;
                while (!Encoding.ASCII.GetString(buffer, 0, head).EndsWith(method == "POST" ? "body" : "\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await connection.ReceiveAsync(buffer.AsMemory(head), Stop);
                    if (read == 0) break;
                    head += read;
                }
                if (head == 0) continue;
                answered++;
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), Stop);
                connection.Shutdown(SocketShutdown.Both);
                closed.Release();
            }
        }, Stop);
        await using var gateway = await StartAsync();
        await gateway.ServeAsync(Route("alpha", ("a1", ((IPEndPoint)listener.LocalEndpoint).Port)));
        using var client = gateway.Client();

        for (var i = 1; i <= 300; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "http://alpha.dev.localhost/");
            if (method == "POST") request.Content = new StringContent("body");
            using var response = await client.SendAsync(request, Stop);
            Assert.Equal((HttpStatusCode.OK, i), (response.StatusCode, answered));
            await closed.WaitAsync(Stop);
        }
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => upstream);
    }

    private static async Task EchoSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[64];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    /// <summary>Answers at once, and <c>/slow</c> after two seconds.</summary>
    private sealed class Instance
    {
        public TaskCompletionSource SlowArrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public Upstream Upstream { get; private set; } = null!;

        public static async Task<Instance> StartAsync()
        {
            var instance = new Instance();
            instance.Upstream = await Upstream.StartAsync(async context =>
            {
                if (context.Request.Path == "/slow")
                {
                    instance.SlowArrived.TrySetResult();
                    await Task.Delay(TimeSpan.FromSeconds(2), context.RequestAborted); // a slow request is what is tested
                }
                await context.Response.WriteAsync("done");
            });
            return instance;
        }
    }
}
