using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tarmac.Tests;

namespace Tarmac.Browser;

/// <summary>The catalog in a real browser: one person looks for things, follows what hangs together, finds a conflict and registers a source.</summary>
public sealed partial class CatalogTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("tarmac-browser-");

    [GeneratedRegex("depth=3")]
    private static partial Regex ThreeSteps { get; }

    [GeneratedRegex("kind=Component")]
    private static partial Regex ComponentsOnly { get; }

    [Fact]
    public async Task A_person_finds_follows_and_registers_what_exists()
    {
        await using var platform = await Start();
        await using var chromium = await Chromium.Start(platform.Url);
        var page = chromium.Page;
        await chromium.SignInAsOperator(platform);

        await List(page);
        await Palette(page, platform);
        await Entity(page);
        await Graph(page, chromium);
        await Definition(page);
        await Chart(page);
        await Conflict(page);
        await Wizard(page);
        Assert.Empty(chromium.Complaints);

        await FitsAPhone(chromium, "/catalog", "/catalog/component/default/offer-engine/graph?depth=6&direction=around", "/catalog/system/default/promotions", "/catalog/domain/default/supply",
            "/catalog/api/default/offers-api", "/catalog/api/default/offers-api/definition", "/catalog/api/default/offers-api/definition?as=text", "/teams/chart", "/catalog/component/default/offer-engine/history", "/catalog/problems", "/actions/source.add");
        Assert.Empty(chromium.Complaints);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static async Task List(IPage page)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Catalog" }).ClickAsync();
        var all = await page.Locator(".filter-result > span").InnerTextAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("Component");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(ComponentsOnly);
        await Assertions.Expect(page.Locator(".filter-result > span")).ToContainTextAsync("of " + all);
        await page.GetByRole(AriaRole.Link, new() { Name = "Owner", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("th[aria-sort=ascending]")).ToContainTextAsync("Owner");
        await Assertions.Expect(page).ToHaveURLAsync(ComponentsOnly);
        await page.GetByRole(AriaRole.Link, new() { Name = "remove this filter" }).ClickAsync();
        await Assertions.Expect(page.Locator(".filter-result > span")).ToHaveTextAsync(all);
    }

    private static async Task Palette(IPage page, TestPlatform platform)
    {
        await page.Keyboard.PressAsync("Control+k");
        // A letter is missing, and it is found all the same.
        await page.Keyboard.TypeAsync("offer engin");
        await Assertions.Expect(page.GetByRole(AriaRole.Option, new() { Name = "Offer engine", Selected = true })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(platform.Url + "/catalog/component/default/offer-engine");
    }

    private static async Task Entity(IPage page)
    {
        await Assertions.Expect(page.Locator("#origin")).ToContainTextAsync("services/offer-engine/catalog-info.yaml:1");
        await page.Locator("#relations summary").ClickAsync();
        await Assertions.Expect(page.Locator("#relations details")).ToContainTextAsync("its own file");
        await Assertions.Expect(page.Locator("#around a.node.here")).ToContainTextAsync("Offer engine");
    }

    private static async Task Graph(IPage page, Chromium chromium)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Farther, and more closely" }).ClickAsync();
        await page.GetByLabel("As far as").SelectOptionAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Draw" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(ThreeSteps);
        var nodes = page.Locator(".graph a.node");
        Assert.True(await nodes.CountAsync() > 4);
        // No box lies over another, as the browser draws them.
        var boxes = await nodes.EvaluateAllAsync<double[][]>("all => all.map(node => { const box = node.querySelector('rect').getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; })");
        Assert.All(boxes, box => Assert.True(box[2] - box[0] > 100 && box[3] - box[1] > 20));
        for (var one = 0; one < boxes.Length; one++)
            for (var other = one + 1; other < boxes.Length; other++)
                Assert.False(boxes[one][0] < boxes[other][2] && boxes[other][0] < boxes[one][2] && boxes[one][1] < boxes[other][3] && boxes[other][1] < boxes[one][3]);
        Assert.Equal(await nodes.CountAsync() - 1, await page.Locator("section[aria-labelledby=in-words] li a").CountAsync());
        Assert.True(await chromium.SidewaysScroll() <= 0);

        // By keys alone: the picture is reached, its entities one after the other, and the one in focus is seen to be.
        await page.Locator(".graph").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(nodes.First).ToBeFocusedAsync();
        Assert.Equal("3px", await nodes.First.Locator("rect").EvaluateAsync<string>("rect => getComputedStyle(rect).strokeWidth"));
        var title = await nodes.First.Locator("text").TextContentAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title!);
    }

    private static async Task Definition(IPage page)
    {
        await page.GotoAsync("/catalog/api/default/offers-api");
        await page.Locator("#definition").GetByRole(AriaRole.Link, new() { Name = "All of it" }).ClickAsync();
        await page.Locator(".operations a").First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("POST /");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Answer 200" })).ToBeVisibleAsync();
    }

    private static async Task Chart(IPage page)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Teams" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "As a chart" }).ClickAsync();
        var team = page.Locator("details", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "Promotions", Exact = true }) }).Last;
        await Assertions.Expect(team.GetByRole(AriaRole.Link, new() { Name = "Noor" })).ToBeVisibleAsync();
        await team.Locator("summary").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(team.GetByRole(AriaRole.Link, new() { Name = "Noor" })).ToBeHiddenAsync();
    }

    private static async Task Conflict(IPage page)
    {
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Catalog" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See what and where" }).ClickAsync();
        var conflict = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "this one counts." });
        await Assertions.Expect(conflict).ToContainTextAsync("component:default/shelf-labels is also declared by");
        await conflict.GetByRole(AriaRole.Link, new() { Name = "shelf-labels" }).ClickAsync();
        await Assertions.Expect(page.Locator("#problems")).ToContainTextAsync("also declared by catalog:rival");
    }

    private async Task Wizard(IPage page)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder.FullName, "new")).FullName;
        await File.WriteAllTextAsync(Path.Combine(place, "catalog-info.yaml"), Component("gift-cards") + "\n---\n" + Component("offer-engine") + "\n---\nkind: Component\n", TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Link, new() { Name = "Catalog sources" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add a source" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("gifts");
        await page.GetByLabel("Location").FillAsync(place);
        await page.GetByRole(AriaRole.Button, new() { Name = "See the plan" }).ClickAsync();
        // What comes in, what collides and what fails, before anything changes.
        await Assertions.Expect(page.Locator("#plan")).ToContainTextAsync("2 entities come in from 1 file: 2 Component.");
        await Assertions.Expect(page.Locator("#plan")).ToContainTextAsync("component:default/offer-engine by catalog:sample");
        await Assertions.Expect(page.Locator("#plan")).ToContainTextAsync("catalog-info.yaml:");
        Assert.Equal(404, (await page.APIRequest.GetAsync("/api/v1/catalog/entities/component/default/gift-cards")).Status);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a catalog source" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(Chromium.OperationPage);
        await Assertions.Expect(page.GetByText("2 entities").First).ToBeVisibleAsync();
        await page.GotoAsync("/catalog/component/default/gift-cards");
        await Assertions.Expect(page.Locator("#origin")).ToContainTextAsync("gifts");
    }

    private static async Task FitsAPhone(Chromium chromium, params string[] paths)
    {
        await chromium.Page.SetViewportSizeAsync(360, 740);
        foreach (var path in paths)
        {
            await chromium.Page.GotoAsync(path);
            Assert.True(await chromium.SidewaysScroll() <= 0, $"{path} scrolls sideways at 360 px");
        }
    }

    private Task<TestPlatform> Start()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        var rival = Directory.CreateDirectory(Path.Combine(folder.FullName, "rival")).FullName;
        File.WriteAllText(Path.Combine(rival, "catalog-info.yaml"), Component("shelf-labels"));
        return TestPlatform.Start(options: o => o with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample, rival] });
    }

    private static string Component(string name) => $$"""
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: {name: {{name}}}
        spec: {type: service, lifecycle: production, owner: promotions}
        """;
}
