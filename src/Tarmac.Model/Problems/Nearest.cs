namespace Tarmac.Model.Problems;

/// <summary>Finds what somebody probably meant, for "Is it ...?" in a cure.</summary>
public static class Nearest
{
    /// <summary>The candidate with the fewest edits, ignoring case; null when none is closer than a third of the text.</summary>
    public static string? To(string text, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(candidates);
        if (text.Length is 0 or > 100) return null;
        var (best, fewest) = ((string?)null, Math.Max(1, text.Length / 3) + 1);
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - text.Length) >= fewest) continue;
            var edits = Edits(text.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (edits < fewest) (best, fewest) = (candidate, edits);
        }
        return best;
    }

    private static int Edits(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
