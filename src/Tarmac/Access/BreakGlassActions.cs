using System.Text.Json.Nodes;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;

namespace Tarmac.Access;

public sealed class StartBreakGlass(IOrganisation organisation, EventLog events, TimeProvider clock) : ActionHandler(AccessActions.StartBreakGlass)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
    {
        var subject = call.Text("subject");
        if (!organisation.Exists(subject)) throw Problem.NotFound("entity", subject);
        var owner = organisation.OwnerOf(subject);
        return Task.FromResult(new ActionPlan(subject,
        [
            $"You may act on {subject} as if you owned it until {clock.GetUtcNow() + BreakGlass.Lasts:HH:mm} UTC.",
            $"A banner shows it to everyone, each change is marked in the audit, and {(owner is null ? "nobody is told, for it has no owner" : organisation.DisplayName(owner) + " is told")}.",
        ]));
    }

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var now = clock.GetUtcNow();
        var until = now + BreakGlass.Lasts;
        await BreakGlass.Start(session, new BreakGlass(Guid.CreateVersion7().ToString("n"), call.Principal.Ref, plan.Subject, call.Text("reason"), now, until));
        var facts = new JsonObject { ["reason"] = call.Text("reason"), ["until"] = until.UtcDateTime.ToString("O") };
        await events.Append(session, "dev.tarmac.break-glass.started", plan.Subject, call.Principal.Ref, facts);
        return new ActionOutcome((JsonObject)facts.DeepClone());
    }
}

public sealed class EndBreakGlass(EventLog events, TimeProvider clock) : ActionHandler(AccessActions.EndBreakGlass)
{
    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation) =>
        Task.FromResult(new ActionPlan(call.Text("subject"), [$"Your break-glass on {call.Text("subject")} ends now."]));

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        var ended = await BreakGlass.End(session, call.Principal.Ref, plan.Subject, clock.GetUtcNow());
        if (ended) await events.Append(session, "dev.tarmac.break-glass.ended", plan.Subject, call.Principal.Ref, []);
        return new ActionOutcome(new JsonObject { ["ended"] = ended });
    }
}
