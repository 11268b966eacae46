using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Access;
using Tarmac.Foundation.Actions;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Storage;

public sealed class RetentionTests
{
    [Fact]
    public async Task What_is_old_goes_at_the_next_start_and_an_operation_says_that_its_log_is_gone()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-old-").FullName;
        var clock = new TestClock();
        try
        {
            string operation;
            await using (var platform = await Start(home, clock))
            {
                await TestPlatform.TryAct(platform.Client, "access.link", [], "a-key");
                operation = await platform.Services.GetRequiredService<Database>().Write(session => platform.Services.GetRequiredService<OperationStore>()
                    .Enqueue(session, new OperationRequest("talk", "component:default/a", "Try", [], "user:default/operator")), TestContext.Current.CancellationToken);
                await clock.Until(platform.Finished(operation));
            }
            clock.Advance(OperationStore.LogsKept - TimeSpan.FromMinutes(1));
            await using (var platform = await Start(home, clock))
            {
                await Gone(platform, "select count(*) from idempotency");
                await Gone(platform, "select count(*) from sign_in_link");
                Assert.Equal(3, (await platform.Get($"/api/operations/{operation}/log")).AsArray().Count);
            }
            clock.Advance(TimeSpan.FromMinutes(2));
            await using (var platform = await Start(home, clock))
            {
                await Gone(platform, "select count(*) from operation_log where line > 1");
                Assert.Equal("The log was removed: it is kept for 90 days.", (await platform.Get($"/api/operations/{operation}/log")).AsArray().Single()!["text"]!.GetValue<string>());
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Task<TestPlatform> Start(string home, TestClock clock) =>
        TestPlatform.Start(home, clock: clock, configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("talk", run =>
        {
            for (var line = 1; line <= 3; line++) run.Log("line " + line);
            return Task.CompletedTask;
        })));

    private static async Task Gone(TestPlatform platform, string count)
    {
        var database = platform.Services.GetRequiredService<Database>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        // The pruner works beside the start; nothing tells when it is done but what is gone.
        while (await database.Read(session => session.Number(Text(count)), limit.Token) > 0) await Task.Delay(20, limit.Token);
    }

    private static Sql Text(string text)
    {
        var sql = new Sql(0, 0);
        sql.AppendLiteral(text);
        return sql;
    }
}
