using System.Globalization;
using System.Text.RegularExpressions;

namespace Tarmac.Workloads;

/// <summary>The amounts of Score: memory in bytes with K…E or Ki…Ei, processors whole, fractional or in thousandths (m).</summary>
public static partial class Quantities
{
    [GeneratedRegex(@"^(?<number>0\.[0-9]+|[1-9][0-9]*(?:\.[0-9]+)?)(?<unit>[KMGTPE]i?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex MemoryPattern { get; }

    [GeneratedRegex(@"^(?<number>[0-9]+(?:\.[0-9]+)?)(?<milli>m)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex CpuPattern { get; }

    /// <summary>Bytes, rounded up and at most <see cref="long.MaxValue"/>; null when it is not an amount of memory.</summary>
    public static long? MemoryBytes(string text)
    {
        if (MemoryPattern.Match(text) is not { Success: true } match || !TryParse(match, out var number)) return null;
        var unit = match.Groups["unit"].Value;
        var power = unit.Length == 0 ? 0 : "KMGTPE".IndexOf(unit[0], StringComparison.Ordinal) + 1;
        var bytes = Math.Ceiling(number * Math.Pow(unit.Length == 2 ? 1024 : 1000, power));
        return bytes >= long.MaxValue ? long.MaxValue : (long)bytes;
    }

    /// <summary>Thousandths of a processor, rounded up; null when it is not an amount of processors.</summary>
    public static long? CpuMilli(string text)
    {
        if (CpuPattern.Match(text) is not { Success: true } match || !TryParse(match, out var number)) return null;
        var milli = match.Groups["milli"].Success;
        if (milli && match.Groups["number"].ValueSpan.Contains('.')) return null;
        var thousandths = Math.Ceiling(Math.Round(milli ? number : number * 1000, 6));
        return thousandths >= long.MaxValue ? long.MaxValue : (long)thousandths;
    }

    private static bool TryParse(Match match, out double number) =>
        double.TryParse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
