using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Delivery;

internal sealed class RollbackCommand : ServiceVerb
{
    private readonly Option<int?> to;

    public RollbackCommand() : base(DeliveryActions.Rollback, "rollback", "Run an earlier release again, artifact and configuration, without building.",
        "tarmac rollback vouchers", "tarmac rollback vouchers --to 3") =>
        to = Having(new Option<int?>("--to") { Description = "The release's number; the one before the current when not said.", HelpName = "RELEASE" });

    protected override void Fill(JsonObject input, Invocation run)
    {
        if (run.Get(to) is { } number) input["release"] = number;
    }
}
