namespace Tarmac.Cli.Foundation;

/// <summary>What the program answers its caller with; documented in docs/guides/cli.md, and scripts depend on it.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Findings, a failed operation, or input that cannot be read.</summary>
    public const int Failure = 1;
    public const int WrongUsage = 2;
    public const int Forbidden = 3;
    public const int NotFound = 4;
    public const int Unreachable = 5;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
