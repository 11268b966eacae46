using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Schemas;

namespace Tarmac.Tests.Foundation.Actions;

public sealed class EqualRequestsTests
{
    [Fact]
    public async Task A_request_that_its_equal_overtakes_while_it_plans_answers_what_that_did()
    {
        var once = new Once();
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<ActionHandler>(once));
        var overtaken = TestPlatform.TryAct(platform.Client, "thing.once", [], "same");
        await once.FirstPlans.WaitAsync(TestContext.Current.CancellationToken);
        var (_, done) = await TestPlatform.TryAct(platform.Client, "thing.once", [], "same");
        once.GoOn();
        var (status, body) = await overtaken;
        Assert.Equal((HttpStatusCode.OK, done.ToJsonString()), (status, body.ToJsonString()));
        Assert.Equal(HttpStatusCode.Conflict, (await TestPlatform.TryAct(platform.Client, "thing.once", [], "another")).Status);
    }

    /// <summary>Can be done once, as a service can be created once; its first plan waits.</summary>
    private sealed class Once() : ActionHandler(new ActionDefinition("thing.once", "Once", "Does it once.", ActionRights.Anyone, InputSchema.Empty))
    {
        private readonly TaskCompletionSource planning = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool done;

        public Task FirstPlans => planning.Task;

        public void GoOn() => go.SetResult();

        public override async Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation)
        {
            if (planning.TrySetResult()) await go.Task.WaitAsync(cancellation);
            if (done) throw new Problem(409, "service-exists", "It was done already.");
            return new ActionPlan("component:default/thing", ["It is done."]);
        }

        public override Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
        {
            session.OnCommitted(() => done = true);
            return Task.FromResult(new ActionOutcome(new JsonObject { ["done"] = true }));
        }
    }
}
