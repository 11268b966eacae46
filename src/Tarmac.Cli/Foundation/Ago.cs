namespace Tarmac.Cli.Foundation;

/// <summary>Times as people read them; scripts get the exact ones by --json.</summary>
internal static class Ago
{
    public static string? Of(DateTimeOffset? time, TimeProvider clock) => time is not { } at ? null : (clock.GetUtcNow() - at) switch
    {
        { TotalSeconds: < -60 } ahead => "in " + Span(-ahead),
        { TotalSeconds: < 2 } => "now",
        var past => Span(past) + " ago",
    };

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => $"{span.TotalSeconds:0.0} s",
        { TotalSeconds: < 120 } => $"{span.TotalSeconds:0} s",
        { TotalMinutes: < 120 } => $"{span.TotalMinutes:0} min",
        { TotalHours: < 48 } => $"{span.TotalHours:0} h",
        _ => $"{span.TotalDays:0} d",
    };
}
