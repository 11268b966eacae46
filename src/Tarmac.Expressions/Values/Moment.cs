using System.Buffers;
using System.Globalization;

namespace Tarmac.Expressions.Values;

/// <summary>Texts of times and spans: RFC 3339, and numbers with units such as <c>1h30m</c> (cel-spec, language definition, "Timestamp and Duration").</summary>
internal static class Moment
{
    public const long MinimumSeconds = -62135596800;
    public const long MaximumSeconds = 253402300799;
    public const int NanosecondsPerSecond = 1_000_000_000;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, long Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", NanosecondsPerSecond)];

    /// <summary>A timestamp of seconds and nanoseconds that may be beyond a second; null when it is outside the years 1 to 9999.</summary>
    public static Value? Timestamp(long seconds, long nanoseconds)
    {
        var carry = Math.DivRem(nanoseconds, NanosecondsPerSecond, out var rest);
        if (rest < 0)
        {
            rest += NanosecondsPerSecond;
            carry--;
        }
        if (seconds is < MinimumSeconds * 2 or > MaximumSeconds * 2) return null;
        seconds += carry;
        return seconds is < MinimumSeconds or > MaximumSeconds ? null : Value.Timestamp(seconds, (int)rest);
    }

    /// <summary>Reads RFC 3339; null when the text is not a time of the years 1 to 9999.</summary>
    public static Value? ReadTimestamp(string text)
    {
        if (text.Length < 20 || text[10] is not ('T' or 't') || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') return null;
        if (Digits(text, 0, 4) is not { } year || Digits(text, 5, 2) is not { } month || Digits(text, 8, 2) is not { } day
            || Digits(text, 11, 2) is not { } hour || Digits(text, 14, 2) is not { } minute || Digits(text, 17, 2) is not { } second) return null;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return null;
        var position = 19;
        var nanoseconds = 0L;
        if (text[position] == '.')
        {
            var start = ++position;
            while (position < text.Length && char.IsAsciiDigit(text[position])) position++;
            if (position == start || position - start > 9) return null;
            nanoseconds = long.Parse(text[start..position].PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        if (ReadZone(text.AsSpan(position)) is not { } offset) return null;
        var seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerSecond) + MinimumSeconds - offset;
        return Timestamp(seconds, nanoseconds);
    }

    private static int? Digits(string text, int start, int count) =>
        int.TryParse(text.AsSpan(start, count), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? ReadZone(ReadOnlySpan<char> text)
    {
        if (text is "Z" or "z") return 0;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return null;
        if (!int.TryParse(text.Slice(1, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 23) return null;
        if (!int.TryParse(text.Slice(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 59) return null;
        return ((hours * 3600) + (minutes * 60)) * (text[0] == '-' ? -1 : 1);
    }

    public static string Text(in Value timestamp)
    {
        var time = DateTime.UnixEpoch.AddTicks(timestamp.TimestampSeconds * TimeSpan.TicksPerSecond);
        return time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + Fraction(timestamp.TimestampNanoseconds) + "Z";
    }

    /// <summary>Reads a span; null when the text is none or is beyond 292 years.</summary>
    public static long? ReadDuration(string text)
    {
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest is "0") return 0;
        if (rest.IsEmpty) return null;
        Int128 total = 0;
        while (!rest.IsEmpty)
        {
            var length = rest.IndexOfAnyExcept(NumberCharacters);
            if (length <= 0 || length > 40 || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            rest = rest[length..];
            var found = -1;
            for (var index = 0; index < Units.Length && found < 0; index++)
                if (rest.StartsWith(Units[index].Unit, StringComparison.Ordinal)) found = index;
            if (found < 0 || number > 10_000_000_000_000_000_000m) return null;
            // Whole and fraction apart, so that neither leaves the range of a decimal.
            var whole = decimal.Truncate(number);
            total += ((Int128)whole * Units[found].Nanoseconds) + (Int128)((number - whole) * Units[found].Nanoseconds);
            rest = rest[Units[found].Unit.Length..];
        }
        if (negative) total = -total;
        return total < long.MinValue || total > long.MaxValue ? null : (long)total;
    }

    public static string DurationText(long nanoseconds)
    {
        var seconds = Math.DivRem(nanoseconds, NanosecondsPerSecond, out var rest);
        var sign = seconds == 0 && rest < 0 ? "-" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{seconds}{Fraction((int)Math.Abs(rest))}s");
    }

    private static string Fraction(int nanoseconds) =>
        nanoseconds == 0 ? "" : "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
}
