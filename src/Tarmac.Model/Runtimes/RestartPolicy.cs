using System.Text.Json.Serialization;

namespace Tarmac.Model.Runtimes;

/// <summary>When a process that left by itself is started again.</summary>
public enum RestartMode
{
    [JsonStringEnumMemberName("never")] Never,
    [JsonStringEnumMemberName("on-failure")] OnFailure,
    [JsonStringEnumMemberName("always")] Always,
}

/// <param name="Mode">Which exits are followed by a start.</param>
/// <param name="Immediate">Failures in a row that are followed by an immediate start.</param>
/// <param name="FirstDelay">Wait after the first failure beyond those; it doubles with each further one.</param>
/// <param name="LongestDelay">Where doubling ends.</param>
/// <param name="GiveUpAfter">Failures in a row after which the process is left dead; null is never.</param>
/// <param name="StableAfter">A run at least this long ends the row.</param>
public sealed record RestartPolicy(
    RestartMode Mode,
    int Immediate,
    TimeSpan FirstDelay,
    TimeSpan LongestDelay,
    int? GiveUpAfter,
    TimeSpan StableAfter)
{
    public static RestartPolicy Never { get; } = new(RestartMode.Never, 0, TimeSpan.Zero, TimeSpan.Zero, null, TimeSpan.Zero);

    /// <summary>An instance of a service is there to serve: whatever ended it, three starts at once, then after 30 s doubling
    /// to 16 min, given up after 200.</summary>
    public static RestartPolicy Instance { get; } = new(
        RestartMode.Always, 3, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(16), 200, TimeSpan.FromMinutes(5));

    /// <summary>The gateway carries everybody's traffic: it comes back at once, and for ever.</summary>
    public static RestartPolicy Gateway { get; } = new(
        RestartMode.Always, 5, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5), null, TimeSpan.FromSeconds(30));

    /// <summary>Whether a run that ended like this is followed by another at all.</summary>
    public bool Restarts(bool failed) => Mode is RestartMode.Always || (Mode is RestartMode.OnFailure && failed);

    /// <summary>The wait before the next start after <paramref name="failures"/> failures in a row (1 is the first), or null to give up.</summary>
    public TimeSpan? DelayAfter(int failures)
    {
        if (failures > GiveUpAfter)
            return null;
        if (failures <= Immediate)
            return TimeSpan.Zero;
        // 2^40 milliseconds are 34 years: enough before the cap, and no overflow.
        var delay = FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - Immediate - 1, 40));
        return TimeSpan.FromMilliseconds(Math.Min(delay, LongestDelay.TotalMilliseconds));
    }
}
