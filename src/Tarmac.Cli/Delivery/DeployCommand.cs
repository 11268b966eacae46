using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

internal sealed class DeployCommand : ServiceVerb
{
    private readonly Option<string?> commit;

    public DeployCommand() : base(DeliveryActions.Deploy, "deploy", "Build, test and release a commit, and switch traffic once it is ready; follows the log to the end.",
        "tarmac deploy", "tarmac deploy vouchers --commit main --plan", "tarmac deploy vouchers --no-wait") =>
        commit = Having(new Option<string?>("--commit") { Description = "Commit, branch or tag; the newest of the default branch when not said.", HelpName = "COMMIT" });

    protected override void Fill(JsonObject input, Invocation run)
    {
        if (run.Get(commit) is { } what) input["commit"] = what;
    }
}
