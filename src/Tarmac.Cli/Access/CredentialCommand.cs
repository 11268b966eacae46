using System.CommandLine;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Access;

/// <summary>git's credential helper protocol: lines of key=value in, username and password out.</summary>
internal sealed class CredentialCommand : Verb
{
    private readonly Argument<string> request;

    public CredentialCommand() : base("credential", "Gives git your token for the platform's repositories; git calls it.",
        "git config --global credential.http://127.0.0.1:7080.helper '!tarmac credential'")
    {
        request = With(new Argument<string>("request") { Description = "What git asks for: get, store or erase." });
        request.AcceptOnlyFromAmong("get", "store", "erase", "capability");
    }

    protected override async Task<int> Run(Invocation run)
    {
        // Nothing to store or erase: tokens come from tarmac login and the platform's home, not from git.
        if (run.Get(request) != "get") return ExitCode.Ok;
        var asked = new Dictionary<string, string>();
        while (await Console.In.ReadLineAsync(run.Cancellation) is { Length: > 0 } line)
            if (line.IndexOf('=') is var at and > 0)
                asked[line[..at]] = line[(at + 1)..];
        var address = $"{asked.GetValueOrDefault("protocol")}://{asked.GetValueOrDefault("host")}";
        var connections = run.Connections();
        // Silence means "not mine": git then asks its next helper.
        var mine = address == connections.Url || address == connections.HomeUrl || SavedConnections.Load().TokenFor(address) is not null;
        if (mine && connections.TokenFor(address) is { } token)
            await Console.Out.WriteAsync($"username=tarmac\npassword={token}\n");
        return ExitCode.Ok;
    }
}
