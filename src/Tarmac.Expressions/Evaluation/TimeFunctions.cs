using System.Globalization;
using Tarmac.Expressions.Values;

namespace Tarmac.Expressions.Evaluation;

/// <summary>The parts of times and spans; a time's are those of UTC unless a time zone is named (cel-spec, language definition, "Timestamp and Duration").</summary>
internal static class TimeFunctions
{
    private static readonly Value NoSuchOverload = Value.Error(EvaluationError.NoSuchOverload);

    /// <summary>The functions of a time, by name; months and the days of a week, a month and a year count from 0, but for <c>getDate</c>.</summary>
    public static IReadOnlyDictionary<string, Func<DateTime, int, long>> OfTime { get; } = new Dictionary<string, Func<DateTime, int, long>>(StringComparer.Ordinal)
    {
        ["getFullYear"] = (time, _) => time.Year,
        ["getMonth"] = (time, _) => time.Month - 1,
        ["getDate"] = (time, _) => time.Day,
        ["getDayOfMonth"] = (time, _) => time.Day - 1,
        ["getDayOfWeek"] = (time, _) => (long)time.DayOfWeek,
        ["getDayOfYear"] = (time, _) => time.DayOfYear - 1,
        ["getHours"] = (time, _) => time.Hour,
        ["getMinutes"] = (time, _) => time.Minute,
        ["getSeconds"] = (time, _) => time.Second,
        ["getMilliseconds"] = (_, nanoseconds) => nanoseconds / 1_000_000,
    };

    private static readonly Dictionary<string, long> UnitsOfSpan = new(StringComparer.Ordinal)
    {
        ["getHours"] = 3600L * Moment.NanosecondsPerSecond,
        ["getMinutes"] = 60L * Moment.NanosecondsPerSecond,
        ["getSeconds"] = Moment.NanosecondsPerSecond,
    };

    /// <summary>A part of a time in UTC, or a whole span in a unit.</summary>
    public static Function1 Part(string name)
    {
        var part = OfTime[name];
        var unit = UnitsOfSpan.GetValueOrDefault(name);
        return (ref Frame _, in Value value) => value.Kind switch
        {
            ValueKind.Timestamp => Value.Int(part(Utc(value), value.TimestampNanoseconds)),
            ValueKind.Duration when unit != 0 => Value.Int(value.DurationNanoseconds / unit),
            ValueKind.Duration when name == "getMilliseconds" => Value.Int(value.DurationNanoseconds % Moment.NanosecondsPerSecond / 1_000_000),
            _ => NoSuchOverload,
        };
    }

    /// <summary>A part of a time in a time zone: a name of the IANA's database, or an offset such as <c>-08:00</c>.</summary>
    public static Function2 PartIn(string name)
    {
        var part = OfTime[name];
        return (ref Frame _, in Value value, in Value zone) =>
        {
            if (value.Kind != ValueKind.Timestamp || zone.Kind != ValueKind.String) return NoSuchOverload;
            var utc = Utc(value);
            if (OffsetOf(zone.AsString, utc) is not { } offset) return Value.Error($"'{zone.AsString}' is no time zone: name one of the IANA's, such as Europe/Vienna, or write an offset such as +02:00");
            var ticks = utc.Ticks + offset.Ticks;
            return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? Value.Error("timestamp overflow: in that time zone the time is outside the years 1 to 9999")
                : Value.Int(part(new DateTime(ticks), value.TimestampNanoseconds));
        };
    }

    private static DateTime Utc(in Value time) => DateTime.UnixEpoch.AddTicks(time.TimestampSeconds * TimeSpan.TicksPerSecond);

    private static TimeSpan? OffsetOf(string zone, DateTime utc)
    {
        var text = zone.AsSpan();
        var sign = zone.StartsWith('-') ? -1 : 1;
        if (zone.StartsWith('-') || zone.StartsWith('+')) text = text[1..];
        if (text.Length == 5 && text[2] == ':' && int.TryParse(text[..2], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            && int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && hours < 24 && minutes < 60)
            return sign * new TimeSpan(hours, minutes, 0);
        return zone.Length is > 0 and < 64 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found.GetUtcOffset(utc) : null;
    }
}
