using System.Buffers;

namespace Tarmac.Model.Yaml;

/// <summary>
/// NEL, LS and PS end a line in YAML 1.1 and are ordinary characters in 1.2 (1.2.2, section 5.4). The parser is of the older
/// mind, so it is shown private-use characters in their place; text pasted from a chat or an editor often holds them.
/// </summary>
internal static class ForeignBreaks
{
    private const string Breaks = "\u0085\u2028\u2029";
    private const string Shown = "\uf8e0\uf8e1\uf8e2";

    private static readonly SearchValues<char> BreakValues = SearchValues.Create(Breaks);

    public static bool AreIn(string text) => text.AsSpan().ContainsAny(BreakValues);

    public static string Hide(string text) => AreIn(text) ? Swap(text, Breaks, Shown) : text;

    public static string Show(string text) => Swap(text, Shown, Breaks);

    private static string Swap(string text, string from, string to) => string.Create(text.Length, (text, from, to), static (letters, swap) =>
    {
        for (var index = 0; index < letters.Length; index++)
            letters[index] = swap.from.IndexOf(swap.text[index], StringComparison.Ordinal) is var at and >= 0 ? swap.to[at] : swap.text[index];
    });
}
