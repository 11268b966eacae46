using System.Globalization;
using Tarmac.Foundation.Web;

namespace Tarmac.Operability;

/// <summary>Judges and adds up. Pure.</summary>
public static class ScoreRules
{
    public const string Formula = "Σ(weight × credit) / Σ(weight) over the checks that count";
    private const double AtRiskBelow = 50;
    private const double GoodFrom = 80;
    private const double ReadyFrom = 90;
    private const double LeastCoverageForReady = 80;

    /// <summary>Judges a component by every check.</summary>
    /// <param name="before">Its score so far: a check whose evidence has gone keeps the credit it had.</param>
    public static Score Judge(Examined examined, IReadOnlyList<Finding> before, IReadOnlyList<Check>? checks = null, long version = 0)
    {
        ArgumentNullException.ThrowIfNull(examined);
        ArgumentNullException.ThrowIfNull(before);
        var known = before.ToDictionary(finding => finding.Check.Id);
        var findings = (checks ?? CheckList.All).Select(check => Find(check, examined, known.GetValueOrDefault(check.Id))).ToList();
        var value = Value(findings);
        var coverage = Coverage(findings);
        return new Score(
            examined.Entry.Ref, examined.Entry.Title, examined.Entry.Owner, examined.DeclaredTier, examined.Lifecycle,
            value, Band(value, coverage, findings), coverage, findings.Count(finding => finding.Counted is not null), examined.Now, findings, version);
    }

    /// <summary>The percentage; null when nothing counts.</summary>
    public static double? Value(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var (earned, possible) = (0d, 0d);
        foreach (var finding in findings)
        {
            if (finding.Counted is not { } counted) continue;
            earned += finding.Check.Weight * counted.Credit();
            possible += finding.Check.Weight;
        }
        return possible > 0 ? 100 * earned / possible : null;
    }

    /// <summary>How much of what applies is known now.</summary>
    public static double Coverage(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var applicable = findings.Count(finding => finding.Outcome != Outcome.NotApplicable);
        return applicable == 0 ? 0 : 100.0 * findings.Count(finding => finding.Outcome.Counts()) / applicable;
    }

    /// <summary>A critical failing caps the band, whatever the percentage; "ready" also needs evidence.</summary>
    public static ScoreBand Band(double? value, double coverage, IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        if (value is not { } percent) return ScoreBand.Unknown;
        if (percent < AtRiskBelow || findings.Any(finding => finding.Counted == Outcome.Critical)) return ScoreBand.AtRisk;
        if (percent < GoodFrom) return ScoreBand.NeedsWork;
        return percent >= ReadyFrom && coverage >= LeastCoverageForReady ? ScoreBand.Ready : ScoreBand.Good;
    }

    public static Arithmetic Arithmetic(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var terms = findings.Where(finding => finding.Counted is not null).GroupBy(finding => (Outcome: finding.Counted!.Value, finding.Check.Weight)).OrderBy(same => same.Key.Outcome)
            .Select(same => new ArithmeticTerm(same.Key.Outcome, same.Count(), same.Key.Weight, same.Key.Outcome.Credit())).ToList();
        var earned = terms.Sum(term => term.Count * term.Weight * term.Credit);
        var possible = terms.Sum(term => term.Count * term.Weight);
        var sum = string.Join(" + ", terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Count} {term.Outcome.ToString().ToLowerInvariant()} × {term.Weight * term.Credit:0.##}")));
        var text = possible == 0 ? "Nothing counts yet." : string.Create(CultureInfo.InvariantCulture, $"{sum} = {earned:0.##} of {possible:0.##} → {100 * earned / possible:0.0}");
        return new Arithmetic(Formula, terms, earned, possible, text);
    }

    // A fault in a check of ours costs nobody anything, hides no other finding, and is there for everybody to see.
    private static Verdict Judge(Check check, Examined examined)
    {
        try
        {
            return check.Judge(examined);
        }
        catch (Exception fault)
        {
            return Verdict.Unknown($"The check could not be made: {fault.Message}");
        }
    }

    private static Finding Find(Check check, Examined examined, Finding? before)
    {
        var verdict = Judge(check, examined);
        var outcome = !verdict.Applies ? Outcome.NotApplicable : verdict.Holds switch
        {
            true => Outcome.Ok,
            false => check.Severity.At(examined.Tier),
            null => Outcome.Unknown,
        };
        // Losing evidence neither raises nor lowers a score; it lowers the coverage.
        var held = outcome == Outcome.Unknown ? before?.Counted : null;
        var message = held is { } last ? $"{verdict.Message} When last seen it was {last.ToString().ToLowerInvariant()}, which goes on counting." : verdict.Message;
        return new Finding(check, outcome, held, message, before?.Outcome == outcome ? before.Since : examined.Now, verdict.Evidence, outcome == Outcome.Ok ? null : verdict.Fix);
    }
}
