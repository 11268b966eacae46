using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Components;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Web;

public sealed class ComponentTests
{
    private static async Task<IHtmlDocument> Gallery(string? theme = null) => Rendered.Parse(await Rendered.Page<Gallery>(Rendered.Frame(theme: theme)));

    [Fact]
    public async Task A_page_has_landmarks_one_heading_a_title_and_a_skip_link()
    {
        var page = await Gallery();
        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.Equal("Gallery · Tarmac", page.Title);
        Assert.Single(page.QuerySelectorAll("h1"));
        Assert.Single(page.QuerySelectorAll("body > header"));
        Assert.Single(page.QuerySelectorAll("body > footer"));
        Assert.Equal("#main", page.QuerySelector("body > a:first-child")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector("main#main"));
        Assert.Equal(["Home", "Catalog", "Create", "Deliveries", "Scores", "Teams", "Audit"], page.QuerySelectorAll("nav[aria-label=Main] a").Select(a => a.TextContent));
        Assert.Equal("Catalog", page.QuerySelector("nav[aria-label=Main] [aria-current=page]")!.TextContent);
    }

    [Fact]
    public async Task Nothing_on_a_page_needs_a_looser_content_policy()
    {
        var page = await Gallery();
        foreach (var element in page.All)
            Assert.DoesNotContain(element.Attributes, a => a.Name == "style" || a.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a.Value.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(page.QuerySelectorAll("style"));
        Assert.All(page.QuerySelectorAll("script"), script =>
        {
            Assert.Equal("module", script.GetAttribute("type"));
            Assert.StartsWith("/assets/", script.GetAttribute("src"), StringComparison.Ordinal);
            Assert.Empty(script.TextContent);
        });
    }

    [Fact]
    public async Task Every_component_keeps_what_each_page_promises() => PagePromises.Hold(await Gallery(), "the gallery");

    [Fact]
    public async Task Every_form_that_changes_something_carries_the_anti_forgery_token()
    {
        var page = await Gallery();
        var forms = page.QuerySelectorAll("form[method=post]");
        Assert.Equal(3, forms.Length);
        Assert.All(forms, form => Assert.Equal("token-value", form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")));
    }

    [Theory]
    [InlineData("dark", "dark")]
    [InlineData("light", "light")]
    [InlineData(null, null)]
    [InlineData("\"><script>", null)]
    public async Task Only_a_known_theme_is_written_into_the_page(string? cookie, string? written) =>
        Assert.Equal(written, (await Gallery(cookie)).DocumentElement.GetAttribute("data-theme"));

    [Theory]
    [InlineData(Status.Ok)]
    [InlineData(Status.Warning)]
    [InlineData(Status.Failed)]
    [InlineData(Status.Running)]
    [InlineData(Status.Waiting)]
    [InlineData(Status.Stopped)]
    [InlineData(Status.Unknown)]
    public async Task A_status_has_a_word_and_a_shape_of_its_own(Status status)
    {
        var chip = await Rendered.Part<StatusChip>(("Value", status));
        Assert.False(string.IsNullOrWhiteSpace(chip.Body!.TextContent));
        var shape = chip.QuerySelector("svg")!.InnerHtml;
        foreach (var other in Enum.GetValues<Status>().Where(o => o != status))
            Assert.NotEqual(shape, (await Rendered.Part<StatusChip>(("Value", other))).QuerySelector("svg")!.InnerHtml);
    }

    [Fact]
    public async Task Text_from_outside_is_escaped()
    {
        const string hostile = "<script>alert(1)</script>";
        var log = await Rendered.Part<LogView>(("Lines", new[] { new LogLineView(1, hostile) }));
        Assert.Empty(log.QuerySelectorAll("script"));
        Assert.Equal(hostile, log.QuerySelector("li > span")!.TextContent);
        var link = await Rendered.Part<EntityLink>(("Ref", "component:default/x"), ("Title", hostile));
        Assert.Equal(hostile, link.QuerySelector("a")!.TextContent);
    }

    [Theory]
    [InlineData("component:default/vouchers", "/catalog/component/default/vouchers", "vouchers")]
    [InlineData("vouchers", "/catalog/component/default/vouchers", "vouchers")]
    [InlineData("Group:retail/stock", "/teams/retail/stock", "retail/stock")]
    [InlineData("api:a b?/c", "/catalog/api/a%20b%3F/c", "a b?/c")]
    public async Task An_entity_link_leads_to_the_entitys_page(string reference, string href, string text)
    {
        var link = (await Rendered.Part<EntityLink>(("Ref", reference))).QuerySelector("a")!;
        Assert.Equal(href, link.GetAttribute("href"));
        Assert.Equal(text, link.TextContent);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("group:/x")]
    public async Task What_is_no_reference_is_shown_and_not_linked(string written)
    {
        var shown = await Rendered.Part<EntityLink>(("Ref", written));
        Assert.Null(shown.QuerySelector("a"));
        Assert.Contains("not in the catalog", shown.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_score_or_figure_is_a_dash_and_never_zero()
    {
        var score = await Rendered.Part<ScoreMeter>(("Value", null), ("Band", ScoreBand.Unknown));
        Assert.Equal("–", score.QuerySelector(".value")!.TextContent);
        Assert.Null(score.QuerySelector(".fill"));
        Assert.Contains("Not scored yet", score.Body!.TextContent, StringComparison.Ordinal);
        var figure = await Rendered.Part<Figure>(("Label", "Failed changes"), ("Value", null), ("Formula", "failed / all"), ("Source", "incidents"));
        Assert.Equal("–", figure.QuerySelector(".number")!.TextContent);
    }

    [Fact]
    public async Task The_api_call_quotes_its_body_for_the_shell()
    {
        var same = await Rendered.Part<SameByCommand>(("Path", "/api/actions/remove"), ("Body", """{"input":{"reason":"it's over"}}"""), ("Command", "tarmac remove vouchers"));
        var blocks = same.QuerySelectorAll("pre").Select(e => e.TextContent).ToList();
        Assert.Equal("tarmac remove vouchers", blocks[0]);
        Assert.Contains("curl -X POST http://127.0.0.1:7080/api/actions/remove", blocks[1], StringComparison.Ordinal);
        Assert.Contains("""-d '{"input":{"reason":"it'\''s over"}}'""", blocks[1], StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", blocks[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_active_filter_can_be_taken_off_by_itself()
    {
        var bar = await Rendered.Part<FilterBar>(("Action", "/catalog"), ("Search", "a&b"),
            ("Filters", new[] { new Filter("kind", "Kind", [new("api", "API")], "api") }), ("Keep", new[] { ("sort", "name") }));
        Assert.Equal(["/catalog?kind=api&sort=name", "/catalog?q=a%26b&sort=name"], bar.QuerySelectorAll("a.chip").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task Of_several_values_of_one_filter_none_is_lost_by_filtering_again()
    {
        var bar = await Rendered.Part<FilterBar>(("Action", "/catalog"),
            ("Filters", new[] { new Filter("owner", "Owner", [new("a", "A"), new("b", "B")], "a", [new("b", "B")]), new Filter("tag", "Tag", [], Also: [new("till", "till")]) }));
        Assert.Equal(["b", "till"], bar.QuerySelectorAll("input[type=hidden]").Select(input => input.GetAttribute("value")));
        Assert.Equal(["/catalog?owner=b&tag=till", "/catalog?owner=a&tag=till", "/catalog?owner=a&owner=b"], bar.QuerySelectorAll("a.chip").Select(a => a.GetAttribute("href")));
        Assert.Null(bar.QuerySelector("#f-tag"));
    }

    [Fact]
    public async Task The_api_call_quotes_its_address_for_the_shell()
    {
        var same = await Rendered.Part<SameByCommand>(("Method", "GET"), ("Path", "/api/v1/catalog/entities?kind=Component&owner=none"));
        Assert.StartsWith("curl 'http://127.0.0.1:7080/api/v1/catalog/entities?kind=Component&owner=none' \\\n", same.QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("offer-engine", "offer-engine")]
    [InlineData("a b#c.d (e)", @"a b#c\.d \(e\)")]
    public async Task What_is_typed_to_confirm_is_a_pattern_that_browsers_take(string name, string pattern)
    {
        var form = await Rendered.Part<ConfirmByTyping>(("Action", "/x"), ("Name", name), ("Label", "Remove"));
        Assert.Equal(pattern, form.QuerySelector("input[name=confirm]")!.GetAttribute("pattern"));
    }

    [Fact]
    public async Task A_live_log_says_where_to_go_on_and_a_finished_one_does_not()
    {
        var lines = new[] { new LogLineView(7, "seven"), new LogLineView(8, "eight") };
        var live = (await Rendered.Part<LogView>(("Lines", lines), ("FollowUrl", "/api/operations/1/log?follow=true"))).QuerySelector("section")!;
        Assert.Equal("8", live.GetAttribute("data-last"));
        Assert.Equal("/api/operations/1/log?follow=true", live.GetAttribute("data-follow"));
        Assert.Equal("8", live.QuerySelector("[role=log] li:last-child a")!.TextContent);
        Assert.NotNull(live.QuerySelector("[role=status]"));
        Assert.False((await Rendered.Part<LogView>(("Lines", lines))).QuerySelector("section")!.HasAttribute("data-follow"));
    }

    [Theory]
    [InlineData(-2, "just now")]
    [InlineData(-59, "59 s ago")]
    [InlineData(-3600 * 5, "5 h ago")]
    [InlineData(-86400 * 3, "3 days ago")]
    [InlineData(-86400 * 365 * 3, "2 years ago")]
    [InlineData(120, "in 2 min")]
    public async Task A_time_is_told_as_an_age_with_the_instant_behind_it(int seconds, string text)
    {
        var time = (await Rendered.Part<RelativeTime>(("At", Rendered.Now.AddSeconds(seconds)))).QuerySelector("time")!;
        Assert.Equal(text, time.TextContent);
        Assert.Equal(Rendered.Now.AddSeconds(seconds), DateTimeOffset.Parse(time.GetAttribute("datetime")!, null));
        Assert.EndsWith("UTC", time.GetAttribute("title"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_table_shows_what_to_do_instead()
    {
        RenderFragment empty = builder => builder.AddContent(0, "Make the first one");
        RenderFragment<string> row = item => builder => builder.AddMarkupContent(0, $"<td>{item}</td>");
        RenderFragment head = builder => builder.AddMarkupContent(0, "<th>Name</th>");
        var none = await Rendered.Part<Table<string>>(("Items", Array.Empty<string>()), ("Caption", "Services"), ("Head", head), ("Row", row), ("Empty", empty));
        Assert.Null(none.QuerySelector("table"));
        Assert.Contains("Make the first one", none.Body!.TextContent, StringComparison.Ordinal);
        var some = await Rendered.Part<Table<string>>(("Items", new[] { "one", "two" }), ("Caption", "Services"), ("Head", head), ("Row", row), ("Empty", empty));
        Assert.Equal(2, some.QuerySelectorAll("tbody tr").Length);
        Assert.Equal("Services", some.QuerySelector("caption")!.TextContent);
    }
}
