using Tarmac.Foundation.Web;
using Tarmac.Model.Runbooks;

namespace Tarmac.Operability;

/// <summary>The result of one check for one component.</summary>
/// <param name="Held">While the evidence is gone: the outcome it last had, which goes on counting.</param>
/// <param name="Since">When it got this outcome.</param>
public sealed record Finding(Check Check, Outcome Outcome, Outcome? Held, string Message, DateTimeOffset Since, Evidence? Evidence = null, Fix? Fix = null)
{
    /// <summary>The outcome that has its credit in the score; null when the check does not count.</summary>
    public Outcome? Counted => Outcome.Counts() ? Outcome : Outcome == Outcome.Unknown ? Held : null;

    public bool IsFailing => Counted is { } counted && counted.IsFailing();
}

/// <summary>How operable one component is, as far as is known, and why.</summary>
/// <param name="Tier">Null when none is declared; it is then judged as Bronze.</param>
/// <param name="Value">0 to 100; null when nothing at all is known.</param>
/// <param name="Coverage">Percent of the checks that apply for which there is evidence now.</param>
/// <param name="N">How many checks count.</param>
/// <param name="AsOf">When it was last judged.</param>
/// <param name="Version">Counts the changes of this component's score.</param>
public sealed record Score(
    string Entity, string Title, string? Owner, ServiceTier? Tier, SystemLifecycle? Lifecycle, double? Value, ScoreBand Band, double Coverage, int N,
    DateTimeOffset AsOf, IReadOnlyList<Finding> Findings, long Version)
{
    /// <summary>The worst failing, the oldest first among equals; null when there is none.</summary>
    public Finding? Worst => Findings.Where(finding => finding.IsFailing).OrderByDescending(finding => finding.Counted).ThenBy(finding => finding.Since).FirstOrDefault();

    public Finding this[string check] => Findings.First(finding => finding.Check.Id == check);
}

/// <summary>The sum behind a score, so that anybody can do it again.</summary>
/// <param name="Text">In words and figures: <c>12 ok × 1 + 2 warning × 0.75 = 13.5 of 14 → 96.4</c>.</param>
public sealed record Arithmetic(string Formula, IReadOnlyList<ArithmeticTerm> Terms, double Earned, double Possible, string Text);

public sealed record ArithmeticTerm(Outcome Outcome, int Count, double Weight, double Credit);

/// <summary>The mean of a team's components in production.</summary>
/// <param name="Mean">Null when none counts.</param>
/// <param name="N">How many components count.</param>
/// <param name="Coverage">Mean coverage of those.</param>
/// <param name="Owned">How many scored components it owns, in whatever stage.</param>
/// <param name="AsOf">When the one of them that was judged longest ago was judged.</param>
public sealed record TeamScore(string Team, double? Mean, int N, double? Coverage, int Owned, DateTimeOffset? AsOf);
