namespace Tarmac.Catalog;

/// <summary>
/// A path with wildcards, as Backstage's Locations write them: <c>*</c> and <c>?</c> within one name, <c>[a-z]</c> and <c>[!a]</c>,
/// <c>{one,other}</c>, and <c>**</c> for any number of folders. Names that start with a dot are met only by a dot. Matching takes
/// time in proportion to the lengths, whatever the pattern.
/// </summary>
internal sealed class PathPattern
{
    private const int MostAlternatives = 100;
    private const int LongestPattern = 1_000;

    private readonly List<string[]> alternatives;

    private PathPattern(List<string[]> alternatives) => this.alternatives = alternatives;

    public static bool IsOne(string path) => path.AsSpan().ContainsAny("*?[{");

    /// <summary>Null when its braces stand for too many patterns, or it is absurdly long.</summary>
    public static PathPattern? Of(string path)
    {
        if (path.Length > LongestPattern) return null;
        var pending = new Stack<string>([path]);
        var alternatives = new List<string[]>();
        while (pending.TryPop(out var next))
        {
            if (Braces(next) is not { } braces) alternatives.Add(next.Split('/', StringSplitOptions.RemoveEmptyEntries));
            else foreach (var choice in braces.Choices) pending.Push(next[..braces.Start] + choice + next[braces.End..]);
            if (alternatives.Count + pending.Count > MostAlternatives) return null;
        }
        return new PathPattern(alternatives);
    }

    public bool Matches(string path)
    {
        var names = path.Split('/');
        return alternatives.Exists(pattern => Matches(pattern, names));
    }

    /// <summary>The first braces that hold a comma, with what they stand for.</summary>
    private static (int Start, int End, List<string> Choices)? Braces(string text)
    {
        for (var start = text.IndexOf('{'); start >= 0; start = text.IndexOf('{', start + 1))
        {
            var (depth, from, choices) = (0, start + 1, new List<string>());
            for (var at = start; at < text.Length; at++)
            {
                if (text[at] == '{') depth++;
                else if (text[at] == '}') depth--;
                var ends = depth == 0;
                if (!ends && !(depth == 1 && text[at] == ',')) continue;
                choices.Add(text[from..at]);
                from = at + 1;
                if (!ends) continue;
                if (choices.Count > 1) return (start, at + 1, choices);
                break;
            }
        }
        return null;
    }

    // The last ** is the only one worth going back to: what an earlier one could take, a later one can take too.
    private static bool Matches(string[] pattern, string[] names)
    {
        var (at, name, back, backName) = (0, 0, -1, 0);
        while (name < names.Length)
        {
            if (at < pattern.Length && pattern[at] == "**")
            {
                (back, backName) = (at++, name);
            }
            else if (at < pattern.Length && Matches(pattern[at], names[name]))
            {
                at++;
                name++;
            }
            else if (back >= 0 && names[backName] is not ['.', ..])
            {
                (at, name) = (back + 1, ++backName);
            }
            else
            {
                return false;
            }
        }
        while (at < pattern.Length && pattern[at] == "**") at++;
        return at == pattern.Length;
    }

    private static bool Matches(string pattern, string name)
    {
        if (name is ['.', ..] && pattern is not ['.', ..]) return false;
        var (at, letter, back, backLetter) = (0, 0, -1, 0);
        while (letter < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (back, backLetter) = (at++, letter);
            }
            else if (at < pattern.Length && MatchesOne(pattern, at, name[letter], out var next))
            {
                at = next;
                letter++;
            }
            else if (back >= 0)
            {
                (at, letter) = (back + 1, ++backLetter);
            }
            else
            {
                return false;
            }
        }
        while (at < pattern.Length && pattern[at] == '*') at++;
        return at == pattern.Length;
    }

    private static bool MatchesOne(string pattern, int at, char letter, out int next)
    {
        next = at + 1;
        if (pattern[at] == '?') return true;
        var end = pattern[at] == '[' ? pattern.IndexOf(']', Math.Min(at + 2, pattern.Length)) : -1;
        if (end < 0) return pattern[at] == letter;
        next = end + 1;
        var set = pattern.AsSpan(at + 1, end - at - 1);
        var not = set[0] is '!' or '^' && set.Length > 1;
        if (not) set = set[1..];
        var held = false;
        for (var index = 0; index < set.Length; index++)
        {
            if (index + 2 < set.Length && set[index + 1] == '-')
            {
                held |= letter >= set[index] && letter <= set[index + 2];
                index += 2;
            }
            else
            {
                held |= set[index] == letter;
            }
        }
        return held != not;
    }
}
