using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

/// <summary>The verbs of <c>tarmac service</c>.</summary>
internal static class ServiceCommands
{
    public static IEnumerable<Command> All() =>
    [
        new ServiceCommand(DeliveryActions.Restart, "restart"), new ServiceCommand(DeliveryActions.Stop, "stop"), new ServiceCommand(DeliveryActions.Start, "start"),
        new ServiceRemoveCommand(), new ServiceRestoreCommand(),
    ];
}

/// <summary>Restart, stop, start: the same but for the action.</summary>
internal sealed class ServiceCommand : ChangeVerb
{
    private readonly Argument<string?> service;
    private readonly Option<string?> environment;

    public ServiceCommand(ActionDefinition action, string name) : base(action, name, null, $"tarmac service {name} vouchers")
    {
        CanBeLeft();
        service = With(ServiceOptions.Service());
        environment = Having(ServiceOptions.Environment());
    }

    protected override Task<int> Run(Invocation run)
    {
        var name = ServiceHere.Or(run.Get(service));
        var input = new JsonObject { ["service"] = name };
        if (run.Get(environment) is { } place) input["environment"] = place;
        var took = Stopwatch.StartNew();
        return Perform(run, input, answer => ServiceOutcome.Show(run, name, answer, took.Elapsed));
    }
}

internal sealed class ServiceRemoveCommand : ChangeVerb
{
    private readonly Argument<string> service;
    private readonly Option<string?> confirm;

    // Never by the working directory: what is removed is named.
    public ServiceRemoveCommand() : base(DeliveryActions.Remove, "remove", null, "tarmac service remove vouchers", "tarmac service remove vouchers --confirm vouchers --yes")
    {
        CanBeLeft();
        service = With(new Argument<string>("service") { Description = "The service." });
        confirm = Having(new Option<string?>("--confirm") { Description = "The service's name again; asked for when not given.", HelpName = "SERVICE" });
    }

    protected override Task<int> Run(Invocation run)
    {
        var name = run.Get(service)!;
        var typed = run.Get(confirm);
        if (typed is null && !Planning(run))
            typed = run.Terminal.CanAsk ? run.Terminal.Ask($"Type {name} to remove it:") : throw CliProblem.WrongUsage($"Removing {name} has to be confirmed.", $"Add --confirm {name} --yes, or --plan to see what would happen.");
        if (typed is not null && typed != name) throw CliProblem.WrongUsage($"“{typed}” is not “{name}”; nothing was changed.", $"Type the service's name: {name}.");
        return Perform(run, new JsonObject { ["service"] = name, ["confirm"] = typed ?? name });
    }
}

internal sealed class ServiceRestoreCommand : ChangeVerb
{
    private readonly Argument<string> service;

    public ServiceRestoreCommand() : base(DeliveryActions.Restore, "restore", null, "tarmac service restore vouchers")
    {
        CanBeLeft();
        service = With(new Argument<string>("service") { Description = "The service." });
    }

    protected override Task<int> Run(Invocation run) => Perform(run, new JsonObject { ["service"] = run.Get(service) });
}
