namespace Tarmac.Foundation.Web;

/// <summary>The few states anything on the portal can be in; each has a shape, a colour and a word.</summary>
public enum Status
{
    /// <summary>Nobody has told us; never shown as a failing.</summary>
    Unknown,
    Ok,
    Warning,
    Failed,
    Running,
    Waiting,
    Stopped,
}

/// <summary>State of one step of an operation.</summary>
public enum StepState { Waiting, Running, Done, Failed, Skipped }

/// <summary>Bands of the operability score.</summary>
public enum ScoreBand { Unknown, AtRisk, NeedsWork, Good, Ready }

/// <summary>One step of a timeline. <paramref name="Key"/> is what live updates call it.</summary>
public sealed record StepView(string Key, string Title, StepState State, TimeSpan? Took = null, string? Message = null);

/// <summary>One line of a log. <paramref name="Stream"/> is <c>stdout</c>, <c>stderr</c> or <c>step</c> (a line of ours).</summary>
public sealed record LogLineView(long Number, string Text, DateTimeOffset? At = null, string Stream = "stdout");

/// <summary>One condition of an operation or entity; <paramref name="Holds"/> is null when unknown.</summary>
public sealed record ConditionView(string Type, bool? Holds, string Reason, string? Message = null, DateTimeOffset? Since = null);

/// <summary>One drop-down of a filter bar.</summary>
/// <param name="Also">Further values the address chose, which a drop-down cannot show; they stay until taken off.</param>
/// <param name="More">True when there are values that are not offered.</param>
public sealed record Filter(string Name, string Label, IReadOnlyList<FilterOption> Options, string? Selected = null, IReadOnlyList<FilterOption>? Also = null, bool More = false);

/// <summary>One choice of a filter, with how many it would leave when that is known.</summary>
public sealed record FilterOption(string Value, string Text, int? Count = null);

internal static class Words
{
    public static (string Css, string Word) Of(Status status) => status switch
    {
        Status.Ok => ("ok", "OK"),
        Status.Warning => ("warn", "Warning"),
        Status.Failed => ("bad", "Failed"),
        Status.Running => ("busy", "Running"),
        Status.Waiting => ("idle", "Waiting"),
        Status.Stopped => ("idle", "Stopped"),
        _ => ("idle", "Unknown"),
    };

    public static (Status Status, string Word) Of(ScoreBand band) => band switch
    {
        ScoreBand.AtRisk => (Status.Failed, "At risk"),
        ScoreBand.NeedsWork => (Status.Warning, "Needs work"),
        ScoreBand.Good => (Status.Ok, "Good"),
        ScoreBand.Ready => (Status.Ok, "Ready for ops review"),
        _ => (Status.Unknown, "Not scored yet"),
    };

    public static (Status Status, string Word) Of(StepState state) => state switch
    {
        StepState.Done => (Status.Ok, "Done"),
        StepState.Failed => (Status.Failed, "Failed"),
        StepState.Running => (Status.Running, "Running"),
        StepState.Skipped => (Status.Stopped, "Skipped"),
        _ => (Status.Waiting, "Waiting"),
    };

    /// <summary>A duration as a person says it: 0.4 s, 12 s, 3 min 05 s, 2 h 10 min.</summary>
    public static string Say(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(null, $"{span.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => string.Create(null, $"{span.TotalSeconds:0} s"),
        { TotalHours: < 1 } => string.Create(null, $"{span.Minutes} min {span.Seconds:00} s"),
        _ => string.Create(null, $"{(int)span.TotalHours} h {span.Minutes:00} min"),
    };

    /// <summary>An age as a person says it.</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now)
    {
        var age = now - at;
        var ahead = age < TimeSpan.Zero;
        var text = age.Duration() switch
        {
            { TotalSeconds: < 5 } => "",
            { TotalSeconds: < 60 } d => $"{(int)d.TotalSeconds} s",
            { TotalMinutes: < 60 } d => $"{(int)d.TotalMinutes} min",
            { TotalHours: < 36 } d => $"{(int)d.TotalHours} h",
            { TotalDays: < 60 } d => $"{(int)d.TotalDays} days",
            { TotalDays: < 730 } d => $"{(int)(d.TotalDays / 30.44)} months",
            var d => $"{(int)(d.TotalDays / 365.25)} years",
        };
        return text.Length == 0 ? "just now" : ahead ? $"in {text}" : $"{text} ago";
    }
}
