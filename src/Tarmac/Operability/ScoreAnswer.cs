using Tarmac.Foundation.Web;

namespace Tarmac.Operability;

/// <summary>Scores, the lowest first, of <paramref name="Total"/>.</summary>
/// <param name="Team">The mean of one owner's components in production, when an owner was asked for.</param>
/// <param name="AsOf">When the oldest of them was judged; null when there is none.</param>
public sealed record ScoreList(IReadOnlyList<ScoreSummary> Items, int Total, TeamScore? Team, DateTimeOffset? AsOf);

/// <summary>A score in a list.</summary>
/// <param name="Tier">Null when none is declared.</param>
/// <param name="JudgedAs">The tier it is judged by.</param>
public sealed record ScoreSummary(
    string Entity, string Title, string? Owner, string? Tier, string JudgedAs, string? Lifecycle, double? Score, ScoreBand Band, double Coverage, int N, DateTimeOffset AsOf,
    int Failing, WorstAnswer? Worst)
{
    public static ScoreSummary Of(Score score) => new(
        score.Entity, score.Title, score.Owner, ScoreAnswer.Word(score.Tier?.ToString()), ScoreAnswer.Word((score.Tier ?? Model.Runbooks.ServiceTier.Bronze).ToString())!,
        ScoreAnswer.Word(score.Lifecycle?.ToString()), ScoreAnswer.Rounded(score.Value), score.Band, ScoreAnswer.Rounded(score.Coverage)!.Value, score.N, score.AsOf,
        score.Findings.Count(finding => finding.IsFailing), score.Worst is { } worst ? new(worst.Check.Id, worst.Check.Title, worst.Counted!.Value, worst.Message) : null);
}

public sealed record WorstAnswer(string Check, string Title, Outcome Outcome, string Message);

/// <summary>A finding with everything one needs to understand and mend it.</summary>
/// <param name="Held">The outcome that goes on counting while there is no evidence.</param>
public sealed record FindingAnswer(
    string Check, string Aspect, string Title, Outcome Outcome, Outcome? Held, string Message, string What, string Why, string Remedy, Fix? Fix, Evidence? Evidence, DateTimeOffset Since)
{
    public static FindingAnswer Of(Finding finding) => new(
        finding.Check.Id, finding.Check.Aspect, finding.Check.Title, finding.Outcome, finding.Held, finding.Message, finding.Check.What, finding.Check.Why, finding.Check.Remedy,
        finding.Fix, finding.Evidence, finding.Since);
}

/// <summary>A score with its sum, its findings and its past.</summary>
public sealed record ScoreAnswer(
    string Entity, string Title, string? Owner, string? Tier, string JudgedAs, string? Lifecycle, double? Score, ScoreBand Band, double Coverage, int N, DateTimeOffset AsOf,
    Arithmetic Arithmetic, IReadOnlyList<FindingAnswer> Findings, IReadOnlyList<ScoreChange> History)
{
    public static ScoreAnswer Of(Score score, IReadOnlyList<ScoreChange> history)
    {
        var summary = ScoreSummary.Of(score);
        return new(
            summary.Entity, summary.Title, summary.Owner, summary.Tier, summary.JudgedAs, summary.Lifecycle, summary.Score, summary.Band, summary.Coverage, summary.N, summary.AsOf,
            ScoreRules.Arithmetic(score.Findings), [.. score.Findings.Select(FindingAnswer.Of)], [.. history.Select(change => change with { Score = Rounded(change.Score), Coverage = Rounded(change.Coverage)!.Value })]);
    }

    /// <summary>To the tenth that is shown.</summary>
    public static double? Rounded(double? value) => value is { } known ? Math.Round(known, 1, MidpointRounding.AwayFromZero) : null;

    /// <summary>An enum's name as JSON has it.</summary>
    public static string? Word(string? name) => name is { Length: > 0 } ? char.ToLowerInvariant(name[0]) + name[1..] : null;
}

/// <summary>A check as the API shows it; the severities are those of Platinum, Gold, Silver and Bronze.</summary>
public sealed record CheckAnswer(string Id, string Aspect, string Title, string What, string Why, string Remedy, double Weight, Severities Severity)
{
    public static CheckAnswer Of(Check check) => new(check.Id, check.Aspect, check.Title, check.What, check.Why, check.Remedy, check.Weight, check.Severity);
}
