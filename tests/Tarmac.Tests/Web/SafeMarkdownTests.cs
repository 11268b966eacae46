using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Web;

public sealed class SafeMarkdownTests
{
    [Fact]
    public void Scripts_raw_html_pictures_and_strange_links_are_gone_and_the_text_stays()
    {
        var page = Rendered.Parse(SafeMarkdown.Render("""
            # Vouchers <b onclick="x()">bold</b>
            <script>alert(1)</script>
            <!-- Say what it does. -->

            [one](javascript:alert(1)) [two](data:text/html,x) [three](https://example.org/a) [four](docs/more.md) [five](#vouchers) <javascript:alert(1)> [six](//evil.example/x)

            ![picture](https://example.org/tracker.png)

            <iframe src="https://example.org"></iframe><style>body { display: none }</style>

            | a | b |
            |---|---|
            | 1 | 2 |
            """).Html.Value);
        Assert.Empty(page.QuerySelectorAll("script, iframe, style, img, b"));
        Assert.DoesNotContain(page.All, element => element.Attributes.Any(attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal) || attribute.Name == "style"));
        Assert.Equal(["https://example.org/a", "#text-vouchers", "https://example.org/tracker.png"],
            page.QuerySelectorAll("a[href]").Select(link => link.GetAttribute("href")).Where(href => href != "#text-vouchers-bold").Order(StringComparer.Ordinal).OrderBy(href => href == "#text-vouchers" ? 1 : href!.EndsWith('a') ? 0 : 2));
        Assert.Contains("one two three four five", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Say what it does", page.Body.TextContent, StringComparison.Ordinal);
        Assert.Equal("h3", page.QuerySelector("[id^=text-]")!.LocalName);
        Assert.Equal("2", page.QuerySelectorAll("td")[1].TextContent);
    }

    [Fact]
    public void A_text_that_nests_without_end_is_shown_as_it_is()
    {
        var text = new string('>', 5000) + " <script>alert(1)</script>";
        var page = Rendered.Parse(SafeMarkdown.Render(text).Html.Value);
        Assert.Equal(text, page.QuerySelector("pre")!.TextContent);
        Assert.Empty(page.QuerySelectorAll("script"));
    }

    [Fact]
    public void A_revision_is_rendered_once_and_a_long_text_is_cut_at_a_line()
    {
        var revision = new object();
        var first = SafeMarkdown.Once(revision, () => "one");
        Assert.Same(first, SafeMarkdown.Once(revision, () => throw new InvalidOperationException("rendered twice")));
        Assert.NotSame(first, SafeMarkdown.Once(new object(), () => "one"));
        Assert.False(first.Cut);

        var cut = SafeMarkdown.Render(string.Concat(Enumerable.Range(0, 20_000).Select(number => $"line {number}\n")));
        Assert.True(cut.Cut);
        Assert.InRange(cut.Html.Value.Length, SafeMarkdown.MostCharacters / 2, 2 * SafeMarkdown.MostCharacters);
    }
}
