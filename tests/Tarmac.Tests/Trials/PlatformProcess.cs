using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tarmac.Tests.Trials;

/// <summary>The platform as a process of its own, so that it can be killed.</summary>
public sealed class PlatformProcess(string home, string roads, string organisation, int port, int gatewayPort, string? database = null, string? catalog = null) : IAsyncDisposable
{
    private Process? process;

    public string Url { get; } = "http://127.0.0.1:" + port;

    public int GatewayPort { get; } = gatewayPort;

    public string Token => File.ReadAllText(Path.Combine(home, "token")).Trim();

    public int Id => process!.Id;

    public bool HasExited => process is null or { HasExited: true };

    /// <summary>Starts it and waits until it is ready. It kills itself where <paramref name="killAt"/> says.</summary>
    public async Task Start(string? killAt)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Tarmac.Server"),
        [
            "platform", "--home", home, "--listen", "127.0.0.1:" + port, "--gateway-listen", "127.0.0.1:" + GatewayPort, "--roads", roads,
            "--program", Environment.GetEnvironmentVariable("TARMAC_TEST_SHIM") ?? Path.Combine(AppContext.BaseDirectory, "tarmac"),
            "--organisation", organisation, "--owner", "user:default/operator", .. catalog is null ? (string[])[] : ["--catalog", catalog],
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        if (database is not null) start.Environment["TARMAC_DATABASE"] = database;
        if (killAt is not null) start.Environment["TARMAC_KILL_AT"] = killAt;
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Say(line.Data);
        process.ErrorDataReceived += (_, line) => Say(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient();
        var began = Stopwatch.StartNew();
        while (began.Elapsed < TimeSpan.FromSeconds(60))
        {
            // It may reach its point while it resumes what it was doing.
            if (process.HasExited) return;
            try
            {
                if ((await http.GetAsync(Url + "/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It is not listening yet.
            }
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException("The platform was not ready within a minute.");
    }

    public Task Exited() => process!.WaitForExitAsync(TestContext.Current.CancellationToken);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>SIGKILL to the platform; what it started lives on.</summary>
    public async Task Kill()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        await TestPlatform.StopProcesses(home);
    }

    private static void Say(string? line)
    {
        if (line is { Length: > 0 }) TestContext.Current.TestOutputHelper?.WriteLine(line);
    }
}
