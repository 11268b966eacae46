using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

internal sealed class DeployCommand : ChangeVerb
{
    private readonly Argument<string?> service;
    private readonly Option<string?> environment;
    private readonly Option<string?> commit;

    public DeployCommand() : base(DeliveryActions.Deploy, "deploy", "Build, test and release a commit, and switch traffic once it is ready; follows the log to the end.",
        "tarmac deploy", "tarmac deploy vouchers --commit main --plan", "tarmac deploy vouchers --no-wait")
    {
        CanBeLeft();
        service = With(ServiceOptions.Service());
        environment = Having(ServiceOptions.Environment());
        commit = Having(new Option<string?>("--commit") { Description = "Commit, branch or tag; the newest of the default branch when not said.", HelpName = "COMMIT" });
    }

    protected override Task<int> Run(Invocation run)
    {
        var name = ServiceHere.Or(run.Get(service));
        var input = new JsonObject { ["service"] = name };
        if (run.Get(environment) is { } place) input["environment"] = place;
        if (run.Get(commit) is { } what) input["commit"] = what;
        var took = Stopwatch.StartNew();
        return Perform(run, input, answer => ServiceOutcome.Show(run, name, answer, took.Elapsed));
    }
}
