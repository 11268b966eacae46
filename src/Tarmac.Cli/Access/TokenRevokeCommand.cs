using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Access;

internal sealed class TokenRevokeCommand : ChangeVerb
{
    private readonly Argument<string> id;

    public TokenRevokeCommand() : base(AccessActions.RevokeToken, "revoke", null, "tarmac token revoke tok-0198c0ffee --yes") =>
        id = With(new Argument<string>("id") { Description = "The token's id, as tarmac token list shows it." });

    protected override Task<int> Run(Invocation run) => Perform(run, new JsonObject { ["id"] = run.Get(id) });
}
