using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Access;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Access;

public sealed class SignInTests
{
    [Fact]
    public async Task A_link_signs_one_browser_in_once_by_post_and_the_cookie_cannot_be_read_by_scripts()
    {
        await using var platform = await TestPlatform.Start();
        var link = await Browser.NewLink(platform.Client);
        using var browser = new Browser(platform);
        // A mail scanner or a prefetch that merely looks at the link must not spend it.
        using (await browser.Send(HttpMethod.Get, "/sign-in?link=" + link))
        using (await browser.Send(HttpMethod.Head, "/sign-in?link=" + link))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send(HttpMethod.Get, "/api/whoami")).StatusCode);
        }
        browser.OpenPage();
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostLink(link)).StatusCode);
        Assert.Contains("httponly", browser.Session, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", browser.Session, StringComparison.OrdinalIgnoreCase);
        var me = await (await browser.Send(HttpMethod.Get, "/api/whoami")).Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        Assert.Equal("user:default/operator", me!["ref"]!.GetValue<string>());

        using var second = new Browser(platform);
        second.OpenPage();
        var refused = await second.PostLink(link);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("sign-in-link-spent", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9 * 60 + 50, HttpStatusCode.Redirect)]
    [InlineData(10 * 60 + 1, HttpStatusCode.Unauthorized)]
    public async Task A_link_lives_ten_minutes(int seconds, HttpStatusCode expected)
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        var link = await Browser.NewLink(platform.Client);
        clock.Advance(TimeSpan.FromSeconds(seconds));
        using var browser = new Browser(platform);
        browser.OpenPage();
        Assert.Equal(expected, (await browser.PostLink(link)).StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_and_by_signing_out()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        using var old = await SignedInBrowser(platform);
        clock.Advance(AccessStore.SessionLives + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await old.Send(HttpMethod.Get, "/api/whoami")).StatusCode);

        using var browser = await SignedInBrowser(platform);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Send(HttpMethod.Post, "/sign-out")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.Send(HttpMethod.Get, "/api/whoami")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.Send(HttpMethod.Post, "/sign-out", antiforgery: browser.AntiforgeryToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.Send(HttpMethod.Get, "/api/whoami")).StatusCode);
    }

    [Fact]
    public async Task A_cookie_alone_changes_nothing_without_the_token_of_one_of_our_pages()
    {
        await using var platform = await TestPlatform.Start();
        using var browser = await SignedInBrowser(platform);
        var body = JsonContent.Create(new JsonObject { ["input"] = new JsonObject { ["name"] = "mine" } });
        var refused = await browser.Send(HttpMethod.Post, "/api/actions/token.create", body);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("antiforgery-missing", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Send(HttpMethod.Post, "/api/actions/token.create/plan", body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.Send(HttpMethod.Post, "/api/actions/token.create", body, browser.AntiforgeryToken)).StatusCode);

        using var stranger = new Browser(platform);
        stranger.OpenPage();
        Assert.Equal(HttpStatusCode.BadRequest, (await stranger.PostLink(await Browser.NewLink(platform.Client), withToken: false)).StatusCode);
    }

    [Fact]
    public async Task A_token_that_has_expired_was_revoked_or_never_was_lets_nobody_in()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        var made = await platform.Act("token.create", new JsonObject { ["name"] = "short", ["days"] = 2 });
        using var client = platform.ClientFor(made["secret"]!.GetValue<string>());
        clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await Whoami(client));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await Whoami(client));
        using var guess = platform.ClientFor("tarmac_" + new string('A', 43));
        using var answer = await guess.GetAsync("/api/whoami", TestContext.Current.CancellationToken);
        Assert.Contains("token-refused", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Git_is_asked_for_a_password_and_a_token_is_one()
    {
        await using var platform = await TestPlatform.Start();
        using var nobody = platform.ClientFor(null);
        using var asked = await nobody.GetAsync("/git/vouchers.git/info/refs?service=git-upload-pack", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        Assert.StartsWith("Basic", asked.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/whoami");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("anyone:" + platform.Token)));
        using var answer = await nobody.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_operators_token_is_a_file_that_only_the_owner_of_the_home_can_read_and_a_lost_one_is_replaced()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-token-").FullName;
        try
        {
            string first;
            await using (var platform = await TestPlatform.Start(home))
            {
                first = platform.Token;
                if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(home, "token")));
            }
            File.Delete(Path.Combine(home, "token"));
            await using var again = await TestPlatform.Start(home);
            Assert.NotEqual(first, again.Token);
            Assert.Equal(HttpStatusCode.OK, await Whoami(again.Client));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public async Task A_token_that_others_could_read_is_replaced_and_lets_nobody_in_any_more()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        var home = Directory.CreateTempSubdirectory("tarmac-token-").FullName;
        try
        {
            string first;
            await using (var platform = await TestPlatform.Start(home)) first = platform.Token;
            var file = Path.Combine(home, "token");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            await using var again = await TestPlatform.Start(home);
            Assert.Equal(HttpStatusCode.OK, await Whoami(again.Client));
            using var thief = again.ClientFor(first);
            Assert.Equal(HttpStatusCode.Unauthorized, await Whoami(thief));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Fact]
    public void Serving_beyond_this_machine_is_refused()
    {
        var refusal = Assert.Throws<Problem>(() => PlatformOptions.Parse(["--listen", "0.0.0.0:7080"]));
        Assert.Contains("TLS", refusal.Title, StringComparison.Ordinal);
        refusal = Assert.Throws<Problem>(() => PlatformOptions.Parse(["--gateway-listen", "0.0.0.0:7081"]));
        Assert.Contains("--gateway-listen", refusal.Title, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> Whoami(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/whoami", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<Browser> SignedInBrowser(TestPlatform platform)
    {
        var browser = new Browser(platform);
        browser.OpenPage();
        var secret = await Browser.NewLink(platform.Client);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostLink(secret)).StatusCode);
        return browser;
    }
}
