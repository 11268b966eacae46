using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

/// <summary>The verbs of <c>tarmac service</c>.</summary>
internal static class ServiceCommands
{
    public static IEnumerable<Command> All() =>
    [
        Plain(DeliveryActions.Restart, "restart"), Plain(DeliveryActions.Stop, "stop"), Plain(DeliveryActions.Start, "start"),
        new ServiceRemoveCommand(), new ServiceRestoreCommand(),
    ];

    private static ServiceVerb Plain(ActionDefinition action, string name) => new(action, name, null, $"tarmac service {name} vouchers");
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

    protected override async Task<int> Run(Invocation run)
    {
        var name = run.Get(service)!;
        var input = new JsonObject { ["service"] = name, ["confirm"] = name };
        if (Planning(run)) return await ShowPlan(run, input);
        if (run.Get(confirm) is { } given)
        {
            Demand(name, given);
            return await Perform(run, input);
        }
        if (!run.Terminal.CanAsk) throw CliProblem.WrongUsage($"Removing {name} has to be confirmed.", $"Add --confirm {name} --yes, or --plan to see what would happen.");
        // The plan first; then the name, typed, is the yes.
        Write(await run.Platform.Plan(Definition, input), run.Terminal.Progress);
        Demand(name, run.Terminal.Ask($"Type {name} to remove it:"));
        return await Finish(run, await run.Platform.Act(Definition, input), null);
    }

    private static void Demand(string name, string? typed)
    {
        if (typed != name) throw CliProblem.WrongUsage($"“{typed}” is not “{name}”; nothing was changed.", $"Type the service's name: {name}.");
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
