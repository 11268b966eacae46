using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Access;

internal sealed class LoginCommand : Verb
{
    private readonly Option<bool> fromInput;

    public LoginCommand() : base("login", "Remember a platform and your token for it, in a file only you can read.",
        "tarmac login --url http://127.0.0.1:7080 --token-stdin < token.txt") =>
        fromInput = Having(new Option<bool>("--token-stdin") { Description = "Read the token from standard input." });

    protected override async Task<int> Run(Invocation run)
    {
        var url = ConnectionSettings.Trim(run.Get(GlobalOptions.Url)) ?? run.Connections().Url
            ?? throw CliProblem.WrongUsage("Which platform?", "Name it: tarmac login --url http://127.0.0.1:7080 --token-stdin.");
        if (!run.Get(fromInput) && !run.Terminal.CanAsk)
            throw CliProblem.WrongUsage("There is no token to remember.", "Give it on standard input with --token-stdin. A signed-in person makes one with tarmac token create NAME, or on the portal's page of tokens.");
        var token = (run.Get(fromInput) ? await Console.In.ReadToEndAsync(run.Cancellation) : ReadSecretly(run.Terminal, $"Token for {url}:")).Trim();
        if (token.Length == 0) throw CliProblem.WrongUsage("The token is empty.", "Give it on standard input, as --token-stdin < FILE.");

        // Asked before it is kept: a token that does not work is of no use later.
        using var client = new PlatformClient(new ConnectionSettings(url, token, null, null), run.Terminal, run.Cancellation);
        var me = await client.Get("/api/whoami");
        var saved = SavedConnections.Load();
        saved.Add(url, token);
        run.Terminal.Line($"Logged in to {url} as {me.Text("ref")}. The token is in {SavedConnections.FilePath}.");
        run.Terminal.Document(new JsonObject { ["platform"] = url, ["ref"] = me.Text("ref"), ["file"] = SavedConnections.FilePath });
        return ExitCode.Ok;
    }

    private static string ReadSecretly(Terminal terminal, string question)
    {
        terminal.Progress(question);
        var text = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else text.Append(key.KeyChar);
        }
        return text.ToString();
    }
}
