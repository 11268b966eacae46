namespace Tarmac.Cli.Foundation;

/// <summary>Codes of what the CLI itself refuses; each has a page under docs/errors.</summary>
internal static class CliCodes
{
    public const string WrongUsage = "cli-wrong-usage";
    public const string PlatformUnreachable = "platform-unreachable";
    public const string PlatformUnknown = "platform-unknown";
    public const string UnexpectedAnswer = "unexpected-answer";
    public const string ServiceUnknownHere = "service-unknown-here";
    public const string FileUnreadable = "file-unreadable";
    public const string ServerMissing = "server-missing";
    public const string ServerNotStarted = "server-not-started";
    public const string GitFailed = "git-failed";
    public const string WalkFailed = "walk-failed";
    public const string Fault = "cli-fault";
}
