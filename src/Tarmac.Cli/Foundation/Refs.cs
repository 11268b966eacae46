using System.Globalization;
using Tarmac.Model.Catalog;

namespace Tarmac.Cli.Foundation;

/// <summary>References and durations as people write them on a command line.</summary>
internal static class Refs
{
    /// <summary>The full reference; a bare name is a thing of <paramref name="kind"/> in the default namespace.</summary>
    public static EntityRef Parse(string text, string kind) => EntityRef.TryParse(text, kind, EntityRef.DefaultNamespace, out var reference, out var why)
        ? reference
        : throw CliProblem.WrongUsage($"{text} is not a reference: {why}", $"Write it as {kind}:default/NAME, or just NAME.");

    public static string Full(string text, string kind) => Parse(text, kind).ToString();

    /// <summary>The entity's address below an API: <c>kind/namespace/name</c>.</summary>
    public static string Path(EntityRef reference) =>
        string.Join('/', new[] { reference.Kind.ToLowerInvariant(), reference.Namespace, reference.Name }.Select(Uri.EscapeDataString));

    /// <summary><c>90s</c>, <c>10m</c>, <c>2h</c>, <c>3d</c> before now, or a time; answers ISO 8601 in UTC.</summary>
    public static string Since(string text, TimeProvider clock)
    {
        if (text.Length > 1 && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count <= 100_000)
        {
            var span = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(count),
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(count),
                _ => TimeSpan.Zero,
            };
            if (span > TimeSpan.Zero) return Iso(clock.GetUtcNow() - span);
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Iso(time)
            : throw CliProblem.WrongUsage($"{text} is neither a duration nor a time.", "Write it as 90s, 10m, 2h or 3d, or as 2026-05-01T12:00:00Z.");
    }

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
