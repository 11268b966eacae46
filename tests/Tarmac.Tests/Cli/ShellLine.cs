using System.Text.RegularExpressions;

namespace Tarmac.Tests.Cli;

/// <summary>A written command line.</summary>
internal static class ShellLine
{
    /// <summary>As a shell splits it.</summary>
    public static string[] Words(string line) =>
        [.. Regex.Matches(line, """'([^']*)'|"([^"]*)"|\S+""").Select(word => word.Groups[1].Success ? word.Groups[1].Value : word.Groups[2].Success ? word.Groups[2].Value : word.Value)];
}
