using System.Text.Json.Nodes;
using Tarmac.Foundation.Events;

namespace Tarmac.Tests.Foundation.Events;

public sealed class EventLogTests
{
    [Fact]
    public async Task Revisions_have_no_gaps_under_concurrent_writers_and_rollbacks_and_a_follower_sees_each_once_in_order()
    {
        await using var fresh = await FreshDatabase.Open();
        const int expected = 32 * 6;
        var following = Follow(fresh, expected);
        await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; n < 9; n++)
            {
                var append = fresh.Write(async session =>
                {
                    var revision = await fresh.Events.Append(session, "dev.tarmac.test.happened", "component:default/a", null, new JsonObject { ["n"] = n });
                    return n % 3 == 1 ? throw new InvalidOperationException("rolled back") : revision;
                });
                if (n % 3 == 1) await Assert.ThrowsAsync<InvalidOperationException>(() => append);
                else await append;
            }
        })));
        Assert.Equal(Enumerable.Range(1, expected).Select(n => (long)n), await following);
        Assert.Equal(expected, await fresh.Events.Head(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_event_with_the_same_source_and_id_is_written_once_however_often_and_concurrently_it_is_sent()
    {
        await using var fresh = await FreshDatabase.Open();
        var sent = new NewEvent("https://ci.example/builds", "build-7", "dev.cdevents.build.finished.0.2.0", "component:default/a", fresh.Clock.GetUtcNow(), null, []);
        var revisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => fresh.Write(session => fresh.Events.Append(session, sent)))));
        Assert.All(revisions, revision => Assert.Equal(1, revision));
        var other = await fresh.Write(session => fresh.Events.Append(session, sent with { Source = "https://other.example" }));
        Assert.Equal(2, other);
        Assert.Equal(2, (await fresh.Events.After(0, cancellation: TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task An_event_is_shown_as_cloudevents_1_0()
    {
        await using var fresh = await FreshDatabase.Open();
        await fresh.Write(session => fresh.Events.Append(session, "dev.tarmac.release.created", "component:default/a", "user:default/noor", new JsonObject { ["number"] = 3 }));
        var shown = (await fresh.Events.Latest("component:default/a", 1, TestContext.Current.CancellationToken)).Single().ToCloudEvent();
        Assert.Equal("1.0", shown["specversion"]!.GetValue<string>());
        Assert.Equal("/tarmac", shown["source"]!.GetValue<string>());
        Assert.Equal("dev.tarmac.release.created", shown["type"]!.GetValue<string>());
        Assert.Equal(3, shown["data"]!["number"]!.GetValue<int>());
        Assert.EndsWith("Z", shown["time"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.NotEmpty(shown["id"]!.GetValue<string>());
    }

    private static async Task<List<long>> Follow(FreshDatabase fresh, int count)
    {
        var seen = new List<long>();
        await foreach (var happened in fresh.Events.Follow(0, TestContext.Current.CancellationToken))
        {
            seen.Add(happened.Revision);
            if (seen.Count == count) break;
        }
        return seen;
    }
}
