using System.CommandLine;

namespace Tarmac.Cli.Foundation;

/// <summary>One run of one command: what was given, where to write, and the platform once something asks for it.</summary>
internal sealed class Invocation : IDisposable
{
    private readonly ParseResult parsed;
    private PlatformClient? platform;

    private Invocation(ParseResult parsed, CancellationToken cancellation)
    {
        this.parsed = parsed;
        Cancellation = cancellation;
        Terminal = new Terminal(Get(GlobalOptions.Json), Get(GlobalOptions.Quiet), Get(GlobalOptions.NoColor));
    }

    public Terminal Terminal { get; }

    public CancellationToken Cancellation { get; }

    public IReadOnlyList<string> Unmatched => parsed.UnmatchedTokens;

    public PlatformClient Platform => platform ??= new PlatformClient(Connections(), Terminal, Cancellation);

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };

    public ConnectionSettings Connections() => new(
        Get(GlobalOptions.Url), Get(GlobalOptions.Token), Get(GlobalOptions.TokenFile), Get(GlobalOptions.Home));

    public static async Task<int> Guard(ParseResult parsed, Func<Invocation, Task<int>> work, CancellationToken cancellation)
    {
        using var run = new Invocation(parsed, cancellation);
        try
        {
            return await work(run);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var problem = CliProblem.Of(fault);
            run.Terminal.Report(problem.Details);
            return problem.ExitCode;
        }
    }

    public void Dispose() => platform?.Dispose();
}
