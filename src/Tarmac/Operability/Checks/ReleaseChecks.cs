using Tarmac.Facts;
using Tarmac.Model.Runbooks;

namespace Tarmac.Operability.Checks;

/// <summary>It can be released, because it is.</summary>
internal static class ReleaseChecks
{
    public static readonly IReadOnlyList<Check> All =
    [
        new("REL-03", "release", "Released lately", "A release went into service within 30, 60, 90 or 180 days (Platinum to Bronze), even without a change.",
            "What has not been released for long cannot be released when it matters: dependencies, keys and people have moved on.",
            "Build it again and release it; or, if it was released by other means, report the fact release.",
            Severities.Of("W/W/I/I"), Released),
    ];

    private static Verdict Released(Examined of)
    {
        var releases = of.Facts.Current(FactKeys.Release, of.Now).Select(fact => (Fact: fact, At: ReadinessFact.TimeOf(fact, "at"))).Where(seen => seen.At is not null).ToList();
        if (releases.Count == 0) return Verdict.Unknown("No release of it has been seen.", FixPlaces.Release(of));
        var (fact, at) = releases.MaxBy(seen => seen.At);
        var days = of.Tier switch { ServiceTier.Platinum => 30, ServiceTier.Gold => 60, ServiceTier.Silver => 90, _ => 180 };
        return of.Now - at <= TimeSpan.FromDays(days)
            ? Verdict.Ok($"Released on {at:yyyy-MM-dd}.", of.From(fact))
            : Verdict.Failing($"Last released on {at:yyyy-MM-dd}, more than {days} days ago.", of.From(fact), FixPlaces.Release(of));
    }
}
