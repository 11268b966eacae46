using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Storage;

/// <summary>The PostgreSQL server goes away and comes back.</summary>
[Trait("database", "postgres")]
public sealed class PostgresOutageTests
{
    [Fact]
    public async Task While_the_server_is_gone_requests_are_told_so_and_when_it_is_back_everything_goes_on()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "the package postgresql is not installed");
        await using var server = await PostgresServer.Start();
        var connection = await server.CreateDatabase();
        var clock = new TestClock();
        var (started, goOn, effects) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        await using var platform = await TestPlatform.Start(clock: clock, options: options => options with { Database = connection },
            configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("across", async run =>
            {
                await run.Step("before", _ => Task.FromResult(Interlocked.Increment(ref effects)));
                await run.Step("across", async _ =>
                {
                    started.TrySetResult();
                    await goOn.Task;
                });
            })));
        var operation = await platform.Services.GetRequiredService<Database>().Write(session => platform.Services.GetRequiredService<OperationStore>()
            .Enqueue(session, new OperationRequest("across", "component:default/a", "Try", [], "user:default/operator")), TestContext.Current.CancellationToken);
        await started.Task;

        await server.Stop();
        using (var answer = await platform.Client.GetAsync("/api/whoami", TestContext.Current.CancellationToken))
        {
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage-unavailable"), (answer.StatusCode, body["code"]!.GetValue<string>()));
            Assert.True(answer.Headers.RetryAfter is not null);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await TestPlatform.TryAct(platform.Client, "token.create", new JsonObject { ["name"] = "lost" }, "key-1")).Status);
        using (var alive = await platform.Client.GetAsync("/health/live", TestContext.Current.CancellationToken)) Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        // The step ends while its end cannot be recorded.
        goOn.SetResult();

        await server.StartAgain();
        Assert.Equal(HttpStatusCode.OK, (await TestPlatform.TryAct(platform.Client, "token.create", new JsonObject { ["name"] = "lost" }, "key-1")).Status);
        Assert.Single((await platform.Get("/api/tokens")).AsArray(), token => token!["name"]!.GetValue<string>() == "lost");
        var done = await clock.Until(platform.Finished(operation));
        Assert.Equal(("succeeded", 1), (done["operation"]!["state"]!.GetValue<string>(), effects));
    }
}
