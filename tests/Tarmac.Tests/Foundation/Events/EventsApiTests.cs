using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Events;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Foundation.Events;

public sealed class EventsApiTests
{
    [Fact]
    public async Task A_page_of_one_subject_is_as_long_as_asked_for_however_many_others_there_are()
    {
        await using var platform = await TestPlatform.Start();
        await Happen(platform, "component:default/a", 1);
        await Happen(platform, "component:default/b", 5);
        await Happen(platform, "component:default/a", 2);
        var page = (JsonArray)await platform.Get("/api/events?after=0&subject=component:default/a&limit=2");
        Assert.Equal(2, page.Count);
        var rest = (JsonArray)await platform.Get($"/api/events?after={page[1]!["revision"]}&subject=component:default/a&limit=2");
        Assert.Single(rest);
    }

    [Fact]
    public async Task A_stream_says_at_once_that_it_is_open_goes_on_after_the_last_event_seen_and_ends_when_the_platform_stops()
    {
        var platform = await TestPlatform.Start();
        await Happen(platform, "component:default/a", 3);
        var seen = (long)(await platform.Get("/api/events?subject=component:default/a"))[1]!["revision"]!;
        // The address says where the listener began, the header how far it has come.
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events?after=0&subject=component:default/a");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", seen.ToString());
        using var client = platform.ClientFor(platform.Token);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var events = SseParser.Create(stream).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((seen + 1).ToString(), events.Current.EventId);

        // Sooner than an open connection would be cut off.
        await platform.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15), TestContext.Current.CancellationToken);
        Assert.False(await events.MoveNextAsync());
    }

    private static Task Happen(TestPlatform platform, string subject, int times) =>
        platform.Services.GetRequiredService<Database>().Write(async session =>
        {
            for (var n = 0; n < times; n++) await platform.Services.GetRequiredService<EventLog>().Append(session, "dev.tarmac.test", subject, null, []);
        }, TestContext.Current.CancellationToken);
}
