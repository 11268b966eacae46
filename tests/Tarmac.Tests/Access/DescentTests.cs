using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Principals;
using Tarmac.Tests.Foundation.Actions;
using static Tarmac.Tests.TestOrganisation;

namespace Tarmac.Tests.Access;

/// <summary>What is made with a credential never allows more than it, nor lasts longer.</summary>
public sealed class DescentTests
{
    [Fact]
    public async Task A_browser_signed_in_with_a_token_may_do_what_the_token_may_and_no_more()
    {
        await using var platform = await TestPlatform.Start();
        using var laptop = await Made(platform, platform.Client, new JsonObject { ["name"] = "laptop" });
        using var browser = await SignedIn(platform, laptop.Client);
        Assert.Equal(["read", "write"], await Scopes(browser));
        using var own = await SignedIn(platform, platform.Client);
        Assert.Equal(["operate", "read", "write"], await Scopes(own));
    }

    [Fact]
    public async Task Revoking_a_token_ends_the_browsers_links_and_tokens_that_came_of_it_and_nothing_else()
    {
        await using var platform = await TestPlatform.Start();
        using var laptop = await Made(platform, platform.Client, new JsonObject { ["name"] = "laptop" });
        using var other = await Made(platform, platform.Client, new JsonObject { ["name"] = "other" });
        using var browser = await SignedIn(platform, laptop.Client);
        var body = JsonContent.Create(new JsonObject { ["input"] = new JsonObject { ["name"] = "grandchild" } });
        var answer = await browser.Send(HttpMethod.Post, "/api/actions/token.create", body, browser.AntiforgeryToken);
        using var grandchild = platform.ClientFor((await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, await Whoami(grandchild));
        var link = await Browser.NewLink(laptop.Client);

        using var asked = await platform.Client.PostAsJsonAsync("/api/actions/token.revoke/plan", new { input = new { id = laptop.Id } }, TestContext.Current.CancellationToken);
        Assert.Contains("grandchild of user:default/operator", await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await platform.Act("token.revoke", new JsonObject { ["id"] = laptop.Id });

        Assert.Equal(HttpStatusCode.Unauthorized, await Whoami(laptop.Client));
        Assert.Equal(HttpStatusCode.Unauthorized, await Whoami(grandchild));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send(HttpMethod.Get, "/api/whoami")).StatusCode);
        using var late = new Browser(platform);
        late.OpenPage();
        Assert.Equal(HttpStatusCode.Unauthorized, (await late.PostLink(link)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await Whoami(other.Client));
        Assert.Equal(HttpStatusCode.OK, await Whoami(platform.Client));
    }

    [Fact]
    public async Task What_a_short_token_makes_lasts_no_longer_than_it()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        using var day = await Made(platform, platform.Client, new JsonObject { ["name"] = "day", ["days"] = 1 });
        using var year = await Made(platform, day.Client, new JsonObject { ["name"] = "year", ["days"] = 365 });
        clock.Advance(TimeSpan.FromHours(23));
        using var browser = await SignedIn(platform, day.Client);
        Assert.Equal(HttpStatusCode.OK, await Whoami(year.Client));
        clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await Whoami(year.Client));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send(HttpMethod.Get, "/api/whoami")).StatusCode);
    }

    [Fact]
    public async Task Two_teams_never_share_a_principal_and_nobody_is_the_platform_itself()
    {
        await using var platform = await TestPlatform.Start(configure: Rename.Add);
        using var noor = await platform.ClientOf(Noor);
        using var sam = await platform.ClientOf(Sam);
        await TestPlatform.Act(noor, "token.create", Named("triage", "agent"));
        await TestPlatform.Act(noor, "token.create", Named("Triage", "agent"));
        var (status, body) = await TestPlatform.TryAct(sam, "token.create", Named("triage", "agent"));
        Assert.Equal((HttpStatusCode.Conflict, "principal-taken"), (status, body["code"]!.GetValue<string>()));
        Assert.Equal("principal-taken", (await TestPlatform.TryAct(noor, "token.create", Named("tarmac", "service"))).Body["code"]!.GetValue<string>());
        await TestPlatform.Act(sam, "token.create", Named("triage", "service"));
    }

    [Fact]
    public async Task An_agent_loses_its_team_with_the_person_it_answers_to()
    {
        var organisation = new Leaving();
        await using var platform = await TestPlatform.Start(configure: builder =>
        {
            Rename.Add(builder);
            builder.Services.AddSingleton<IOrganisation>(organisation);
        });
        using var noor = await platform.ClientOf(Noor);
        using var agent = await Made(platform, noor, Named("triage", "agent"));
        await TestPlatform.Act(agent.Client, "thing.rename", Rename.Input(Vouchers));
        organisation.NoorHasLeft = true;
        Assert.Equal("not-owner", (await TestPlatform.TryAct(agent.Client, "thing.rename", Rename.Input(Vouchers))).Body["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_use_of_a_token_is_noted_at_most_once_a_minute()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        using var laptop = await Made(platform, platform.Client, new JsonObject { ["name"] = "laptop" });
        async Task<string?> Used() => ((JsonArray)await platform.Get("/api/tokens")).Single(token => token!["id"]!.GetValue<string>() == laptop.Id)!["lastUsedAt"]?.GetValue<string>();
        // It is written beside the request, so it may be seen a moment later.
        async Task<string> UsedOtherThan(string? before)
        {
            for (; ; TestContext.Current.CancellationToken.ThrowIfCancellationRequested())
                if (await Used() is { } used && used != before) return used;
        }
        Assert.Null(await Used());
        await Whoami(laptop.Client);
        var first = await UsedOtherThan(null);
        clock.Advance(TimeSpan.FromSeconds(30));
        await Whoami(laptop.Client);
        clock.Advance(TimeSpan.FromSeconds(31));
        await Whoami(laptop.Client);
        Assert.Equal(TimeSpan.FromSeconds(61), DateTimeOffset.Parse(await UsedOtherThan(first), CultureInfo.InvariantCulture) - DateTimeOffset.Parse(first, CultureInfo.InvariantCulture));
    }

    private sealed record MadeToken(string Id, HttpClient Client) : IDisposable
    {
        public void Dispose() => Client.Dispose();
    }

    private sealed class Leaving : IOrganisation
    {
        private readonly TestOrganisation inner = new();

        public bool NoorHasLeft { get; set; }

        public IReadOnlyList<string> TeamsOf(string person) => NoorHasLeft && person == Noor ? [] : inner.TeamsOf(person);

        public string? OwnerOf(string entity) => inner.OwnerOf(entity);

        public string DisplayName(string entity) => inner.DisplayName(entity);

        public IReadOnlyList<(string Text, string? Href)> ContactsOf(string entity) => [];

        public bool Exists(string entity) => inner.Exists(entity);

        public Task CaughtUp(long revision, CancellationToken cancellation) => inner.CaughtUp(revision, cancellation);
    }

    private static JsonObject Named(string name, string kind) => new() { ["name"] = name, ["kind"] = kind };

    private static async Task<MadeToken> Made(TestPlatform platform, HttpClient maker, JsonObject input)
    {
        var answer = await TestPlatform.Act(maker, "token.create", input);
        return new MadeToken(answer["result"]!["id"]!.GetValue<string>(), platform.ClientFor(answer["secret"]!.GetValue<string>()));
    }

    private static async Task<Browser> SignedIn(TestPlatform platform, HttpClient of)
    {
        var browser = new Browser(platform);
        browser.OpenPage();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostLink(await Browser.NewLink(of))).StatusCode);
        return browser;
    }

    private static async Task<List<string>> Scopes(Browser browser)
    {
        var answer = await browser.Send(HttpMethod.Get, "/api/whoami");
        return [.. (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["scopes"]!.AsArray().Select(scope => scope!.GetValue<string>())];
    }

    private static async Task<HttpStatusCode> Whoami(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized) Assert.NotEmpty(answer.Headers.WwwAuthenticate);
        return answer.StatusCode;
    }
}
