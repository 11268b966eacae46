using System.Text.Json.Serialization;

namespace Tarmac.Model.Runtimes;

/// <summary>What a supervised process is for; it decides defaults, never rights.</summary>
public enum ProcessPurpose
{
    [JsonStringEnumMemberName("instance")] Instance,
    [JsonStringEnumMemberName("build")] Build,
    [JsonStringEnumMemberName("gateway")] Gateway,

    /// <summary>The platform itself. What it starts for others outlives it.</summary>
    [JsonStringEnumMemberName("platform")] Platform,
}

/// <summary>Everything a shim needs to run one process: the content of <c>spec.json</c>.</summary>
public sealed record ProcessSpec
{
    /// <summary>Name of the process folder: letters, digits, dots, dashes and underscores.</summary>
    public required string Id { get; set; }

    /// <summary>A path, or a name looked up in the PATH of <see cref="Environment"/>.</summary>
    public required string Program { get; set; }

    public IReadOnlyList<string> Arguments { get; set; } = [];

    public required string WorkingDirectory { get; set; }

    /// <summary>The whole environment: nothing is inherited. The shim adds only <see cref="ProcessFolder.Marker"/>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    public ProcessPurpose Purpose { get; set; }

    public RestartPolicy Restart { get; set; } = RestartPolicy.Never;

    /// <summary>How long the process may take to leave after SIGTERM before everything it started is killed.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest run of one start, on the monotonic clock.</summary>
    public TimeSpan? TimeLimit { get; set; }

    public LogLimits Log { get; set; } = LogLimits.Default;

    public ResourceLimits Limits { get; set; } = new();

    /// <summary>Ports leased for this process, kept here so that leases can be rebuilt from the folders alone.</summary>
    public IReadOnlyList<int> Ports { get; set; } = [];

    /// <summary>Set by the runtime at each launch; records carrying another value are from an earlier launch.</summary>
    public string? Launch { get; set; }
}

/// <summary>How much of the output is kept: always the newest, where the reason of a failure is.</summary>
/// <param name="FileBytes">Size of one log file; beyond it a new one is started and the oldest deleted.</param>
/// <param name="Files">Full files kept beside the current one; at least 1.</param>
public sealed record LogLimits(long FileBytes, int Files = 4)
{
    /// <summary>5 files of 10 MB.</summary>
    public static LogLimits Default { get; } = new(10_000_000);
}

/// <summary>Limits on the process and everything it starts; null is unlimited.</summary>
public sealed record ResourceLimits
{
    public long? MemoryBytes { get; set; }

    /// <summary>1000 is one core. Kept by cgroup v2 only.</summary>
    public int? CpuMillis { get; set; }

    /// <summary>Processes alive at once.</summary>
    public int? Processes { get; set; }

    /// <summary>Open files of each process.</summary>
    public int? OpenFiles { get; set; }

    /// <summary>A folder whose size is watched.</summary>
    public string? DiskFolder { get; set; }

    public long? DiskBytes { get; set; }
}
