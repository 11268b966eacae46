using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Foundation;

public sealed class FoundationApiTests
{
    [Fact]
    public async Task A_token_made_by_an_action_lets_its_holder_in_until_it_is_revoked()
    {
        await using var platform = await TestPlatform.Start();
        var made = await platform.Act("token.create", new JsonObject { ["name"] = "laptop", ["days"] = 3 });
        using var client = platform.ClientFor(made["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken)).StatusCode);

        await platform.Act("token.revoke", new JsonObject { ["id"] = made["result"]!["id"]!.GetValue<string>() });
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain(made["secret"]!.GetValue<string>(), (await platform.Get("/api/audit")).ToJsonString());
    }

    [Fact]
    public async Task The_same_idempotency_key_answers_the_same_and_makes_one_token()
    {
        await using var platform = await TestPlatform.Start();
        var input = new JsonObject { ["name"] = "once" };
        var first = await TestPlatform.TryAct(platform.Client, "token.create", input, "key-1");
        var again = await TestPlatform.TryAct(platform.Client, "token.create", input, "key-1");
        var other = await TestPlatform.TryAct(platform.Client, "token.create", new JsonObject { ["name"] = "twice" }, "key-1");
        Assert.True((int)again.Status == 200, again.Body.ToJsonString());
        Assert.Equal(first.Body["result"]!.ToJsonString(), again.Body["result"]!.ToJsonString());
        Assert.Null(again.Body["secret"]);
        Assert.Equal("idempotency-key-reused", other.Body["code"]!.GetValue<string>());
        Assert.Single(((JsonArray)await platform.Get("/api/tokens")), token => token!["name"]!.GetValue<string>() == "once");
    }

    [Fact]
    public async Task An_operation_runs_step_by_step_and_its_log_can_be_read_afterwards()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind, Greeting>());
        var id = await platform.Services.GetRequiredService<Database>().Write(session =>
            platform.Services.GetRequiredService<OperationStore>().Enqueue(session, new OperationRequest("greeting", "component:default/a", "Greet", [], "user:default/operator")),
            TestContext.Current.CancellationToken);
        var done = await platform.Finished(id);
        Assert.Equal("succeeded", done["operation"]!["state"]!.GetValue<string>());
        Assert.Equal(2, ((JsonArray)done["steps"]!).Count);
        Assert.Contains("hello", (await platform.Get($"/api/operations/{id}/log")).ToJsonString());
    }

    [Fact]
    public async Task An_operation_and_the_one_it_decided_share_a_page_on_which_every_line_has_an_address_of_its_own()
    {
        var decided = "op-" + Guid.CreateVersion7().ToString("n");
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind, Greeting>().AddSingleton<OperationKind>(new Deciding(decided)));
        var store = platform.Services.GetRequiredService<OperationStore>();
        var id = await platform.Services.GetRequiredService<Database>().Write(async session =>
        {
            await store.Enqueue(session, new OperationRequest("greeting", "component:default/a", "Greet", [], "user:default/operator", decided));
            return await store.Enqueue(session, new OperationRequest("deciding", "component:default/b", "Decide", [], "user:default/operator"));
        }, TestContext.Current.CancellationToken);
        await platform.Finished(id);
        await platform.Finished(decided);
        var page = await platform.Client.Page("/operations/" + id);
        Assert.NotNull(page.GetElementById(id + "-L1"));
        Assert.Equal($"#{decided}-L1", page.GetElementById(decided + "-L1")!.QuerySelector("a")!.GetAttribute("href"));
    }

    private sealed class Deciding(string decided) : OperationKind("deciding")
    {
        public override Task<JsonObject?> Run(OperationRun run)
        {
            run.Log("decided");
            return Task.FromResult<JsonObject?>(new JsonObject { ["deploy"] = decided });
        }
    }

    private sealed class Greeting() : OperationKind("greeting")
    {
        public override async Task<JsonObject?> Run(OperationRun run)
        {
            await run.Step("one", _ =>
            {
                run.Log("hello");
                return Task.CompletedTask;
            });
            await run.Step("two", _ => Task.CompletedTask);
            return new JsonObject { ["greeted"] = true };
        }
    }
}
