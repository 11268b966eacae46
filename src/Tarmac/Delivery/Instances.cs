using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>Runs instances of releases as local processes and asks them whether they are ready.</summary>
public sealed class Instances(HomeFolder home, LocalRuntime runtime, PortAllocator ports, Artifacts artifacts, TimeProvider clock)
{
    private static readonly string[] PassedOn = ["PATH", "LANG", "TZ", "DOTNET_ROOT", "SSL_CERT_FILE", "SSL_CERT_DIR"];
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    // Requests in flight may take 30 s, as the roads promise; what is over by then may tidy up.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(35);

    private readonly HttpClient probes = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = ProbeLimit };

    /// <summary>One operation makes at most one instance, and its name says so: whoever starts it again finds it.</summary>
    public static string NameOf(string service, string environment, long release, string operation) =>
        $"{service}.{environment}.r{release}.{operation[^12..]}";

    /// <summary>The processes of a service in an environment, also those that have ended and are kept for their logs.</summary>
    public IEnumerable<ProcessHandle> Of(string service, string environment) =>
        runtime.List().Where(handle => IsOf(handle.Id, service, environment));

    /// <summary>Whether an instance is one of a service in an environment, by its name.</summary>
    public static bool IsOf(string instance, string service, string environment) => instance.StartsWith($"{service}.{environment}.r", StringComparison.Ordinal);

    /// <summary>Starts an instance, or finds it when it was started already. Answers its port.</summary>
    public async Task<int> Start(Release release, string id, CancellationToken cancellation)
    {
        if (runtime.Find(id) is { IsAlive: true } running) return running.Spec.Ports[0];
        artifacts.Demand(release);
        try
        {
            // A fresh one: what it held before may be taken by a stranger, and is kept from others while a route leads there.
            var port = ports.Lease(id);
            var handle = await runtime.StartAgainAsync(Spec(release, id, port), cancellation);
            return handle.Spec.Ports[0];
        }
        catch (LocalRuntimeException refused)
        {
            ports.Release(id);
            throw refused.ForPeople();
        }
    }

    /// <summary>Waits until the instance answers its readiness probe.</summary>
    /// <exception cref="Problem">It ended, opened no port, or was not ready in time; the log's last lines are in the operation's log.</exception>
    public async Task UntilReady(OperationRun run, Release release, string id, int port, CancellationToken cancellation)
    {
        var configuration = release.Configuration;
        var limit = TimeSpan.FromSeconds(configuration.StartTimeoutSeconds);
        var began = clock.GetTimestamp();
        var answer = "nothing listens on its port";
        while (clock.GetElapsedTime(began) < limit)
        {
            (var ready, answer) = await Probe(configuration, id, port, cancellation);
            // Looked at after the answer: one that has ended meanwhile is not ready, whatever was said in its name.
            var handle = runtime.Find(id);
            if (handle?.Exit is not null || handle?.Child?.Restarts > 0 || handle is { IsAlive: false })
                throw Explain(run, id, new Problem(422, "instance-exited", "The new instance ended before it was ready.",
                    Describe(handle?.Exit ?? handle?.Child?.LastExit), "Its last lines are in the log: often a file, a module or a variable is missing. Mend it and deploy again; the old release goes on serving."));
            if (ready)
            {
                await run.Condition("Ready", true, "ProbeSucceeded", $"{id} answers on port {port}.");
                return;
            }
            await Task.Delay(ProbeEvery, clock, cancellation);
        }
        await run.Condition("Ready", false, "ProbeFailed", answer);
        throw Explain(run, id, answer.StartsWith("nothing", StringComparison.Ordinal)
            ? new Problem(422, "instance-no-port", $"The new instance opened no port within {limit.TotalSeconds:0} s.", $"It was told PORT={port}, and nothing listens there.", "Listen on the port in the variable PORT. The old release goes on serving.")
            : new Problem(422, "instance-not-ready", $"The new instance was not ready within {limit.TotalSeconds:0} s.", $"Its readiness probe: {answer}.", "Look in the log for what it waits for, or give it longer: tarmac.dev/start-timeout in score.yaml. The old release goes on serving."));
    }

    /// <summary>Asks once whether an instance is ready, and says what it answered.</summary>
    public async Task<(bool Ready, string Answer)> Probe(ReleaseConfiguration configuration, string id, int port, CancellationToken cancellation)
    {
        var (ready, answer) = configuration.Readiness switch
        {
            { Command: { Count: > 0 } command } => await RunProbe(command, id, port, cancellation),
            { Path: { } path } => await Get(path, configuration.Readiness.Headers ?? [], port, cancellation),
            _ => await Connects(port, cancellation) ? (true, "it accepts connections") : (false, "nothing listens on its port"),
        };
        // The port was free when it was leased; whoever took it before the instance could answers in its place.
        return ready && runtime.Find(id)?.ListensOn(port) == false ? (false, $"another process listens on port {port}") : (ready, answer);
    }

    private async Task<(bool Ready, string Answer)> Get(string path, IReadOnlyList<KeyValuePair<string, string>> headers, int port, CancellationToken cancellation)
    {
        // The slash is ours, so that no path can become a part of the address.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/{path.TrimStart('/')}");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await probes.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return (response.IsSuccessStatusCode, $"GET {path} answers {(int)response.StatusCode}");
        }
        catch (HttpRequestException error)
        {
            return (false, error.HttpRequestError == HttpRequestError.ConnectionError ? "nothing listens on its port" : $"GET {path} fails: {error.Message}");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (false, $"GET {path} does not answer within {probes.Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>Ends an instance for good. Its log is kept until it is pruned.</summary>
    public async Task Stop(string id, CancellationToken cancellation)
    {
        if (runtime.Find(id) is { } handle && handle.Exit is null) await runtime.StopAsync(id, null, cancellation);
        ports.Release(id);
    }

    private ProcessSpec Spec(Release release, string id, int port)
    {
        var configuration = release.Configuration;
        var variables = new Dictionary<string, string>();
        foreach (var name in PassedOn)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
        variables["HOME"] = home.Folder("instances", id, "home");
        foreach (var (name, value) in configuration.Variables) variables[name] = value;
        variables["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        // Services that honour it are reached through the gateway only.
        variables["LISTEN_ADDRESS"] = "127.0.0.1";
        return new ProcessSpec
        {
            Id = id,
            Program = configuration.Command[0],
            Arguments = [.. configuration.Command.Skip(1)],
            WorkingDirectory = artifacts.FolderOf(release.Service, release.Digest),
            Environment = variables,
            Purpose = ProcessPurpose.Instance,
            Restart = RestartPolicy.Instance,
            StopGrace = StopGrace,
            Limits = new ResourceLimits { MemoryBytes = configuration.MemoryBytes, CpuMillis = configuration.CpuMillis },
            Ports = [port],
        };
    }

    private Problem Explain(OperationRun run, string id, Problem problem)
    {
        foreach (var line in runtime.ReadLog(id, tail: 40)) run.Log("| " + line.Text);
        return problem;
    }

    private static string? Describe(ExitRecord? exit) => exit switch
    {
        null => null,
        { Reason: ExitReason.MemoryLimit } => "It used more memory than its limit allows.",
        { Signal: { } signal } => $"It was ended by signal {signal}.",
        _ => $"It ended with exit code {exit.Code}." + (exit.Detail is null ? "" : " " + exit.Detail),
    };

    private static async Task<bool> Connects(int port, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A shell starts it as it starts the service: by the instance's own PATH and folder. What it prints goes nowhere.
    private async Task<(bool Ready, string Answer)> RunProbe(IReadOnlyList<string> command, string id, int port, CancellationToken cancellation)
    {
        var spec = runtime.Find(id)!.Spec;
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >/dev/null 2>&1", "probe", .. command]) { WorkingDirectory = spec.WorkingDirectory };
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment) start.Environment[name] = value;
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        using var process = System.Diagnostics.Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(ProbeLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            return (false, $"{command[0]} does not end within {ProbeLimit.TotalSeconds:0} s");
        }
        return process.ExitCode switch
        {
            0 => (true, $"{command[0]} exits with 0"),
            126 => (false, $"{command[0]} cannot be executed"),
            127 => (false, $"{command[0]} is not found"),
            var code => (false, $"{command[0]} exits with {code}"),
        };
    }
}
