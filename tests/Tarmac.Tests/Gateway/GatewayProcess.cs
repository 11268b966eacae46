using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Tarmac.Gateway;

namespace Tarmac.Tests.Gateway;

/// <summary>The real gateway program on a home of its own, with the platform's client for it.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gw");
    private readonly List<Process> _started = [];

    private GatewayProcess() => Routes = new GatewayRoutes(Home, "http://127.0.0.1:7080", TimeProvider.System);

    public string Home => _home.FullName;
    public string RoutesFile => Path.Combine(Home, "gateway", "routes.json");
    public string SocketFile => Path.Combine(Home, "gateway", "gateway.sock");
    public GatewayRoutes Routes { get; }
    public int Port { get; private set; }
    public Process Process => _started[^1];

    public static async Task<GatewayProcess> StartAsync(Action<GatewayProcess>? before = null)
    {
        var gateway = new GatewayProcess();
        try
        {
            before?.Invoke(gateway);
            await gateway.StartAgainAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync(); // nobody else will
            throw;
        }
    }

    /// <summary>Starts it on the port it had (or any, the first time); returns once it listens.</summary>
    public async Task StartAgainAsync()
    {
        var process = Launch("--home", Home, "--listen", $"127.0.0.1:{Port}");
        _started.Add(process);
        var listening = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new StringBuilder();
        process.OutputDataReceived += (_, e) =>
        {
            said.AppendLine(e.Data);
            if (e.Data?.StartsWith("gateway listening on ", StringComparison.Ordinal) == true)
                listening.TrySetResult(int.Parse(e.Data[(e.Data.LastIndexOf(':') + 1)..]));
            if (e.Data is null) listening.TrySetException(new InvalidOperationException($"The gateway left: {said}"));
        };
        process.ErrorDataReceived += (_, e) => said.AppendLine(e.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        Port = await listening.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    public static Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Tarmac.Server.dll"), "gateway", .. arguments])
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public async Task KillAsync()
    {
        Process.Kill(); // SIGKILL
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Terminate() => Assert.Equal(0, Kill(Process.Id, SigTerm));

    /// <summary>A client that reaches every host name at this gateway, as a browser does for names under .localhost.</summary>
    public HttpClient Client(int connections = 64) => new(Handler(connections)) { Timeout = TimeSpan.FromSeconds(30) };

    public SocketsHttpHandler Handler(int connections = 64) => new()
    {
        UseProxy = false,
        ActivityHeadersPropagator = null,
        MaxConnectionsPerServer = connections,
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public static GatewayRoute Route(string service, params (string Id, int Port)[] destinations) => new(
        $"{service}.dev.localhost", service, "dev",
        [.. destinations.Select(d => new GatewayDestination(d.Id, $"http://127.0.0.1:{d.Port}"))]);

    public async Task ServeAsync(params GatewayRoute[] routes)
    {
        var applied = await Routes.ApplyAsync(routes, TestContext.Current.CancellationToken);
        Assert.Equal((GatewayApplyOutcome.Applied, null), (applied.Outcome, applied.Detail));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Routes.Dispose();
        _home.Delete(recursive: true);
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}
