using System.CommandLine;
using System.CommandLine.Help;
using Tarmac.Cli.Access;
using Tarmac.Cli.Actions;
using Tarmac.Cli.Audit;
using Tarmac.Cli.Catalog;
using Tarmac.Cli.Delivery;
using Tarmac.Cli.Foundation;
using Tarmac.Cli.Hosting;
using Tarmac.Cli.Operability;
using Tarmac.Cli.Operations;
using Tarmac.Cli.Outgoing;
using Tarmac.Cli.Roads;
using Tarmac.Cli.Runbooks;
using Tarmac.Cli.Walk;
using Tarmac.Cli.Workloads;

namespace Tarmac.Cli;

/// <summary>The table of contents of the CLI: everyday verbs first, then nouns with their verbs.</summary>
internal static class Commands
{
    /// <param name="helpWidth">Columns of help texts; those of the terminal when not said.</param>
    public static RootCommand Root(int? helpWidth = null)
    {
        var root = new RootCommand("Tarmac: from an idea to a running, owned, scored service.");
        foreach (var option in GlobalOptions.All) root.Options.Add(option);
        foreach (var command in All()) root.Subcommands.Add(command);
        // Without the spellings of other systems (-?, /h): completion would offer them everywhere.
        foreach (var windows in root.Options.OfType<HelpOption>().ToList()) root.Options.Remove(windows);
        var help = new HelpOption("--help", "-h");
        if (help.Action is HelpAction usual)
        {
            if (helpWidth is { } width) usual.MaxWidth = width;
            help.Action = new HelpWithExamples(usual);
        }
        root.Options.Add(help);
        return root;
    }

    private static IEnumerable<CliCommand> All() =>
    [
        new NewCommand(), new DeployCommand(), new StatusCommand(), new LogsCommand(), new ReleasesCommand(), new RollbackCommand(),
        new OpenCommand(), new ScoreCommand(), new ListCommand(), new ShowCommand(), new HistoryCommand(), new WhoamiCommand(), new LoginCommand(), new ServeCommand(), new RebuildCommand(),
        new Noun("service", "Restart, stop, start, remove and restore a service.", "tarmac service restart vouchers", ServiceCommands.All()),
        new Noun("operation", "See, follow and cancel what the platform is doing.", "tarmac operation list",
            new OperationListCommand(), new OperationShowCommand(), new OperationLogCommand(), new OperationCancelCommand()),
        new Noun("token", "Tokens that let people, services and agents in.", "tarmac token create laptop",
            new TokenCreateCommand(), new TokenListCommand(), new TokenRevokeCommand()),
        new Noun("break-glass", "Act on a service you do not own, in an emergency.", "tarmac break-glass start vouchers --reason \"Checkout is down, owner asleep\"",
            new BreakGlassStartCommand(), new BreakGlassEndCommand()),
        new Noun("source", "Where the catalog's entities come from.", "tarmac source list",
            new SourceAddCommand(), new SourceListCommand(), new SourceRefreshCommand(), new SourceWebhookCommand(), new SourceRemoveCommand()),
        new Noun("webhook", "Tell a team of what concerns it.", "tarmac webhook add promotions https://example.test/hook",
            new WebhookAddCommand(), new WebhookListCommand(), new WebhookRemoveCommand()),
        new Noun("road", "The paved roads a service can be made from.", "tarmac road list", new RoadListCommand()),
        new Noun("export", "Take everything out, in open formats.", "tarmac export catalog > catalog.yaml",
            new ExportCatalogCommand(), new ExportEventsCommand(), new ExportAuditCommand()),
        new AuditCommand(),
        new Noun("action", "Every action there is, by its own name.", "tarmac action list", [new ActionListCommand(), .. ActionCommand.All()]),
        new Noun("workload", "Score files, offline.", "tarmac workload check", new WorkloadCheckCommand()),
        new Noun("catalog", "Catalog files: check them, import an export.", "tarmac catalog check catalog-info.yaml", new CatalogCheckCommand(), new ImportCatalogCommand()),
        new Noun("runbook", "Runbooks, offline.", "tarmac runbook check", new RunbookCheckCommand()),
        new CredentialCommand(), new CompletionCommand(),
        new WalkCommand(),
    ];
}
