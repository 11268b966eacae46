using System.CommandLine;
using Tarmac.Cli.Access;
using Tarmac.Cli.Actions;
using Tarmac.Cli.Foundation;
using Tarmac.Cli.Hosting;
using Tarmac.Cli.Operations;

namespace Tarmac.Cli;

/// <summary>The table of contents of the CLI: everyday verbs first, then nouns with their verbs.</summary>
internal static class Commands
{
    public static RootCommand Root()
    {
        var root = new RootCommand("Tarmac: from an idea to a running, owned, scored service.");
        foreach (var option in GlobalOptions.All) root.Options.Add(option);
        foreach (var command in All()) root.Subcommands.Add(command);
        return root;
    }

    private static IEnumerable<CliCommand> All() =>
    [
        new OpenCommand(), new WhoamiCommand(), new LoginCommand(), new ServeCommand(),
        new Noun("operation", "See, follow and cancel what the platform is doing.", "tarmac operation list",
            new OperationListCommand(), new OperationShowCommand(), new OperationLogCommand(), new OperationCancelCommand()),
        new Noun("token", "Tokens that let people, services and agents in.", "tarmac token create laptop",
            new TokenCreateCommand(), new TokenListCommand(), new TokenRevokeCommand()),
        new Noun("break-glass", "Act on a service you do not own, in an emergency.", "tarmac break-glass start vouchers --reason \"Checkout is down, owner asleep\"",
            new BreakGlassStartCommand(), new BreakGlassEndCommand()),
        new Noun("action", "Every action there is, by its own name.", "tarmac action list", [new ActionListCommand(), .. ActionCommand.All()]),
        new CredentialCommand(),
    ];
}
