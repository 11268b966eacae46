using Tarmac.Model.Runbooks;

namespace Tarmac.Operability;

/// <summary>What a check found, from good to bad, and the two states that are neither.</summary>
public enum Outcome
{
    Ok,
    Info,
    Warning,
    Error,
    Critical,

    /// <summary>The check has nothing to say about this component; it does not count.</summary>
    NotApplicable,

    /// <summary>There is no evidence yet, or not any more. Never a failing.</summary>
    Unknown,
}

public static class Outcomes
{
    /// <summary>Info is advice, not a failing.</summary>
    public static bool IsFailing(this Outcome outcome) => outcome is Outcome.Warning or Outcome.Error or Outcome.Critical;

    /// <summary>Whether it has a credit.</summary>
    public static bool Counts(this Outcome outcome) => outcome <= Outcome.Critical;

    /// <summary>What an outcome is worth in the score.</summary>
    public static double Credit(this Outcome outcome) => outcome switch
    {
        Outcome.Ok or Outcome.Info => 1,
        Outcome.Warning => 0.75,
        Outcome.Error => 0.5,
        Outcome.Critical => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "It does not count."),
    };
}

/// <summary>How bad a failing is at each tier: the more is promised, the worse.</summary>
public sealed record Severities(Outcome Platinum, Outcome Gold, Outcome Silver, Outcome Bronze)
{
    /// <summary>Reads the short form: a letter a tier (Critical, Error, Warning, Info, or - for not applicable), Platinum first.</summary>
    public static Severities Of(string letters) => letters is [var platinum, '/', var gold, '/', var silver, '/', var bronze]
        ? new(Of(platinum), Of(gold), Of(silver), Of(bronze))
        : throw new ArgumentException($"{letters} is not like C/E/W/I.", nameof(letters));

    public Outcome At(ServiceTier tier) => tier switch
    {
        ServiceTier.Platinum => Platinum,
        ServiceTier.Gold => Gold,
        ServiceTier.Silver => Silver,
        ServiceTier.Bronze => Bronze,
        // Nobody promised anything: it is told, and costs nothing.
        _ => Outcome.Info,
    };

    private static Outcome Of(char letter) => letter switch
    {
        'C' => Outcome.Critical,
        'E' => Outcome.Error,
        'W' => Outcome.Warning,
        'I' => Outcome.Info,
        '-' => Outcome.NotApplicable,
        _ => throw new ArgumentException($"{letter} is no severity.", nameof(letter)),
    };
}

/// <summary>From whom a finding's evidence is, and since when.</summary>
/// <param name="Stale">Whoever collects it is late; the finding is the last there was.</param>
public sealed record Evidence(string Source, DateTimeOffset? ObservedAt, bool Stale = false);

/// <summary>Where a failing is mended.</summary>
/// <param name="Href">The page where one can.</param>
/// <param name="File">The file in the repository, as its author knows it.</param>
/// <param name="Field">The field of a descriptor or the heading of a runbook.</param>
/// <param name="Action">The action that does it, when one does.</param>
public sealed record Fix(string Label, string Href, string? File = null, int? Line = null, string? Field = null, string? Action = null);

/// <summary>What a check says of one component, before the tier decides how bad that is.</summary>
/// <param name="Holds">Whether what should be true is; null when there is no evidence.</param>
public sealed record Verdict(bool? Holds, string Message, Evidence? Evidence = null, Fix? Fix = null)
{
    public bool Applies { get; private init; } = true;

    public static Verdict Ok(string message, Evidence? evidence = null) => new(true, message, evidence);

    public static Verdict Failing(string message, Evidence? evidence = null, Fix? fix = null) => new(false, message, evidence, fix);

    public static Verdict Unknown(string message, Fix? fix = null) => new(null, message, null, fix);

    public static Verdict NotApplicable(string message) => new(null, message) { Applies = false };
}
