using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tarmac.Tests;

namespace Tarmac.Browser;

/// <summary>The distribution's Chromium, one profile, and everything a page complained of.</summary>
internal sealed partial class Chromium : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly List<string> complaints = [];

    /// <summary>The address of the page of any operation.</summary>
    [GeneratedRegex("/operations/op-[0-9a-f]+$")]
    public static partial Regex OperationPage { get; }

    private Chromium(IPlaywright playwright, IBrowser browser, IPage page)
    {
        this.playwright = playwright;
        this.browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Console errors and warnings, violations of the content policy among them, failed requests and uncaught errors.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (complaints) return [.. complaints];
        }
    }

    /// <summary>TARMAC_CHROMIUM, else what is installed; skips the calling test when there is none.</summary>
    public static string Program
    {
        get
        {
            var found = (string?[])[Environment.GetEnvironmentVariable("TARMAC_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
            var program = found.FirstOrDefault(File.Exists);
            Assert.SkipWhen(program is null, "no Chromium is installed (package chromium)");
            return program!;
        }
    }

    public static async Task<Chromium> Start(string url, ColorScheme scheme = ColorScheme.Light)
    {
        var program = Program;
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { BaseURL = url, ViewportSize = new ViewportSize { Width = 1280, Height = 900 }, ColorScheme = scheme });
        context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        var made = new Chromium(playwright, browser, await context.NewPageAsync());
        made.Listen();
        return made;
    }

    /// <summary>Signs in as a person, with a link made by a token of theirs, by pressing the button of the page it opens.</summary>
    public async Task SignIn(TestPlatform platform, string person)
    {
        using var client = await platform.ClientOf(person);
        await SignIn(platform, client);
    }

    /// <summary>Signs in as the operator, with the operator's rights.</summary>
    public Task SignInAsOperator(TestPlatform platform) => SignIn(platform, platform.Client);

    private async Task SignIn(TestPlatform platform, HttpClient client)
    {
        var link = (await TestPlatform.Act(client, "access.link", []))["secret"]!.GetValue<string>();
        await Page.GotoAsync(link);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(platform.Url + "/");
    }

    /// <summary>How far the page is wider than the window.</summary>
    public Task<int> SidewaysScroll() => Page.EvaluateAsync<int>("document.documentElement.scrollWidth - window.innerWidth");

    public async ValueTask DisposeAsync()
    {
        await browser.CloseAsync();
        playwright.Dispose();
    }

    private void Listen()
    {
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complain($"{Page.Url}: {message.Text}");
        };
        Page.PageError += (_, error) => Complain($"{Page.Url}: {error}");
        Page.Response += (_, response) =>
        {
            if (response.Status >= 400) Complain($"{response.Status} {response.Url}");
        };
    }

    private void Complain(string text)
    {
        lock (complaints) complaints.Add(text);
    }
}
