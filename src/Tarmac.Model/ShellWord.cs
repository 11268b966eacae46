namespace Tarmac.Model;

/// <summary>Text as one word of a POSIX shell: commands that are shown are copied as they stand.</summary>
public static class ShellWord
{
    private const string Harmless = "-_./:=@%+,";

    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? text
            : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
