using Tarmac.Facts;

namespace Tarmac.Operability.Checks;

/// <summary>It can be seen from outside whether it serves, and what is wrong when it does not.</summary>
internal static class HealthChecks
{
    public static readonly IReadOnlyList<Check> All =
    [
        new("HLT-01", "healthchecks", "Ready, and seen to be", "Its readiness was seen OK within the last 10 minutes.",
            "Routing and alarms depend on a readiness that tells whether it can really serve.",
            "Mend what keeps it from being ready. If nobody can see it, name its address in tarmac.dev/health-url, or report the fact readiness from what watches it.",
            Severities.Of("C/E/E/W"), Readiness),
        new("HLT-02", "healthchecks", "The health report helps", "It offers a health report whose checks have unique ids, severities from 1 to 3, a business impact, a summary and a panic guide.",
            "Whoever is called at night acts on what the report says.",
            "Offer /__health by the FT health check standard, and fill the fields that are named.",
            Severities.Of("E/W/W/I"), Report),
    ];

    private static Verdict Readiness(Examined of)
    {
        if (!of.Serves) return Verdict.NotApplicable($"A {of.Entry.Entity.Type} does not serve.");
        var facts = of.Facts.Current(FactKeys.Readiness, of.Now).Where(fact => ReadinessFact.Ready(fact) is not null).ToList();
        if (facts.Count == 0)
        {
            var refused = of.Facts.Current(FactKeys.Probe, of.Now).FirstOrDefault()?.Value["refused"]?.ToString();
            return Verdict.Unknown(refused ?? "Nobody has seen its readiness lately.", FixPlaces.Descriptor(of.Entry, "metadata.annotations." + Probing.AddressAnnotation));
        }
        // One who saw it ready is enough: another view can only add to what is known.
        var (best, last) = facts.Select(fact => (Fact: fact, Last: ReadinessFact.LastReady(fact))).MaxBy(seen => seen.Last ?? DateTimeOffset.MinValue);
        if (of.Now - last <= HealthProbe.Life)
            return Verdict.Ok(ReadinessFact.Ready(best) == true ? "It is ready." : $"It was ready at {last:HH:mm} UTC and is not now.", of.From(best));
        if (ReadinessFact.Ready(best) == true) return Verdict.Unknown("Its readiness was seen too long ago to say anything.");
        var answer = best.Value["answer"]?.ToString() ?? "it says that it is not ready";
        return Verdict.Failing($"It is not ready: {answer}.", of.From(best), FixPlaces.Do(of, "See its log, and restart it or roll it back"));
    }

    private static Verdict Report(Examined of)
    {
        if (!of.Serves) return Verdict.NotApplicable($"A {of.Entry.Entity.Type} does not serve.");
        var reports = new List<(Fact Fact, HealthFact Report)>();
        foreach (var seen in of.Facts.Current(FactKeys.Health, of.Now))
            if (HealthFact.Of(seen) is { } known) reports.Add((seen, known));
        if (reports.Count == 0) return Verdict.Unknown("Nobody could ask for its health report lately.", FixPlaces.Descriptor(of.Entry, "metadata.annotations." + Probing.AddressAnnotation));
        // Any report is better than none, and the one with the fewest defects is the best there is.
        var (fact, report) = reports.MinBy(seen => seen.Report.Offered ? seen.Report.Defects.Count : int.MaxValue);
        if (!report.Offered) return Verdict.Failing("It offers no health report.", of.From(fact), FixPlaces.Do(of, "Offer /__health in its code"));
        return report.Defects.Count == 0
            ? Verdict.Ok($"Its report lists {report.Checks} {(report.Checks == 1 ? "check" : "checks")}, all in order.", of.From(fact))
            : Verdict.Failing(string.Join(" ", report.Defects), of.From(fact), FixPlaces.Do(of, "Fill the named fields of its health report"));
    }
}
