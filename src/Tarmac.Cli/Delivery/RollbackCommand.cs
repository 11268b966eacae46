using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

internal sealed class RollbackCommand : ChangeVerb
{
    private readonly Argument<string?> service;
    private readonly Option<string?> environment;
    private readonly Option<int?> to;

    public RollbackCommand() : base(DeliveryActions.Rollback, "rollback", "Run an earlier release again, artifact and configuration, without building.",
        "tarmac rollback vouchers", "tarmac rollback vouchers --to 3")
    {
        CanBeLeft();
        service = With(ServiceOptions.Service());
        environment = Having(ServiceOptions.Environment());
        to = Having(new Option<int?>("--to") { Description = "The release's number; the one before the current when not said.", HelpName = "RELEASE" });
    }

    protected override Task<int> Run(Invocation run)
    {
        var name = ServiceHere.Or(run.Get(service));
        var input = new JsonObject { ["service"] = name };
        if (run.Get(environment) is { } place) input["environment"] = place;
        if (run.Get(to) is { } number) input["release"] = number;
        var took = Stopwatch.StartNew();
        return Perform(run, input, answer => ServiceOutcome.Show(run, name, answer, took.Elapsed));
    }
}
