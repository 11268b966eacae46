using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tarmac.Foundation.Hosting;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests;

/// <summary>
/// A real platform on a home and a port of its own, on the database the run is for: SQLite, or PostgreSQL when
/// TARMAC_TEST_DATABASE is <c>postgres</c>.
/// </summary>
public sealed class TestPlatform : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly bool ownsHome;
    private static readonly HttpClient Gateway = new(new HttpClientHandler { UseProxy = false });

    private TestPlatform(WebApplication app, string home, bool ownsHome)
    {
        this.app = app;
        this.ownsHome = ownsHome;
        Home = home;
        Url = app.Services.GetRequiredService<Whereabouts>().Url;
        Token = File.ReadAllText(Path.Combine(home, "token")).Trim();
        Client = ClientFor(Token);
    }

    public string Home { get; }

    public string Url { get; }

    /// <summary>The operator's token.</summary>
    public string Token { get; }

    /// <summary>Acts as the operator.</summary>
    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    /// <param name="home">An existing home to start on again; a fresh temporary one when null.</param>
    public static async Task<TestPlatform> Start(
        string? home = null, Func<PlatformOptions, PlatformOptions>? options = null, Action<WebApplicationBuilder>? configure = null, TimeProvider? clock = null)
    {
        var folder = home ?? Directory.CreateTempSubdirectory("tarmac-test-").FullName;
        var chosen = new PlatformOptions
        {
            Home = folder,
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            GatewayListen = new IPEndPoint(IPAddress.Loopback, FreePort()),
            Owner = "user:default/operator",
            Database = await TestDatabase.ForHome(folder),
        };
        var app = await PlatformHost.Build(options?.Invoke(chosen) ?? chosen, clock ?? TimeProvider.System, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new TestPlatform(app, folder, home is null);
    }

    /// <summary>Asks a service through the gateway, as its own clients do: by address, with the Host header.</summary>
    public async Task<HttpResponseMessage> ThroughGateway(string service, string path = "/", string environment = "dev")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Services.GetRequiredService<PlatformOptions>().GatewayListen.Port}{path}");
        request.Headers.Host = $"{service}.{environment}.localhost";
        return await Gateway.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public HttpClient ClientFor(string? token)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = new Uri(Url) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A client that acts as a person, by a token the operator makes.</summary>
    public async Task<HttpClient> ClientOf(string person)
    {
        var answer = await Act("token.create", new JsonObject { ["name"] = "test", ["person"] = person });
        return ClientFor(answer["secret"]!.GetValue<string>());
    }

    /// <summary>Runs an action as the operator and answers what it answered; fails the test when it is refused.</summary>
    public Task<JsonObject> Act(string action, JsonObject input) => Act(Client, action, input);

    public static async Task<JsonObject> Act(HttpClient client, string action, JsonObject input)
    {
        var (status, body) = await TryAct(client, action, input);
        Assert.True((int)status is 200 or 202, $"{action}: {(int)status} {body}");
        return body;
    }

    public static async Task<(HttpStatusCode Status, JsonObject Body)> TryAct(HttpClient client, string action, JsonObject input, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/actions/" + action)
        {
            Content = JsonContent.Create(new JsonObject { ["input"] = input.DeepClone() }),
        };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString("n"));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        return (response.StatusCode, body!);
    }

    public async Task<JsonNode> Get(string path)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Waits until an operation is final and answers it as the API shows it.</summary>
    public async Task<JsonNode> Finished(string operation)
    {
        // The log stream ends when the operation does: no polling.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/operations/{operation}/log?follow=true");
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseContentRead, TestContext.Current.CancellationToken);
        return await Get("/api/operations/" + operation);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (!ownsHome) return;
        await StopProcesses(Home);
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>Ends what a platform leaves running on purpose: services, gateway, builds.</summary>
    public static async Task StopProcesses(string home)
    {
        var runtime = new LocalRuntime(new LocalRuntimeOptions(Path.Combine(home, "instances"), "unused"), TimeProvider.System);
        foreach (var handle in runtime.List()) await runtime.KillAsync(handle.Id, CancellationToken.None);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
