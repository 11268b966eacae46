using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Foundation.Operations;

public sealed class OperationsApiTests
{
    [Fact]
    public async Task A_log_is_followed_while_the_operation_runs_and_reads_the_same_afterwards_and_from_any_line()
    {
        var goOn = new TaskCompletionSource();
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("talk", async run =>
        {
            await run.Step("build", async cancellation =>
            {
                run.Log("compiling");
                await goOn.Task.WaitAsync(cancellation);
                run.Log("compiled");
            });
            await run.Condition("Ready", true, "Answered", "It answers.");
            await run.Step("start", _ =>
            {
                run.Log("started");
                return Task.CompletedTask;
            });
        })));
        var id = await Enqueue(platform, "talk");
        var seen = new List<string>();
        await foreach (var item in Follow(platform, id))
        {
            seen.Add(item);
            // The first line arrives while the step is still at work: only then is it let go on.
            if (item.Contains("compiling", StringComparison.Ordinal)) goOn.TrySetResult();
        }
        Assert.Equal(["line 1 build compiling", "line 2 build compiled", "line 3 start started", "end succeeded"], seen);
        Assert.Equal(seen, await Follow(platform, id).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(seen.Skip(2), await Follow(platform, id, lastEventId: "2").ToListAsync(TestContext.Current.CancellationToken));
        var shown = await platform.Get("/api/operations/" + id);
        Assert.Equal(("Ready", "True", "Answered"), (shown["conditions"]![0]!["type"]!.GetValue<string>(), shown["conditions"]![0]!["status"]!.GetValue<string>(), shown["conditions"]![0]!["reason"]!.GetValue<string>()));
        Assert.Equal(["build", "start"], shown["steps"]!.AsArray().Select(step => step!["name"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_flood_of_log_lines_keeps_its_head_and_its_end_and_bytes_that_a_database_cannot_hold_are_replaced()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("flood", run =>
        {
            run.Log("nul \0 and " + new string('x', 10_000));
            run.Log("xx" + string.Concat(Enumerable.Repeat("x\U0001F600", 2_000)) + "half \ud83d");
            for (var n = 0; n < 60_000; n++) run.Log("line");
            run.Log("the reason");
            return Task.CompletedTask;
        })));
        var id = await Enqueue(platform, "flood");
        Assert.Equal("succeeded", (await platform.Finished(id))["operation"]!["state"]!.GetValue<string>());
        var first = (await platform.Get($"/api/operations/{id}/log?after=0"))[0]!["text"]!.GetValue<string>();
        Assert.StartsWith("nul \uFFFD and x", first, StringComparison.Ordinal);
        Assert.InRange(first.Length, 4_000, 4_010);
        var second = (await platform.Get($"/api/operations/{id}/log?after=1"))[0]!["text"]!.GetValue<string>();
        Assert.EndsWith("\U0001F600x …", second, StringComparison.Ordinal);
        var last = (await platform.Get($"/api/operations/{id}/log?after=49999")).AsArray();
        Assert.Equal(1 + 1 + 1 + 1_000, last.Count);
        Assert.Contains("50000 lines", last[1]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("9003 lines are left out here.", last[2]!["text"]!.GetValue<string>());
        Assert.Equal("the reason", last[^1]!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Of_a_long_log_the_page_shows_the_end_and_the_text_all()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("talk", run =>
        {
            for (var n = 1; n <= 6_001; n++) run.Log($"<{n}>");
            return Task.CompletedTask;
        })));
        var id = await Enqueue(platform, "talk");
        await platform.Finished(id);
        var text = (await platform.Client.GetStringAsync($"/operations/{id}/log.txt", TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n');
        Assert.Equal((6_001, "<1>", "<6001>"), (text.Length, text[0].Split(' ')[1], text[^1].Split(' ')[1]));
        var lines = await platform.Services.GetRequiredService<OperationStore>().LogEnd(id, 3, TestContext.Current.CancellationToken);
        Assert.Equal(["<5999>", "<6000>", "<6001>"], lines.Select(line => line.Text));
        var page = await platform.Client.GetStringAsync("/operations/" + id, TestContext.Current.CancellationToken);
        Assert.Contains("&lt;5002&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;5001&gt;", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wait", "resource:default/x-repository", TestOrganisation.Noor)]
    [InlineData("catalog.source", "source:x", "user:default/operator")]
    public async Task What_the_catalog_does_not_know_is_canceled_by_whoever_asked_for_it_and_a_source_by_the_operator(string kind, string subject, string owner)
    {
        await using var platform = await TestPlatform.Start(configure: builder =>
        {
            builder.Services.AddSingleton<IOrganisation>(new TestOrganisation());
            builder.Services.AddSingleton<OperationKind>(new TestKind("wait", run => Task.Delay(Timeout.Infinite, run.Stopping)));
        });
        using var sam = await platform.ClientOf(TestOrganisation.Sam);
        using var noor = await platform.ClientOf(TestOrganisation.Noor);
        var id = await platform.Services.GetRequiredService<Database>().Write(session => platform.Services.GetRequiredService<OperationStore>()
            .Enqueue(session, new OperationRequest(kind, subject, "Try", new JsonObject { ["change"] = "refresh", ["name"] = "x" }, TestOrganisation.Noor)), TestContext.Current.CancellationToken);
        foreach (var client in new[] { sam, noor, platform.Client })
        {
            var may = client == (owner == TestOrganisation.Noor ? noor : platform.Client);
            var code = (await TestPlatform.TryAct(client, "operation.cancel", new JsonObject { ["id"] = id })).Body["code"]?.GetValue<string>();
            // What is not refused may have ended by itself.
            if (may) Assert.NotEqual("not-owner", code);
            else Assert.Equal("not-owner", code);
        }
    }

    [Fact]
    public async Task An_operation_that_is_final_cannot_be_canceled_and_an_unknown_one_is_not_found()
    {
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("quick", _ => Task.CompletedTask)));
        var id = await Enqueue(platform, "quick");
        await platform.Finished(id);
        Assert.Equal("operation-final", (await TestPlatform.TryAct(platform.Client, "operation.cancel", new JsonObject { ["id"] = id })).Body["code"]!.GetValue<string>());
        Assert.Equal("not-found", (await TestPlatform.TryAct(platform.Client, "operation.cancel", new JsonObject { ["id"] = "op-none" })).Body["code"]!.GetValue<string>());
    }

    private static Task<string> Enqueue(TestPlatform platform, string kind) =>
        platform.Services.GetRequiredService<Database>().Write(session => platform.Services.GetRequiredService<OperationStore>()
            .Enqueue(session, new OperationRequest(kind, "component:default/a", "Try", [], "user:default/operator")), TestContext.Current.CancellationToken);

    private static async IAsyncEnumerable<string> Follow(TestPlatform platform, string id, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/operations/{id}/log");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken))
        {
            var data = JsonNode.Parse(item.Data)!;
            yield return item.EventType == "end" ? $"end {data["state"]}" : $"line {data["line"]} {data["step"]} {data["text"]}";
        }
    }
}
