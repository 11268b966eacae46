using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Tarmac.Expressions.Evaluation;

/// <summary>
/// Patterns of RE2 (https://github.com/google/re2/wiki/Syntax), read into the platform's engine that never goes back and so
/// takes time in proportion to the text. What the two write alike but mean otherwise is put in RE2's meaning.
/// </summary>
internal static class Pattern
{
    /// <summary>The steps that reading one character of a pattern is worth.</summary>
    public const int Cost = 100;

    private const int LongestPattern = 1000;

    // A repetition multiplies what stands before it: without an end to it a short pattern makes an automaton that fills the memory.
    private const int MostRepetitions = 1000;

    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>Reads a pattern; <paramref name="why"/> says what is wrong with it.</summary>
    public static bool TryRead(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? why)
    {
        (regex, why) = (null, null);
        try
        {
            if (pattern.Length > LongestPattern) throw new ArgumentException($"it has {pattern.Length} characters, of which {LongestPattern} are allowed");
            regex = new Regex(new Reading(pattern).Translated(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            why = $"invalid pattern: {refused.Message}";
            return false;
        }
    }

    private sealed class Reading(string pattern)
    {
        private readonly StringBuilder text = new(pattern.Length + 16);
        private int index;
        private long repeated = 1;
        private bool multiline;

        public string Translated()
        {
            while (index < pattern.Length) Next();
            return text.ToString();
        }

        private void Next()
        {
            var rest = pattern.AsSpan(index);
            switch (pattern[index])
            {
                case '\\':
                    Escape(inClass: false);
                    break;
                case '[':
                    Class();
                    break;
                case '$':
                    // The platform's own also matches before a last line's end.
                    Put(multiline ? "$" : @"\z", 1);
                    break;
                case '(' when rest.StartsWith("(?P<"):
                    Put("(?<", 4);
                    break;
                case '(' when rest.StartsWith("(?") && !rest.StartsWith("(?:") && !rest.StartsWith("(?<"):
                    Flags();
                    break;
                case '(' when rest.StartsWith("(?<=") || rest.StartsWith("(?<!"):
                    throw new ArgumentException("RE2 looks neither ahead nor behind");
                case '{':
                    Repetition();
                    break;
                case '*' or '+' or '?' when rest.Length > 1 && rest[1] == '+':
                    throw new ArgumentException("one repetition follows another");
                default:
                    Put(pattern[index].ToString(), 1);
                    break;
            }
        }

        private void Put(string translated, int length)
        {
            text.Append(translated);
            index += length;
        }

        private void Flags()
        {
            var end = pattern.AsSpan(index).IndexOfAny(')', ':');
            var flags = end < 0 ? "" : pattern[(index + 2)..(index + end)];
            if (end < 0 || flags.Length == 0 || flags.AsSpan().ContainsAnyExcept("ims-")) throw new ArgumentException($"'{pattern.AsSpan(index, Math.Min(6, pattern.Length - index))}' is no group that RE2 has");
            var off = flags.IndexOf('-');
            var mentioned = flags.IndexOf('m');
            if (mentioned >= 0)
            {
                // Inside a group the flag would end with it, and $ with the flag.
                if (index > 0 || pattern[index + end] == ':') throw new ArgumentException("(?m) stands at the beginning of a pattern only");
                multiline = off < 0 || mentioned < off;
            }
            Put(pattern.Substring(index, end + 1), end + 1);
        }

        private void Repetition()
        {
            var end = pattern.IndexOf('}', index);
            var counts = end < 0 ? [] : pattern[(index + 1)..end].Split(',');
            if (counts.Length is 0 or > 2 || !counts.All(count => count.Length < 9 && count.All(char.IsAsciiDigit)) || counts[0].Length == 0)
            {
                Put(@"\{", 1);
                return;
            }
            repeated *= Math.Max(1, counts.Max(count => count.Length == 0 ? 1 : int.Parse(count, System.Globalization.CultureInfo.InvariantCulture)));
            if (repeated > MostRepetitions) throw new ArgumentException($"its repetitions come to more than {MostRepetitions}");
            Put(pattern[index..(end + 1)], end + 1 - index);
        }

        private void Class()
        {
            Put("[", 1);
            if (index < pattern.Length && pattern[index] == '^') Put("^", 1);
            for (var first = true; index < pattern.Length; first = false)
            {
                var rest = pattern.AsSpan(index);
                if (rest[0] == ']' && !first)
                {
                    Put("]", 1);
                    return;
                }
                if (rest[0] == '\\') Escape(inClass: true);
                else if (rest.StartsWith("[:")) PosixClass();
                else Put(rest[0] is '[' or ']' ? "\\" + rest[0] : rest[0].ToString(), 1);
            }
            throw new ArgumentException("a [ has no ]");
        }

        private void PosixClass()
        {
            var end = pattern.IndexOf(":]", index, StringComparison.Ordinal);
            if (end < 0 || !PosixClasses.TryGetValue(pattern[(index + 2)..end], out var range)) throw new ArgumentException("[: begins no class that RE2 has");
            Put(range, end + 2 - index);
        }

        private void Escape(bool inClass)
        {
            if (index + 1 >= pattern.Length) throw new ArgumentException("it ends in a backslash");
            var (escaped, length) = (pattern[index + 1], 2);
            switch (escaped)
            {
                case 'd' or 's' or 'w':
                    var range = escaped switch { 'd' => "0-9", 's' => @"\t\n\f\r ", _ => "0-9A-Za-z_" };
                    Put(inClass ? range : $"[{range}]", length);
                    return;
                case 'D' or 'S' or 'W' when !inClass:
                    Put(escaped switch { 'D' => "[^0-9]", 'S' => @"[^\t\n\f\r ]", _ => "[^0-9A-Za-z_]" }, length);
                    return;
                case 'Q' when !inClass:
                    var end = pattern.IndexOf(@"\E", index, StringComparison.Ordinal);
                    Put(Regex.Escape(pattern[(index + 2)..(end < 0 ? pattern.Length : end)]), (end < 0 ? pattern.Length : end + 2) - index);
                    return;
                case 'x' when index + 2 < pattern.Length && pattern[index + 2] == '{':
                    CodePoint(inClass);
                    return;
                case 'p' or 'P' when index + 2 < pattern.Length && pattern[index + 2] != '{':
                    Put($@"\{escaped}{{{pattern[index + 2]}}}", 3);
                    return;
                case 'A' or 'b' or 'B' or 'z' when !inClass:
                case 'a' or 'f' or 'n' or 'r' or 't' or 'v' or 'x' or 'p' or 'P':
                    Put($@"\{escaped}", length);
                    return;
                default:
                    if (char.IsAsciiLetterOrDigit(escaped)) throw new ArgumentException($@"\{escaped} is no escape that RE2 has here");
                    Put(inClass ? $@"\x{(int)escaped:X2}" : Regex.Escape(escaped.ToString()), length);
                    return;
            }
        }

        private void CodePoint(bool inClass)
        {
            var end = pattern.IndexOf('}', index);
            if (end < 0 || !int.TryParse(pattern.AsSpan(index + 3, end - index - 3), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var point)
                || !Rune.IsValid(point) || (inClass && point > char.MaxValue)) throw new ArgumentException(@"\x{ begins no character");
            Put(point > char.MaxValue ? $"(?:{char.ConvertFromUtf32(point)})" : $@"\u{point:X4}", end + 1 - index);
        }
    }
}
