using System.Globalization;

namespace Tarmac.Bench;

/// <summary>How much memory processes occupy, from <c>/proc/PID/smaps</c>.</summary>
internal static class ResidentMemory
{
    /// <summary>
    /// Megabytes (10⁶) that all of them hold together. Adding up VmRSS would count the runtime's libraries once for each process though
    /// they are in memory once; of a file several map, only the most that one of them has resident is counted.
    /// </summary>
    public static double Of(params int[] processes)
    {
        var each = processes.Select(Mappings).ToList();
        var files = each.SelectMany(mapped => mapped.Keys).Distinct().Sum(file => file.StartsWith('/') && !file.Contains("(deleted)", StringComparison.Ordinal)
            ? each.Max(mapped => mapped.GetValueOrDefault(file)) : each.Sum(mapped => mapped.GetValueOrDefault(file)));
        return files * 1024 / 1e6;
    }

    /// <summary>Resident KiB by what is mapped: a file's path, or what the kernel calls memory of its own.</summary>
    private static Dictionary<string, long> Mappings(int process)
    {
        var resident = new Dictionary<string, long>(StringComparer.Ordinal);
        var mapped = "";
        foreach (var line in File.ReadLines($"/proc/{process}/smaps"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // "7f0c4000-7f0c5000 rw-p 00000000 08:01 1234  /path"; a writable mapping of a file is a copy of its own.
            if (words[0].Contains('-', StringComparison.Ordinal)) mapped = words.Length > 5 && !words[1].Contains('w', StringComparison.Ordinal) ? string.Join(' ', words[5..]) : "";
            else if (words[0] == "Rss:") resident[mapped] = resident.GetValueOrDefault(mapped) + long.Parse(words[1], CultureInfo.InvariantCulture);
        }
        return resident;
    }
}
