using Tarmac.Foundation.Web;

namespace Tarmac.Operability;

/// <summary>Outcomes as people see them.</summary>
public static class OutcomeWords
{
    public static (Status Status, string Word) Of(Outcome outcome) => outcome switch
    {
        Outcome.Ok => (Status.Ok, "OK"),
        Outcome.Info => (Status.Waiting, "Advice"),
        Outcome.Warning => (Status.Warning, "Warning"),
        Outcome.Error => (Status.Failed, "Error"),
        Outcome.Critical => (Status.Failed, "Critical"),
        Outcome.NotApplicable => (Status.Stopped, "Not applicable"),
        _ => (Status.Unknown, "Unknown"),
    };

    /// <summary>The name of an aspect as people say it: <c>secondLineTroubleshooting</c> is second line troubleshooting.</summary>
    public static string Aspect(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == "piiData") return "Personal data";
        var words = string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? " " + char.ToLowerInvariant(c) : c.ToString()));
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>Why a score changed.</summary>
    public static string Cause(string cause) => cause switch
    {
        "time" => "Time passed, and evidence came or aged",
        "catalog" => "The catalog changed",
        "rescore" => "Somebody asked for it",
        ['f', 'a', 'c', 't', ' ', .. var key] => $"New evidence: {key}",
        _ when cause.StartsWith("catalog: ", StringComparison.Ordinal) => "Something it depends on changed: " + cause["catalog: ".Length..],
        _ => cause,
    };
}
