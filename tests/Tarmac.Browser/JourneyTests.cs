using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tarmac.Tests;

namespace Tarmac.Browser;

/// <summary>The main job in a real browser, by nothing but what is on the pages: keys, links and forms, no address typed.</summary>
public sealed partial class JourneyTests
{
    [GeneratedRegex("^Live$|^Ended")]
    private static partial Regex Following { get; }

    [Fact]
    public async Task A_team_goes_from_nothing_to_a_running_scored_service_and_back_to_an_earlier_release()
    {
        await using var platform = await Start();
        await using var chromium = await Chromium.Start(platform.Url);
        var page = chromium.Page;
        await chromium.SignIn(platform, "user:default/noor");

        // The keyboard alone: the palette leads to where services are made.
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("offer");
        await Assertions.Expect(page.GetByRole(AriaRole.Option, new() { Name = "Offer engine" }).First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog.palette")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("creat");
        await Assertions.Expect(page.GetByRole(AriaRole.Option, new() { Name = "Create page", Selected = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(platform.Url + "/create");
        await page.GetByRole(AriaRole.Link, new() { Name = "Take this road" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Owning team")).ToHaveValueAsync("group:default/promotions");
        await page.GetByLabel("Name").FillAsync("vouchers");
        await page.GetByLabel("Description").FillAsync("Issues and redeems gift vouchers");
        await page.GetByRole(AriaRole.Button, new() { Name = "See the plan" }).ClickAsync();
        await Assertions.Expect(page.Locator("#plan")).ToContainTextAsync("owned by Promotions");

        // A double click is one order.
        await page.GetByRole(AriaRole.Button, new() { Name = "Create vouchers" }).DblClickAsync();
        await UntilLive(page);
        await Assertions.Expect(page.Locator("#said")).ToContainTextAsync("Ended: succeeded");
        Assert.Single((JsonArray)await platform.Get("/api/operations?subject=resource:default/vouchers-repository"));
        await Assertions.Expect(page.Locator("#next")).ToContainTextAsync("git clone");

        await page.GetByRole(AriaRole.Link, new() { Name = "Open vouchers.dev.localhost" }).ClickAsync();
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("hello from vouchers");
        await page.GoBackAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "See its operability score" }).ClickAsync();
        var before = await Score(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "First line troubleshooting" }).First.ClickAsync();
        var editor = page.Locator("textarea.editor");
        var heading = await editor.EvaluateAsync<string>("area => area.value.slice(area.selectionStart, area.selectionEnd)");
        Assert.Equal("## First Line Troubleshooting", heading);
        var text = (await editor.InputValueAsync()).Split("<!--")[0] + """
            1. Ask `GET /`: it answers with its greeting. When it does, the trouble is elsewhere: look at the gateway.
            2. No answer: restart it on its page, and wait half a minute. Nothing is lost, it keeps no data.
            3. Still no answer after ten minutes: roll back to the release before, then call the team.

            """;
        await editor.FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Commit and deploy" }).ClickAsync();
        await UntilLive(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "See its operability score" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Rescore" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "First line can help itself" })).ToContainTextAsync("OK");
        var after = await Score(page);
        Assert.True(after > before, $"{before} is followed by {after}");

        await page.Locator(".facts").GetByRole(AriaRole.Link, new() { Name = "vouchers" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "releases, logs and commits" }).ClickAsync();
        await Assertions.Expect(page.Locator("#logs [data-follow-status]")).ToHaveTextAsync(Following);
        await Assertions.Expect(page.Locator("#logs .lines")).ToContainTextAsync("listening on");
        var plain = await page.APIRequest.GetAsync(platform.Url + await page.Locator("#logs").GetByRole(AriaRole.Link, new() { Name = "Plain text" }).GetAttributeAsync("href"));
        Assert.StartsWith("text/plain", plain.Headers["content-type"], StringComparison.Ordinal);
        Assert.Contains("listening on", await plain.TextAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Roll back to release 1" }).ClickAsync();
        await page.Locator("#plan").GetByRole(AriaRole.Button).ClickAsync();
        await UntilLive(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "See vouchers" }).ClickAsync();
        await Assertions.Expect(page.Locator("#in-dev")).ToContainTextAsync("#1");
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Current" })).ToContainTextAsync("#1");
        Assert.Empty(chromium.Complaints);

        // Looking at every page is no part of the job.
        await FitsAPhone(chromium, "/", "/create", "/create/tiny-api", "/deliveries", "/services/vouchers", "/services/vouchers/edit/RUNBOOK.md", "/scores/component/default/vouchers",
            "/catalog", "/catalog/component/default/vouchers", "/catalog/sources", "/catalog/problems", "/actions", "/search?q=off", "/people", "/teams", "/audit", "/tokens", "/actions/token.create", "/actions/service.remove?service=vouchers", "/docs/operability-score", "/api/docs/");
        Assert.Empty(chromium.Complaints);
    }

    [Fact]
    public async Task The_editor_goes_to_a_section_and_keeps_what_was_typed()
    {
        await using var platform = await Start();
        using (var noor = await platform.ClientOf("user:default/noor"))
        {
            var created = await TestPlatform.Act(noor, "service.create", new JsonObject { ["road"] = "tiny-api", ["name"] = "gifts", ["description"] = "Sells gift cards at tills", ["owner"] = "group:default/promotions", ["deploy"] = false });
            await platform.Finished(created["operation"]!.GetValue<string>());
        }
        await using var chromium = await Chromium.Start(platform.Url, ColorScheme.Dark);
        await chromium.SignIn(platform, "user:default/noor");
        await chromium.Page.Keyboard.PressAsync("Control+k");
        await chromium.Page.Keyboard.TypeAsync("gifts");
        await Assertions.Expect(chromium.Page.GetByRole(AriaRole.Option, new() { Name = "gifts component", Selected = true })).ToBeVisibleAsync();
        await chromium.Page.Keyboard.PressAsync("Enter");
        await chromium.Page.Locator("#service").GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        var editor = chromium.Page.Locator("textarea.editor");
        await editor.FillAsync((await editor.InputValueAsync()).Replace("gift cards", "gift cards and vouchers", StringComparison.Ordinal));
        await chromium.Page.GetByRole(AriaRole.Link, new() { Name = "Host platform" }).ClickAsync();
        await Assertions.Expect(editor).ToBeFocusedAsync();
        var value = await editor.InputValueAsync();
        Assert.Contains("gift cards and vouchers", value);
        Assert.EndsWith("## Host platform\n\n", value);
        await chromium.Page.GetByRole(AriaRole.Link, new() { Name = "First line troubleshooting" }).ClickAsync();
        Assert.Equal("## First Line Troubleshooting", await editor.EvaluateAsync<string>("area => area.value.slice(area.selectionStart, area.selectionEnd)"));
        Assert.Empty(chromium.Complaints);
    }

    // The page follows the log by itself and shows its end: nothing here polls or presses reload.
    private static async Task UntilLive(IPage page)
    {
        await Assertions.Expect(page).ToHaveURLAsync(Chromium.OperationPage);
        await Assertions.Expect(page.GetByText("It is live.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    private static async Task<double> Score(IPage page) =>
        double.Parse(await page.Locator(".score.large .value").First.InnerTextAsync(), CultureInfo.InvariantCulture);

    private static async Task FitsAPhone(Chromium chromium, params string[] paths)
    {
        await chromium.Page.SetViewportSizeAsync(360, 740);
        foreach (var path in paths)
        {
            await chromium.Page.GotoAsync(path);
            Assert.True(await chromium.SidewaysScroll() <= 0, $"{path} scrolls sideways at 360 px");
        }
    }

    private static Task<TestPlatform> Start()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        return TestPlatform.Start(options: o => o with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample], Roads = Path.Combine(AppContext.BaseDirectory, "roads") });
    }
}
