using System.Text;

namespace Tarmac.Model.Runbooks;

/// <summary>
/// Takes HTML comments out before headings are looked for: generated runbooks keep whole sections in comments as hints.
/// Line breaks stay, so lines keep their numbers. Comments inside code fences are code and stay too.
/// </summary>
internal static class RunbookComments
{
    private const string Open = "<!--";
    private const string Close = "-->";

    /// <summary>The lines without comments, and the line (first is 1) of a comment that never ends, if there is one.</summary>
    public static (string[] Lines, int? Unclosed) Strip(IReadOnlyList<string> lines)
    {
        var result = new string[lines.Count];
        int? unclosed = null;
        var lastClose = LastClose(lines);
        var (inComment, fence) = (false, "");
        for (var number = 0; number < lines.Count; number++)
        {
            var line = lines[number];
            if (!inComment && Fence(line) is { } mark)
            {
                if (fence.Length == 0) fence = mark;
                else if (mark.StartsWith(fence, StringComparison.Ordinal)) fence = "";
                result[number] = line;
                continue;
            }
            if (fence.Length > 0)
            {
                result[number] = line;
                continue;
            }

            var kept = new StringBuilder(line.Length);
            for (var position = 0; position < line.Length;)
            {
                if (inComment)
                {
                    var close = line.IndexOf(Close, position, StringComparison.Ordinal);
                    inComment = close < 0;
                    position = close < 0 ? line.Length : close + Close.Length;
                    continue;
                }
                var open = line.IndexOf(Open, position, StringComparison.Ordinal);
                kept.Append(line, position, (open < 0 ? line.Length : open) - position);
                if (open < 0) break;
                // "<!-->" is a whole comment, so its closing mark may overlap the opening one.
                position = open + 2;
                inComment = (number, open).CompareTo(lastClose) < 0;
                if (!inComment)
                {
                    unclosed ??= number + 1;
                    position = open + Open.Length;
                }
            }
            result[number] = kept.ToString();
        }
        return (result, unclosed);
    }

    private static (int Line, int Position) LastClose(IReadOnlyList<string> lines)
    {
        for (var number = lines.Count - 1; number >= 0; number--)
        {
            if (lines[number].LastIndexOf(Close, StringComparison.Ordinal) is >= 0 and var position) return (number, position);
        }
        return (-1, -1);
    }

    private static string? Fence(string line)
    {
        var trimmed = line.AsSpan().TrimStart();
        if (!trimmed.StartsWith("```") && !trimmed.StartsWith("~~~")) return null;
        var end = trimmed.IndexOfAnyExcept(trimmed[0]);
        return (end < 0 ? trimmed : trimmed[..end]).ToString();
    }
}
