using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Web;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Delivery.Builds;

/// <summary>
/// Runs one build command under the process shim: a platform that dies in the middle finds it again by its name and reads
/// the rest of its log and its exit. The environment is scrubbed and the home is the build's own.
/// </summary>
public sealed class BuildRunner(HomeFolder home, LocalRuntime runtime, ILogger<BuildRunner> logger)
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(10);
    private const long DiskLimit = 2L << 30;
    private const long MemoryLimit = 4L << 30;

    // Threads count where a control group keeps the limit.
    private const int ProcessLimit = 4096;

    private static readonly string[] PassedOn = ["PATH", "LANG", "TZ", "DOTNET_ROOT", "NUGET_PACKAGES", "NUGET_HTTP_CACHE_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

    // Builds want whole cores; what waits for one holds up nobody's rollback or stop.
    private readonly SemaphoreSlim slots = new(Math.Max(2, System.Environment.ProcessorCount));

    public string FolderOf(string operation) => home.In("builds", operation);

    /// <summary>Runs a command in the checkout, its output going to the operation's log.</summary>
    /// <exception cref="Problem">It did not exit with 0, or ran into a limit.</exception>
    public async Task Run(OperationRun run, string step, string command, CancellationToken cancellation)
    {
        if (!slots.Wait(0, cancellation))
        {
            run.Log("Waiting: as many builds run as this machine has cores for.");
            await slots.WaitAsync(cancellation);
        }
        try
        {
            await RunNow(run, step, command, cancellation);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task RunNow(OperationRun run, string step, string command, CancellationToken cancellation)
    {
        var id = $"{run.Operation.Id}-{step}";
        run.Log(run.Operation.Attempts > 1 ? $"$ {command} (the platform was restarted meanwhile: its whole log again)" : "$ " + command);
        var handle = await Start(Spec(id, run.Operation.Id, command), cancellation);
        try
        {
            await foreach (var line in runtime.FollowLog(handle.Id, 0, cancellation)) run.Log(line.Text);
        }
        catch (OperationCanceledException) when (run.CancelAsked)
        {
            await runtime.KillAsync(id, CancellationToken.None);
            throw;
        }
        var exit = await runtime.WaitForExitAsync(id, cancellation);
        if (exit.Reason == ExitReason.ShimLost)
            throw new InvalidOperationException("The build's supervising process was killed.");
        if (!exit.Succeeded) throw Failed(step, command, exit);
    }

    private async Task<ProcessHandle> Start(ProcessSpec spec, CancellationToken cancellation)
    {
        try
        {
            return await runtime.StartAsync(spec, cancellation);
        }
        catch (LocalRuntimeException refused)
        {
            throw refused.ForPeople();
        }
    }

    /// <summary>Ends and forgets whatever a build left: processes, records, checkout.</summary>
    public async Task Remove(string operation, CancellationToken cancellation)
    {
        foreach (var step in (string[])["build", "test"])
        {
            var id = $"{operation}-{step}";
            if (runtime.Find(id) is null) continue;
            await runtime.KillAsync(id, cancellation);
            await runtime.RemoveAsync(id, cancellation);
        }
        try
        {
            HomeFolder.Delete(FolderOf(operation));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nobody's deploy fails by what it left; the reconciler comes back for it.
            logger.LogWarning(error, "What the build of {Operation} left could not be deleted", operation);
        }
    }

    /// <summary>The operations that have left something of a build.</summary>
    public IReadOnlyCollection<string> Left() =>
    [
        .. Directory.GetDirectories(home.Folder("builds")).Select(folder => Path.GetFileName(folder))
            .Union(runtime.List().Where(handle => handle.Spec.Purpose == ProcessPurpose.Build).Select(handle => handle.Id[..handle.Id.LastIndexOf('-')])),
    ];

    private ProcessSpec Spec(string id, string operation, string command)
    {
        var folder = FolderOf(operation);
        Surroundings.Close(folder);
        return new ProcessSpec
        {
            Id = id,
            Program = "/bin/sh",
            Arguments = ["-ec", command],
            WorkingDirectory = Path.Combine(folder, "source"),
            Environment = Environment(folder),
            Purpose = ProcessPurpose.Build,
            Restart = RestartPolicy.Never,
            StopGrace = TimeSpan.FromSeconds(2),
            TimeLimit = TimeLimit,
            Limits = new ResourceLimits { MemoryBytes = MemoryLimit, Processes = ProcessLimit, DiskFolder = folder, DiskBytes = DiskLimit },
        };
    }

    private Dictionary<string, string> Environment(string folder)
    {
        var variables = new Dictionary<string, string>();
        foreach (var name in PassedOn)
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
        variables["HOME"] = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        variables["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        variables["GIT_CEILING_DIRECTORIES"] = folder;
        variables["CI"] = "true";
        variables["DOTNET_CLI_HOME"] = variables["HOME"];
        variables["DOTNET_NOLOGO"] = "1";
        variables["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        variables["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        // Build servers outlive the build that started them, and would be shared between teams.
        variables["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        variables["MSBUILDDISABLENODEREUSE"] = "1";
        variables["UseSharedCompilation"] = "false";
        variables.TryAdd("NUGET_PACKAGES", home.Folder("cache", "nuget"));
        // Beside the packages, what the registry said of them: a new home would ask for it again at every build.
        variables.TryAdd("NUGET_HTTP_CACHE_PATH", home.Folder("cache", "nuget-http"));
        variables["npm_config_cache"] = home.Folder("cache", "npm");
        variables["npm_config_update_notifier"] = "false";
        return variables;
    }

    private static Problem Failed(string step, string command, ExitRecord exit) => exit.Reason switch
    {
        ExitReason.TimeLimit => new Problem(422, "build-time-limit", $"The {step} took longer than {TimeLimit.TotalMinutes:0} minutes and was stopped.", $"It was running: {command}", "Look in the log for what it was waiting for. The old release goes on serving."),
        ExitReason.DiskLimit => new Problem(422, "build-disk-limit", $"The {step} wrote more than {DiskLimit >> 30} GB and was stopped.", null, "Look in the log for what wrote it. The old release goes on serving."),
        ExitReason.MemoryLimit => new Problem(422, "build-memory-limit", $"The {step} used more than {MemoryLimit >> 30} GB of memory and was stopped.", $"It was running: {command}", "Let it do less at once, for example with fewer parallel jobs. The old release goes on serving."),
        ExitReason.ProcessLimit => new Problem(422, "build-process-limit", $"The {step} had more than {ProcessLimit} processes at once and was stopped.", $"It was running: {command}", "Look for what starts processes without waiting for them. The old release goes on serving."),
        _ => new Problem(422, step == "test" ? "test-failed" : "build-failed", $"The {step} failed.", $"{command} ended with {(exit.Signal is { } signal ? "signal " + signal : "exit code " + exit.Code)}{(exit.Detail is null ? "" : ": " + exit.Detail)}.", "The log above says why. The old release goes on serving."),
    };
}
