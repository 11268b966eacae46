using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Actions;
using Tarmac.Model.Schemas;

namespace Tarmac.Tests.Foundation.Actions;

/// <summary>An action as a slice would write it: the owner of a service gives it another name. Each run adds one to a counter.</summary>
internal sealed class Rename() : ActionHandler(Declared)
{
    public static readonly ActionDefinition Declared = new(
        "thing.rename", "Rename", "Gives it another name.", ActionRights.OwningTeam,
        InputSchema.Of(
            InputField.Text("subject", "Which.", required: true) with { Format = InputFormat.EntityRef },
            InputField.Text("name", "The new name.", required: true) with { MaxLength = 20, Pattern = "[a-z]+" },
            new InputField("times", InputKind.Integer) { Default = 1, Minimum = 1, Maximum = 3 }));

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ActionHandler, Rename>();
        builder.Services.AddSingleton<IOrganisation, TestOrganisation>();
    }

    public static Task<long?> Runs(TestPlatform platform) =>
        platform.Services.GetRequiredService<Database>().Read(session => session.Number($"select value from counter where name = 'renamed'"), TestContext.Current.CancellationToken);

    public static JsonObject Input(string subject, string name = "gold") => new() { ["subject"] = subject, ["name"] = name };

    public override ValueTask<string?> Subject(ActionCall call, CancellationToken cancellation) => ValueTask.FromResult<string?>(call.Text("subject"));

    public override Task<ActionPlan> Plan(ActionCall call, CancellationToken cancellation) =>
        Task.FromResult(new ActionPlan(call.Text("subject"), [$"It is called {call.Text("name")} from now on."],
            Before: new JsonObject { ["name"] = "old" }, After: new JsonObject { ["name"] = call.Text("name") }));

    public override async Task<ActionOutcome> Run(ActionCall call, ActionPlan plan, Session session)
    {
        await session.Execute($"insert into counter (name, value) values ('renamed', 1) on conflict (name) do update set value = counter.value + 1");
        return new ActionOutcome(new JsonObject { ["name"] = call.Text("name"), ["times"] = call.Input["times"]!.DeepClone() });
    }
}
