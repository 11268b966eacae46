using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Operability;
using Tarmac.Tests.Catalog;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Operability;

/// <summary>The score's pages: all of them, one of them, and its three buttons.</summary>
public sealed class ScorePagesTests
{
    private const string Entity = "component:default/reorder-advice";

    [Fact]
    public async Task A_score_shows_its_sum_its_findings_and_the_three_buttons_and_can_be_sorted()
    {
        await using var platform = await CatalogPagesTests.WithSample();
        await platform.Act("score.rescore", new JsonObject { ["entity"] = Entity });
        var score = platform.Services.GetRequiredService<ScoreIndex>().Find(Entity)!;
        var page = await platform.Client.Page("/scores/component/default/reorder-advice");
        Assert.Contains(ScoreRules.Arithmetic(score.Findings).Text, page.QuerySelector("#sum")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(score.Findings.Count, page.QuerySelectorAll("#failings tbody tr").Length);
        Assert.Equal(score.Worst!.Check.Title, page.QuerySelector("#failings tbody strong")!.TextContent);
        Assert.Equal(["Fix these errors", "View runbook", "Rescore"], page.QuerySelectorAll(".heading .button").Select(button => button.TextContent));
        Assert.NotNull(page.QuerySelector("form[method=post][action$='/rescore'] input[name=__RequestVerificationToken]"));
        Assert.NotEmpty(page.QuerySelectorAll("#history li"));
        // It runs elsewhere, so what can be done about its releases is to report them.
        Assert.Contains("/actions/fact.report?entity=component%3Adefault%2Freorder-advice&key=release&_back=%2Fscores%2Fcomponent%2Fdefault%2Freorder-advice",
            page.QuerySelectorAll("#failings a.button").Select(link => link.GetAttribute("href")));

        page = await platform.Client.Page("/scores/component/default/reorder-advice?sort=check");
        var titles = page.QuerySelectorAll("#failings tbody strong").Select(title => title.TextContent).ToList();
        Assert.Equal(titles.Order(StringComparer.OrdinalIgnoreCase), titles);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.TryPage("/scores/component/default/nothing")).Status);
    }

    [Fact]
    public async Task Scores_are_listed_lowest_first_and_filtered_by_failing_check()
    {
        await using var platform = await CatalogPagesTests.WithSample();
        foreach (var name in (string[])["reorder-advice", "offer-engine", "money"])
            await platform.Act("score.rescore", new JsonObject { ["entity"] = "component:default/" + name });
        var page = await platform.Client.Page("/scores");
        var values = page.QuerySelectorAll("tbody .value").Select(value => value.TextContent).Where(value => value != "–").Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToList();
        Assert.True(values.Count >= 3, $"only {values.Count} have a score");
        Assert.Equal(values.Order(), values);
        Assert.Contains("tarmac score --all", page.QuerySelector("details.same")!.TextContent, StringComparison.Ordinal);

        var worst = platform.Services.GetRequiredService<ScoreIndex>().Find(Entity)!.Worst!;
        page = await platform.Client.Page("/scores?check=" + Uri.EscapeDataString(worst.Check.Id));
        Assert.Contains(page.QuerySelectorAll("tbody th a"), link => link.TextContent == "Reorder advice");
        Assert.DoesNotContain(page.QuerySelectorAll("tbody th a"), link => link.TextContent == "Offer engine");
    }

    [Fact]
    public async Task Rescoring_by_the_button_needs_the_token_of_the_page_and_leads_back_to_the_score()
    {
        await using var platform = await CatalogPagesTests.WithSample();
        await platform.Act("score.rescore", new JsonObject { ["entity"] = Entity });
        using var form = new FormUrlEncodedContent([]);
        using var answer = await platform.Client.PostAsync("/scores/component/default/reorder-advice/rescore", form, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        const string address = "/scores/component/default/reorder-advice";
        using var shown = await platform.Client.GetAsync(address, TestContext.Current.CancellationToken);
        var page = Rendered.Parse(await shown.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var pressed = new HttpRequestMessage(HttpMethod.Post, page.QuerySelector("form[action$='/rescore']")!.GetAttribute("action"));
        pressed.Headers.Add("Cookie", shown.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("tarmac_antiforgery=", StringComparison.Ordinal)).Split(';')[0]);
        pressed.Content = new FormUrlEncodedContent([new("__RequestVerificationToken", page.QuerySelector("form[action$='/rescore'] input")!.GetAttribute("value")!)]);
        using var done = await platform.Client.SendAsync(pressed, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal(address, done.Headers.Location!.ToString());
    }
}
