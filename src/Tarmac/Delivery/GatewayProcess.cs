using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Web;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery;

/// <summary>The gateway runs as a process of its own under a shim, so that nothing that happens to the platform interrupts traffic.</summary>
public sealed class GatewayProcess(LocalRuntime runtime, HomeFolder home, PlatformOptions options)
{
    public const string Id = "gateway";

    /// <summary>Where services are reached from outside.</summary>
    public string UrlOf(string host) => $"http://{host}:{options.GatewayListen.Port}/";

    /// <summary>Where a service of another platform is reached.</summary>
    public static string UrlOf(string host, Replica other) => $"http://{host}:{new Uri(other.Gateway).Port}/";

    /// <summary>Makes sure it runs; one that runs already is left alone.</summary>
    public async Task Ensure(CancellationToken cancellation)
    {
        if (runtime.Find(Id) is { IsAlive: true } running)
        {
            // An older program serves as well as this one; another address does not.
            if (running.Spec.Arguments.Contains(options.GatewayListen.ToString())) return;
            await runtime.StopAsync(Id, null, cancellation);
        }
        try
        {
            await runtime.StartAgainAsync(Spec(), cancellation);
        }
        catch (LocalRuntimeException refused)
        {
            throw refused.ForPeople();
        }
    }

    /// <summary>Why it does not take routes, in its own last words.</summary>
    public Problem NotRunning(string? outcome)
    {
        var words = runtime.ReadLog(Id, tail: 20).Where(line => line.Stream != "tarmac").Select(line => line.Text).TakeLast(3);
        return new Problem(503, "gateway-not-running", $"The gateway at {options.GatewayListen} does not take routes.", string.Join(' ', words.Prepend(outcome ?? "")).Trim(),
            "Mend what its last lines say. If its address is taken, stop what listens there, or start the platform with another --gateway-listen. The old release goes on serving.");
    }

    private ProcessSpec Spec()
    {
        var server = ServerCommand.Current;
        var variables = new Dictionary<string, string> { ["HOME"] = home.Path };
        foreach (var name in (string[])["PATH", "LANG", "TZ", "DOTNET_ROOT"])
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
        // A proxy for a few teams needs no heap per core.
        variables["DOTNET_gcServer"] = "0";
        return new ProcessSpec
        {
            Id = Id,
            Program = server.Program,
            Arguments = [.. server.Arguments, "gateway", "--home", home.Path, "--listen", options.GatewayListen.ToString()],
            WorkingDirectory = home.Path,
            Environment = variables,
            Purpose = ProcessPurpose.Gateway,
            Restart = RestartPolicy.Gateway,
            StopGrace = TimeSpan.FromSeconds(12),
        };
    }
}

/// <summary>How the server program is started again in another role.</summary>
public sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments)
{
    public static ServerCommand Current { get; } = Find();

    private static ServerCommand Find()
    {
        var folder = AppContext.BaseDirectory;
        var native = Path.Combine(folder, "Tarmac.Server");
        return File.Exists(native) ? new ServerCommand(native, []) : new ServerCommand("dotnet", [Path.Combine(folder, "Tarmac.Server.dll")]);
    }
}
