using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Foundation;

/// <summary>The platform's API. What it refuses becomes a <see cref="CliProblem"/>; a lost connection is tried again, which
/// is safe: reading changes nothing, and every change carries an idempotency key.</summary>
internal sealed class PlatformClient : IDisposable
{
    private static readonly TimeSpan OneAnswer = TimeSpan.FromSeconds(100);
    private readonly ConnectionSettings connection;
    private readonly Terminal terminal;
    private readonly CancellationToken cancellation;
    private readonly HttpClient http;

    public PlatformClient(ConnectionSettings connection, Terminal terminal, CancellationToken cancellation)
    {
        this.connection = connection;
        this.terminal = terminal;
        this.cancellation = cancellation;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            // A platform on this machine is never behind a proxy.
            UseProxy = !IsHere(new Uri(Url).Host),
            ConnectCallback = Connect,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("tarmac-cli", Program.Version));
    }

    /// <summary>Without a trailing slash.</summary>
    /// <exception cref="CliProblem">No platform is known here.</exception>
    public string Url => connection.Url switch
    {
        null => throw new CliProblem(ExitCode.Unreachable, CliCodes.PlatformUnknown, "No platform is known here.", $"Neither --url nor TARMAC_URL is given, nobody is logged in, and {connection.Home} has no platform.",
            "Start one with tarmac serve --detach, or log in to one: tarmac login --url URL --token-stdin."),
        var url when Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => url,
        var url => throw CliProblem.WrongUsage($"{url} is not the address of a platform.", "Write it as http://127.0.0.1:7080."),
    };

    public ConnectionSettings Connection => connection;

    /// <summary>How long a lost connection is tried again for; a restarting platform is back within it.</summary>
    public static TimeSpan Patience { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("TARMAC_RETRY_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(30);

    public async Task<JsonNode> Get(string path)
    {
        // Somebody looks and waits: a platform that is not there should be said soon.
        var patience = TimeSpan.FromSeconds(Math.Min(2, Patience.TotalSeconds));
        using var response = await Send(() => Request(HttpMethod.Get, path), patience, HttpCompletionOption.ResponseContentRead);
        return await Answer(response);
    }

    /// <summary>The lines of a text as they come, however long it is.</summary>
    public async IAsyncEnumerable<string> Lines(string path)
    {
        using var response = await Send(() => Request(HttpMethod.Get, path), TimeSpan.FromSeconds(Math.Min(2, Patience.TotalSeconds)), HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode) await Answer(response);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await reader.ReadLineAsync(cancellation) is { } line) yield return line;
    }

    /// <summary>What the action would do.</summary>
    public Task<JsonNode> Plan(ActionDefinition action, JsonObject input) => Post($"/api/actions/{action.Name}/plan", input);

    public Task<JsonNode> Act(ActionDefinition action, JsonObject input) => Post($"/api/actions/{action.Name}", input);

    /// <summary>Server-sent events, until the platform ends the stream. A lost connection throws <see cref="ConnectionLostException"/>.</summary>
    public async IAsyncEnumerable<(string Type, JsonNode? Data, string Id)> Stream(string path, bool patient = true)
    {
        using var response = await Send(() =>
        {
            var request = Request(HttpMethod.Get, path);
            request.Headers.Accept.ParseAdd("text/event-stream");
            return request;
        }, patient ? Patience : TimeSpan.FromSeconds(Math.Min(2, Patience.TotalSeconds)), HttpCompletionOption.ResponseHeadersRead);
        if (!response.IsSuccessStatusCode) await Answer(response);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        await using var items = SseParser.Create(stream).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);
        while (await Next(items)) yield return (items.Current.EventType, JsonReading.TryParse(items.Current.Data), items.Current.EventId ?? "");
    }

    public void Dispose() => http.Dispose();

    private static async ValueTask<bool> Next(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException)
        {
            throw new ConnectionLostException(lost);
        }
    }

    private async Task<JsonNode> Post(string path, JsonObject input)
    {
        var body = new JsonObject { ["input"] = input.DeepClone() }.ToJsonString();
        var key = Guid.CreateVersion7().ToString("n");
        using var response = await Send(() =>
        {
            var request = Request(HttpMethod.Post, path);
            request.Headers.Add("Idempotency-Key", key);
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            return request;
        }, Patience, HttpCompletionOption.ResponseContentRead);
        return await Answer(response);
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var url = Url;
        var request = new HttpRequestMessage(method, url + path);
        request.Headers.Accept.ParseAdd("application/json");
        if (connection.TokenFor(url) is { } token)
        {
            if (token.AsSpan().ContainsAnyExceptInRange('!', '~')) throw CliProblem.WrongUsage("The token has characters that no token has.", "Copy it again, without spaces or line breaks.");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return request;
    }

    private async Task<HttpResponseMessage> Send(Func<HttpRequestMessage> make, TimeSpan patience, HttpCompletionOption completion)
    {
        var waited = Stopwatch.StartNew();
        for (var attempt = 1; ; attempt++)
        {
            using var request = make();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(OneAnswer);
            try
            {
                var response = await http.SendAsync(request, completion, limit.Token);
                if (response.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout) || waited.Elapsed >= patience)
                    return response;
                response.Dispose();
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException || (lost is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                if (waited.Elapsed >= patience) throw Unreachable(request.RequestUri!, lost);
            }
            if (attempt == 3) terminal.Progress($"{Url} does not answer; trying again for {patience.TotalSeconds:0} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1000, 100 * attempt)), cancellation);
        }
    }

    private async Task<JsonNode> Answer(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        var json = JsonReading.TryParse(text);
        if (response.IsSuccessStatusCode && json is not null) return json;
        throw CliProblem.Of((int)response.StatusCode, json as JsonObject, Url);
    }

    private static CliProblem Unreachable(Uri address, Exception lost)
    {
        var why = lost is HttpRequestException { InnerException: SocketException socket } ? socket.Message : lost.Message;
        return new CliProblem(ExitCode.Unreachable, CliCodes.PlatformUnreachable, $"No platform answers at {address.GetLeftPart(UriPartial.Authority)}.", why,
            "Start it with tarmac serve --detach, or name another with --url or TARMAC_URL.");
    }

    /// <summary>Names under .localhost mean this machine, whatever the resolver thinks of them.</summary>
    private static bool IsHere(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var end = context.DnsEndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (end.Host.EndsWith("localhost", StringComparison.OrdinalIgnoreCase) && IsHere(end.Host)) await socket.ConnectAsync(IPAddress.Loopback, end.Port, cancellation);
            else await socket.ConnectAsync(end, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A stream broke off in the middle; whoever reads it knows from where to go on.</summary>
internal sealed class ConnectionLostException(Exception inner) : Exception("The connection to the platform was lost.", inner);
