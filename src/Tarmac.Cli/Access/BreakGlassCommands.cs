using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Access;

internal sealed class BreakGlassStartCommand : ChangeVerb
{
    private readonly Argument<string?> subject;
    private readonly Option<string> reason;

    public BreakGlassStartCommand() : base(AccessActions.StartBreakGlass, "start", null, "tarmac break-glass start vouchers --reason \"Checkout is down, owner asleep\"")
    {
        subject = With(new Argument<string?>("service") { Description = "The service; that of this repository when not named.", Arity = ArgumentArity.ZeroOrOne });
        reason = Having(new Option<string>("--reason") { Description = "Why; everyone can read it.", Required = true, HelpName = "TEXT" });
    }

    protected override Task<int> Run(Invocation run) =>
        Perform(run, new JsonObject { ["subject"] = Refs.Full(ServiceHere.Or(run.Get(subject)), "component"), ["reason"] = run.Get(reason) });
}

internal sealed class BreakGlassEndCommand : ChangeVerb
{
    private readonly Argument<string?> subject;

    public BreakGlassEndCommand() : base(AccessActions.EndBreakGlass, "end", null, "tarmac break-glass end vouchers") =>
        subject = With(new Argument<string?>("service") { Description = "The service; that of this repository when not named.", Arity = ArgumentArity.ZeroOrOne });

    protected override Task<int> Run(Invocation run) =>
        Perform(run, new JsonObject { ["subject"] = Refs.Full(ServiceHere.Or(run.Get(subject)), "component") });
}
