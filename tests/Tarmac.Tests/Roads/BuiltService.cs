using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tarmac.Roads;
using Tarmac.Workloads;

namespace Tarmac.Tests.Roads;

/// <summary>A service made from a shipped road in a temporary folder, built, tested and started by what its Score file says.</summary>
internal sealed partial class BuiltService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("service-");
    private readonly Workload _workload;
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];
    private Process? _process;

    public BuiltService(RenderedTree tree)
    {
        tree.WriteTo(_folder.FullName);
        _workload = Workload.Read(tree.Text("score.yaml")).Workload!;
    }

    [GeneratedRegex("""\bport":(?<port>\d+)|http://127\.0\.0\.1:(?<port>\d+)""")]
    private static partial Regex ListeningPort { get; }

    public HttpClient Client { get; } = new();

    public Process Process => _process ?? throw new InvalidOperationException("not started");

    /// <summary>What it wrote to standard output so far.</summary>
    public IReadOnlyList<string> Output
    {
        get { lock (_output) return [.. _output]; }
    }

    public async Task<string> BuildAsync() => await ShellAsync(_workload.Hints.Build!);

    public async Task<string> TestAsync() => await ShellAsync(_workload.Hints.Test!);

    /// <summary>Starts it on a free port and waits until it says which.</summary>
    public async Task StartAsync()
    {
        var command = Assert.Single(_workload.Containers).Value.Command;
        var start = Scrubbed(new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = Path.Combine(_folder.FullName, _workload.Hints.Output!) });
        start.Environment["PORT"] = "0";
        start.Environment["LISTEN_ADDRESS"] = "127.0.0.1";
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.Exited += (_, _) => _port.TrySetException(new InvalidOperationException("It exited: " + string.Join('\n', Output)));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var port = await _port.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
    }

    public async Task<JsonElement> JsonAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);

    /// <summary>A request whose body is on its way: the service has begun to read it, and gets the rest when the test says so.</summary>
    public async Task<(TcpClient Connection, Func<Task<string>> Finish)> BeginSlowRequestAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        const string body = """{"name":"Ada"}""";
        var connection = new TcpClient();
        await connection.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, cancellation);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /greetings HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n"), cancellation);
        var buffer = new byte[4096];
        // The service asks for the body: from here on the request is in flight.
        var asked = Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, cancellation));
        Assert.StartsWith("HTTP/1.1 100", asked, StringComparison.Ordinal);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(body[..5]), cancellation);
        return (connection, async () =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(body[5..]), cancellation);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellation);
        }
        );
    }

    public async Task<bool> AcceptsConnectionsAsync()
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Asks the process to stop as every platform does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_process is not null)
        {
            if (!_process.HasExited) _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    private async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(Scrubbed(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = _folder.FullName }))!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        try
        {
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch
        {
            shell.Kill(entireProcessTree: true);
            throw;
        }
        Assert.True(shell.ExitCode == 0, $"{command} failed with {shell.ExitCode}:\n{await output}\n{await errors}");
        return await output;
    }

    private static ProcessStartInfo Scrubbed(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        // What the SDK that runs these tests tells its own children is none of a service's business.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal)
            || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("OTEL_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        // No build server may outlive the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        return start;
    }

    private void Heard(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Add(line);
        if (ListeningPort.Match(line) is { Success: true } match) _port.TrySetResult(int.Parse(match.Groups["port"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
    }
}
