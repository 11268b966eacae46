using System.Collections.Concurrent;

namespace Tarmac.Tests.Trials;

/// <summary>Requests through the gateway, one after another from several clients, none ever repeated. Every answer that is not 200 is a failure.</summary>
public sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) });
    private readonly List<Task> clients = [];
    private readonly int port;
    private long answered;

    public Load(int port, IReadOnlyList<string> services, int clientsEach, TimeSpan pause)
    {
        this.port = port;
        foreach (var service in services)
            for (var client = 0; client < clientsEach; client++)
                clients.Add(Task.Run(async () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        await Ask(service, "/");
                        if (pause > TimeSpan.Zero) await Task.Delay(pause); // the pace of the load
                    }
                }));
    }

    public long Answered => Interlocked.Read(ref answered);

    public ConcurrentQueue<string> Failures { get; } = [];

    /// <summary>One request; <c>/slow</c> takes two seconds, and so spans a switch.</summary>
    public async Task Ask(string service, string path)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
            request.Headers.Host = service + ".dev.localhost";
            using var response = await http.SendAsync(request);
            if (response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Length > 0) Interlocked.Increment(ref answered);
            else Failures.Enqueue($"{service}{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception error)
        {
            Failures.Enqueue($"{service}{path}: {error.Message}");
        }
    }

    /// <summary>Lets every client finish what it asked.</summary>
    public async Task Stop()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        http.Dispose();
        stop.Dispose();
    }
}
