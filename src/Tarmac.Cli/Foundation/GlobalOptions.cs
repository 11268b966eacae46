using System.CommandLine;

namespace Tarmac.Cli.Foundation;

/// <summary>Options that every command has.</summary>
internal static class GlobalOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print one JSON document on standard output, and nothing else there.", Recursive = true };
    public static readonly Option<bool> NoColor = new("--no-color") { Description = "No colours; the variable NO_COLOR does the same.", Recursive = true };
    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "No progress on standard error.", Recursive = true };
    public static readonly Option<string?> Url = new("--url") { Description = "The platform's address; or the variable TARMAC_URL.", HelpName = "URL", Recursive = true };
    public static readonly Option<string?> Token = new("--token") { Description = "The token; prefer the variable TARMAC_TOKEN, which other users cannot see.", HelpName = "TOKEN", Recursive = true };
    public static readonly Option<string?> TokenFile = new("--as-token-file") { Description = "Act with the token in this file.", HelpName = "FILE", Recursive = true };
    public static readonly Option<string?> Home = new("--home") { Description = "The home of a platform on this machine; or the variable TARMAC_HOME.", HelpName = "FOLDER", Recursive = true };

    public static IEnumerable<Option> All => [Json, NoColor, Quiet, Url, Token, TokenFile, Home];
}
