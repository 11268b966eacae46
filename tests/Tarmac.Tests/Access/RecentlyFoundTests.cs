using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Access;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Access;

public sealed class RecentlyFoundTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_found_is_looked_up_again_after_a_moment_and_after_it_was_forgotten()
    {
        var clock = new TestClock();
        var (recent, asked) = (new RecentlyFound<string>(clock), 0);
        Task<string?> Look() => Task.FromResult<string?>($"found {++asked}");
        Assert.Equal("found 1", await recent.Find("hash", Look));
        Assert.Equal("found 1", await recent.Find("hash", Look));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("found 2", await recent.Find("hash", Look));
        recent.Forget();
        Assert.Equal("found 3", await recent.Find("hash", Look));
        Assert.Null(await recent.Find("other", () => Task.FromResult<string?>(null)));
        Assert.Equal("found 4", await recent.Find("other", Look));
    }

    [Fact]
    public async Task What_is_looked_up_while_something_ends_is_not_remembered()
    {
        var recent = new RecentlyFound<string>(new TestClock());
        Assert.Equal("ended meanwhile", await recent.Find("hash", () =>
        {
            recent.Forget();
            return Task.FromResult<string?>("ended meanwhile");
        }));
        Assert.Null(await recent.Find("hash", () => Task.FromResult<string?>(null)));
    }

    [Fact]
    public async Task A_token_ended_here_is_refused_at_once_and_one_ended_elsewhere_after_a_moment()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        var here = await platform.Act("token.create", new JsonObject { ["name"] = "here" });
        using var client = platform.ClientFor(here["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/whoami", Cancellation)).StatusCode);
        await platform.Act("token.revoke", new JsonObject { ["id"] = here["result"]!["id"]!.GetValue<string>() });
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/whoami", Cancellation)).StatusCode);

        var elsewhere = await platform.Act("token.create", new JsonObject { ["name"] = "elsewhere" });
        using var other = platform.ClientFor(elsewhere["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/api/whoami", Cancellation)).StatusCode);
        var id = elsewhere["result"]!["id"]!.GetValue<string>();
        await platform.Services.GetRequiredService<Database>().Write(session => session.Execute($"update token set revoked_at = 1 where id = {id}"), Cancellation);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/whoami", Cancellation)).StatusCode);
    }
}
