using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Bench;

/// <summary>A published platform as a process of its own on a temporary home, driven through its API.</summary>
internal sealed class BenchPlatform : IAsyncDisposable
{
    private readonly string program;
    private readonly string root;
    private Process? process;

    /// <param name="program">The published server's folder.</param>
    /// <param name="root">The checkout: its sample and roads are used.</param>
    public BenchPlatform(string program, string root, string roads)
    {
        (this.program, this.root, Roads) = (program, root, roads);
        Home = Directory.CreateTempSubdirectory("tarmac-bench-").FullName;
        Port = FreePort();
        GatewayPort = FreePort();
        Catalog = [Path.Combine(root, "sample")];
    }

    public string Home { get; }

    public string Roads { get; }

    public int Port { get; }

    public int GatewayPort { get; }

    /// <summary>What it reads besides the sample's organisation; the sample's catalog unless said otherwise.</summary>
    public IReadOnlyList<string> Catalog { get; init; }

    /// <summary>A PostgreSQL connection; SQLite in the home when null.</summary>
    public string? Database { get; init; }

    public int Pid => process!.Id;

    public HttpClient Api { get; private set; } = new();

    /// <summary>Starts it and answers the time until <paramref name="path"/> first answered 200, to a browser signed in by token where there is one.</summary>
    public async Task<TimeSpan> Start(string path)
    {
        var start = new ProcessStartInfo(Path.Combine(program, "Tarmac.Server"),
        [
            "platform", "--home", Home, "--listen", $"127.0.0.1:{Port}", "--gateway-listen", $"127.0.0.1:{GatewayPort}", "--roads", Roads,
            "--program", Path.Combine(root, "artifacts", "tarmac", "cli", "tarmac"), "--organisation", Path.Combine(root, "sample", "org.yaml"),
            .. Catalog.SelectMany(folder => (string[])["--catalog", folder]), "--owner", "user:default/operator",
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NUGET_PACKAGES"] = PackageCache;
        if (Database is not null) start.Environment["TARMAC_DATABASE"] = Database;
        var clock = Stopwatch.StartNew();
        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (File.Exists(Path.Combine(Home, "token"))) http.DefaultRequestHeaders.Authorization = await Authorization();
        await Until200(() => http.GetAsync(path), TimeSpan.FromMilliseconds(5));
        var took = clock.Elapsed;
        Api = new HttpClient { BaseAddress = http.BaseAddress };
        Api.DefaultRequestHeaders.Authorization = await Authorization();
        return took;
    }

    /// <summary>The operator's token.</summary>
    public async Task<string> Token() => (await File.ReadAllTextAsync(Path.Combine(Home, "token"))).Trim();

    private async Task<AuthenticationHeaderValue> Authorization() => new("Bearer", await Token());

    public async Task Stop()
    {
        process?.Kill();
        if (process is not null) await process.WaitForExitAsync();
        process = null;
    }

    /// <summary>One cache for the platform's builds and for those by hand.</summary>
    public static string PackageCache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
        ? set : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public async Task<JsonNode> Act(string action, JsonObject input)
    {
        using var answer = await Api.PostAsJsonAsync("/api/actions/" + action, new JsonObject { ["input"] = input });
        var body = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(body)! : throw new InvalidOperationException($"{action}: {body}");
    }

    /// <summary>Waits for an operation's end and answers it as the API shows it.</summary>
    public async Task<JsonNode> Finished(string operation)
    {
        using var log = await Api.GetAsync($"/api/operations/{operation}/log?follow=true");
        var shown = JsonNode.Parse(await Api.GetStringAsync("/api/operations/" + operation))!;
        return shown["operation"]!["state"]!.GetValue<string>() == "succeeded" ? shown : throw new InvalidOperationException(shown.ToJsonString());
    }

    /// <summary>The newest operation about a service.</summary>
    public async Task<string> LastOperation(string service) =>
        JsonNode.Parse(await Api.GetStringAsync($"/api/operations?subject=component:default/{service}&limit=1"))!.AsArray()[0]!["id"]!.GetValue<string>();

    /// <summary>Runs git in a folder, with the platform's token for what it asks of the platform.</summary>
    public async Task Git(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardError = true, RedirectStandardOutput = true };
        (string Key, string Value)[] settings =
        [
            ("http.extraHeader", "Authorization: " + Api.DefaultRequestHeaders.Authorization), ("user.name", "Bench"), ("user.email", "bench@example.org"),
        ];
        start.Environment["GIT_CONFIG_COUNT"] = settings.Length.ToString(CultureInfo.InvariantCulture);
        for (var index = 0; index < settings.Length; index++)
            (start.Environment[$"GIT_CONFIG_KEY_{index}"], start.Environment[$"GIT_CONFIG_VALUE_{index}"]) = settings[index];
        using var git = Process.Start(start)!;
        var (output, error) = (git.StandardOutput.ReadToEndAsync(), git.StandardError.ReadToEndAsync());
        await git.WaitForExitAsync();
        if (git.ExitCode != 0) throw new InvalidOperationException($"git {arguments[0]} failed: {await output}{await error}");
    }

    public Task UntilLive(string service) => Until200(async () =>
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{GatewayPort}/");
        request.Headers.Host = service + ".dev.localhost";
        return await http.SendAsync(request);
    }, TimeSpan.FromMilliseconds(50));

    /// <summary>Publishes the server as it is released: compiled ahead of time as far as that goes.</summary>
    public static async Task Publish(string root, string output)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", Path.Combine(root, "src", "Tarmac"), "-c", "Release", "--nologo", "-v", "quiet", "--use-current-runtime", "--self-contained", "false", "-p:PublishReadyToRun=true",
            "--artifacts-path", Path.Combine(root, "artifacts", "bench", "r2r"), "-p:RestorePackagesWithLockFile=false", "-p:RestoreLockedMode=false", "-p:NuGetLockFilePath=" + Path.Combine(output, "no.lock.json"), "-o", output,
        ])
        { RedirectStandardOutput = true };
        using var publish = Process.Start(start)!;
        var said = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0) throw new InvalidOperationException("dotnet publish failed: " + said);
    }

    public static async Task Until200(Func<Task<HttpResponseMessage>> ask, TimeSpan pause)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(3))
        {
            try
            {
                using var response = await ask();
                if (response.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Nobody listens yet.
            }
            await Task.Delay(pause);
        }
        throw new TimeoutException("Nothing answered 200 within three minutes.");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        var runtime = new LocalRuntime(new LocalRuntimeOptions(Path.Combine(Home, "instances"), "unused"), TimeProvider.System);
        foreach (var handle in runtime.List()) await runtime.KillAsync(handle.Id, CancellationToken.None);
        Api.Dispose();
        Directory.Delete(Home, recursive: true);
    }
}
