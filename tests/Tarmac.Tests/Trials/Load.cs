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

    /// <summary>One request, and when it was in flight.</summary>
    public async Task<(DateTimeOffset Began, DateTimeOffset Ended)> Ask(string service, string path)
    {
        var began = DateTimeOffset.UtcNow;
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
        return (began, DateTimeOffset.UtcNow);
    }

    /// <summary>Keeps requests of two seconds in flight until something has happened, so that some span it whenever it does.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset Began, DateTimeOffset Ended)>> AskSlowlyUntil(Task happened, string service)
    {
        var asked = new List<Task<(DateTimeOffset, DateTimeOffset)>>();
        do
        {
            asked.Add(Ask(service, "/slow"));
            await Task.WhenAny(happened, Task.Delay(300)); // the pace of the load
        }
        while (!happened.IsCompleted);
        return await Task.WhenAll(asked);
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
