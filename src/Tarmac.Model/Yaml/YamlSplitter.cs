namespace Tarmac.Model.Yaml;

/// <summary>
/// Cuts a text at its document markers. YAML forbids <c>---</c> and <c>...</c> at the start of a line inside any value
/// (1.2.2, rule c-forbidden), so cutting by line is exact, and a document that cannot be parsed does not take the next one with it.
/// </summary>
internal static class YamlSplitter
{
    public static IEnumerable<(string Text, int Line)> Split(string text)
    {
        var start = text.StartsWith('\uFEFF') ? 1 : 0;
        var (startLine, line, hasContent) = (1, 1, false);
        for (var position = start; position < text.Length; line++)
        {
            var end = EndOfLine(text, position);
            var content = text.AsSpan(position, end - position);
            if (IsMarker(content, "---"))
            {
                // Comments and %directives before a marker belong to the document it opens.
                if (hasContent) yield return (text[start..position], startLine);
                if (hasContent) (start, startLine) = (position, line);
                hasContent = true;
            }
            else if (IsMarker(content, "..."))
            {
                if (hasContent) yield return (text[start..end], startLine);
                (start, startLine, hasContent) = (end, line + 1, false);
            }
            else if (!hasContent && content.Trim() is [not '#' and not '%', ..])
            {
                hasContent = true;
            }
            position = end;
        }
        if (hasContent) yield return (text[start..], startLine);
    }

    private static int EndOfLine(string text, int position)
    {
        var end = text.AsSpan(position).IndexOfAny('\n', '\r');
        if (end < 0) return text.Length;
        end += position;
        return text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
    }

    private static bool IsMarker(ReadOnlySpan<char> line, string marker) =>
        line.StartsWith(marker, StringComparison.Ordinal) && (line.Length == 3 || line[3] is ' ' or '\t' or '\r' or '\n');
}
