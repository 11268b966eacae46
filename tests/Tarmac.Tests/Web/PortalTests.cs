using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Web;
using Tarmac.Tests.Operability;

namespace Tarmac.Tests.Web;

/// <summary>The frame, the assets and the problem page on a real platform.</summary>
public sealed class PortalTests
{
    [Fact]
    public async Task Assets_are_kept_for_ever_by_their_version_and_compressed()
    {
        await using var platform = await TestPlatform.Start();
        using var anonymous = platform.ClientFor(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, PortalAssets.Url("tarmac.css"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));
        using var answer = await anonymous.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/css", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length, 1, 8 * 1024);

        using var old = await anonymous.GetAsync("/assets/0123456789ab/tarmac.css", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, old.StatusCode);
        Assert.True(old.Headers.CacheControl!.NoCache);
        Assert.Equal(PortalAssets.Content("tarmac.css").ToArray(), await old.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        using var none = await anonymous.GetAsync($"/assets/{PortalAssets.Version}/other.css", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_refusal_is_a_page_in_the_common_layout_with_its_cure_and_the_strict_policy()
    {
        await using var platform = await TestPlatform.Start(configure: WithPages);
        var (answer, page) = await Get(platform, "/gallery/refused");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("script-src 'self'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("Not found", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("tarmac list", page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/docs/errors/not-found", page.QuerySelector("[role=alert] a")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector("nav[aria-label=Main]"));
    }

    [Theory]
    [InlineData("/nope", 404, "not-found")]
    [InlineData("/catalog/component/vouchers", 404, "not-found")]
    [InlineData("/audit?before=x", 400, "bad-request")]
    [InlineData("/api/nope", 404, "not-found")]
    [InlineData("/api/scores?limit=abc", 400, "bad-request")]
    [InlineData("/api/events?subject=%00", 400, "bad-request")]
    public async Task An_address_that_leads_nowhere_says_so_as_a_page_or_as_problem_details(string path, int status, string code)
    {
        await using var platform = await TestPlatform.Start();
        if (path.StartsWith("/api/", StringComparison.Ordinal))
        {
            using var answer = await platform.Client.GetAsync(path, TestContext.Current.CancellationToken);
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal((status, code), ((int)answer.StatusCode, problem["code"]!.GetValue<string>()));
            Assert.NotNull(problem["cure"]);
            return;
        }
        var (shown, page) = await platform.Client.TryPage(path);
        Assert.Equal(status, (int)shown);
        Assert.Equal("/docs/errors/" + code, page.QuerySelector("[role=alert] a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_wrong_method_is_told_with_the_right_ones_and_a_body_that_is_too_large_as_such()
    {
        await using var platform = await TestPlatform.Start();
        using var wrong = await platform.Client.DeleteAsync("/api/whoami", TestContext.Current.CancellationToken);
        Assert.Equal(["GET"], wrong.Content.Headers.Allow);
        Assert.Contains("method-not-allowed", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var body = new ByteArrayContent(new byte[31_000_000]);
        body.Headers.ContentType = new("application/json");
        // Asks before it sends, as curl does, and so is still there to hear the answer.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/actions/token.create") { Content = body };
        request.Headers.ExpectContinue = true;
        using var large = await platform.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Contains("request-too-large", await large.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_foot_names_the_platform_team_where_it_is_reached_and_the_documentation_always()
    {
        await using var folder = await ScoredFolder.Start(platformTeam: "group:default/promotions");
        var foot = (await folder.Platform.Client.Page("/")).QuerySelector("footer")!;
        Assert.Equal(["/catalog/group/default/promotions", "mailto:promotions@example.com"], foot.QuerySelectorAll("span a").Select(link => link.GetAttribute("href")));

        await using var without = await TestPlatform.Start();
        foot = (await without.Client.Page("/")).QuerySelector("footer")!;
        Assert.Empty(foot.QuerySelectorAll("span a"));
        Assert.NotNull(foot.QuerySelector("a[href='/docs']"));
    }

    [Fact]
    public async Task A_page_knows_who_looks_the_theme_and_the_break_glass_in_use()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        await using var platform = await TestPlatform.Start(configure: WithPages, options: o => o with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample] });
        var (answer, page) = await Get(platform, "/gallery", "tarmac-theme=dark");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("dark", page.DocumentElement.GetAttribute("data-theme"));
        Assert.Contains("user:default/operator", page.QuerySelector("#me")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(platform.Url + "/api/actions/remove", page.DocumentElement.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("form[method=post] input[name=__RequestVerificationToken]"));
        Assert.Empty(page.QuerySelectorAll(".glass"));
        Assert.Equal("/catalog/group/default/platform", page.QuerySelector("footer a")!.GetAttribute("href"));

        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/offer-engine", ["reason"] = "Tills cannot redeem <now>" });
        (_, page) = await Get(platform, "/gallery");
        Assert.Contains("Tills cannot redeem <now>", page.QuerySelector(".glass")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Offer engine", page.QuerySelector(".glass .entity a")!.TextContent);
        Assert.Equal("/actions/break-glass.end?subject=component%3Adefault%2Foffer-engine&_back=%2Fgallery", page.QuerySelector(".glass a.button")!.GetAttribute("href"));

        using var noor = await platform.ClientOf("user:default/noor");
        var hers = await noor.Page("/catalog");
        Assert.Contains("Tills cannot redeem <now>", hers.QuerySelector(".glass")!.TextContent, StringComparison.Ordinal);
        Assert.Null(hers.QuerySelector(".glass a.button"));
    }

    private static async Task<(HttpResponseMessage Answer, IHtmlDocument Page)> Get(TestPlatform platform, string path, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/html");
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        var answer = await platform.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer, Rendered.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private static void WithPages(WebApplicationBuilder builder) => builder.Services.AddSingleton<IStartupFilter, Pages>();

    /// <summary>Stands behind sign-in like every page.</summary>
    private sealed class Pages : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Run(async context =>
            {
                if (context.Request.Path == "/gallery/refused") throw Problem.NotFound("service", "vouchers", "tarmac list shows all.");
                await (await Portal.Page<Gallery>(context)).ExecuteAsync(context);
            });
        };
    }
}
