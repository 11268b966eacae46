using CsCheck;
using Tarmac.Model.Problems;
using Tarmac.Model.Runbooks;

namespace Tarmac.Tests.Model.Runbooks;

public sealed class RunbookTests
{
    private const string Whole = """
        # Vouchers

        Prints money off, on paper, for people who still like paper.

        ## Code

        vouchers

        ## Primary URL

        <https://vouchers.example.com/>

        ## Service Tier

        gold

        ## lifecycleStage

        Production

        ## Delivered By

        [promotions](https://example.com/teams/promotions)

        ## Known About By

        - ada.l
        - grace

        ## Dependencies

        - stock
          resiliencePatterns: Cache, Replay
          resilienceDetails: Serves the last known stock for ten minutes.
        - `purchase`

        ## Failover Process Type

        Partially automated

        ## Contains Personal Data

        Yes

        ## Contains Sensitive Data

        👎

        ## Bespoke Monitoring

        The dashboard has [three panels][board]; the first is usually flat.

        ### What is normal

        Two requests a second.

        ```sh
        ## not a heading
        curl -s localhost <!-- not a comment -->
        ```

        [board]: https://example.com/board
        """;

    [Fact]
    public void A_sound_runbook_is_read_whole()
    {
        var runbook = Runbook.Parse(Whole, "RUNBOOK.md");

        Assert.Empty(runbook.Problems);
        Assert.Equal(("Vouchers", "vouchers"), (runbook.Name, runbook.Code));
        Assert.Equal("Prints money off, on paper, for people who still like paper.", runbook.Description);
        Assert.Equal(new Uri("https://vouchers.example.com/"), runbook.PrimaryUrl);
        Assert.Equal((ServiceTier.Gold, SystemLifecycle.Production), (runbook.ServiceTier, runbook.Lifecycle));
        Assert.Equal("promotions", runbook.DeliveredBy);
        Assert.Null(runbook.SupportedBy);
        Assert.Equal(["ada.l", "grace"], runbook.KnownAboutBy.Select(person => person.Code));
        Assert.Equal(["stock", "purchase"], runbook.Dependencies.Select(system => system.Code));
        Assert.Equal("Cache, Replay", runbook.Dependencies[0].Properties["resiliencePatterns"]);
        Assert.Equal(2, runbook.Dependencies[0].Properties.Count);
        Assert.Equal(ProcessType.PartiallyAutomated, runbook.FailoverProcess);
        Assert.Equal((true, false), (runbook.ContainsPersonalData, runbook.ContainsSensitiveData));
        Assert.Null(runbook.RollbackProcess);
        Assert.Empty(runbook.Healthchecks);

        var monitoring = runbook["monitoring"]!;
        Assert.Equal("Bespoke Monitoring", monitoring.Heading);
        Assert.Equal(Array.IndexOf(Whole.Split('\n'), "## Bespoke Monitoring") + 1, monitoring.Line);
        Assert.Contains("\n##### What is normal\n", monitoring.DemotedMarkdown, StringComparison.Ordinal);
        Assert.Contains("\n## not a heading\ncurl -s localhost <!-- not a comment -->\n", monitoring.DemotedMarkdown, StringComparison.Ordinal);
        Assert.Contains("\n### What is normal\n", monitoring.Markdown, StringComparison.Ordinal);
        Assert.Equal(["https://example.com/board"], monitoring.Links);
        Assert.False(monitoring.IsLinkOnly || monitoring.IsPlaceholder || monitoring.ContainsHtml);
        Assert.InRange(monitoring.WordCount, 20, 30);
    }

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_change_nothing()
    {
        var windows = Runbook.Parse("\uFEFF" + Whole.Replace("\n", "\r\n", StringComparison.Ordinal), "RUNBOOK.md");
        var unix = Runbook.Parse(Whole, "RUNBOOK.md");
        Assert.Empty(windows.Problems);
        Assert.Equal(unix.Sections.Select(section => (section.Heading, section.Line, section.Markdown, section.WordCount)),
            windows.Sections.Select(section => (section.Heading, section.Line, section.Markdown, section.WordCount)));
    }

    [Fact]
    public void Headings_in_comments_are_hints_and_lines_keep_their_numbers()
    {
        var runbook = Read("<!--\n made by a generator\n-->\n# A\n\nWhat it <!-- really --> does.\n\n<!-- ## Code\nchoose\n-->\n\n## Service Tier\n<!-- one of\n## Gold\n-->\nBrass\n\n## Architecture\n<!-- say how -->\n");
        Assert.Equal("A", runbook.Name);
        Assert.Equal("What it  does.", runbook.Description);
        Assert.Equal("serviceTier", Assert.Single(runbook.Sections).Property!.Name);
        Assert.Equal((RunbookCodes.Value, 16), Only(runbook));
        Assert.Null(runbook.ServiceTier);
    }

    [Theory]
    [InlineData("# A\n\nWhat.\n\n## Architecture\n\nOne <!-- two\n\n## Code\n\nabc\n")]
    [InlineData("# A\n\nWhat.\n\n## Architecture\n\n--> One <!-- two\n\n## Code\n\nabc\n")]
    public void A_comment_that_never_ends_is_reported_and_hides_nothing(string text)
    {
        var runbook = Read(text);
        Assert.Equal((RunbookCodes.CommentUnclosed, 7), Only(runbook));
        Assert.Equal("abc", runbook.Code);
    }

    [Theory]
    [InlineData("What.\n\n## Code\n\nabc\n", RunbookCodes.Name, 1)]
    [InlineData("# The *A*\n\nWhat.\n", RunbookCodes.Name, 1)]
    [InlineData("# [A](https://example.com)\n\nWhat.\n", RunbookCodes.Name, 1)]
    [InlineData("#\n\nWhat.\n", RunbookCodes.Name, 1)]
    [InlineData("[badge](x)\n\n# A\n\nWhat.\n", RunbookCodes.Name, 1)]
    [InlineData("# A\n\nWhat.\n\n# B\n\nMore.\n", RunbookCodes.Name, 5)]
    [InlineData("# A\n\n## Code\n\nabc\n", RunbookCodes.Description, 1)]
    [InlineData("# A\n\nWhat.\n\nMore.\n\nAnd more.\n", RunbookCodes.Description, 5)]
    [InlineData("# A\n\n- What\n", RunbookCodes.Description, 3)]
    [InlineData("# A\n\nWhat.\n\n## Test Coverage\n\n100%\n", RunbookCodes.SectionUnknown, 5)]
    [InlineData("# A\n\nWhat.\n\nCoverage\n--------\n\n100%\n", RunbookCodes.SectionUnknown, 5)]
    [InlineData("# A\n\nWhat.\n\n## Dependencies\n\n## Code\nabc\n", RunbookCodes.SectionEmpty, 5)]
    [InlineData("# A\n\nWhat.\n\n## Code\nabc\n\n## code\ndef\n", RunbookCodes.SectionRepeated, 8)]
    [InlineData("# A\n\nWhat.\n\n## Dependents\n- x\n", RunbookCodes.SectionElsewhere, 5)]
    [InlineData("# A\n\nWhat.\n\n## Troubleshooting\nTurn it off and on.\n", RunbookCodes.SectionDeprecated, 5)]
    [InlineData("# A\n\nWhat.\n\n## Code\nNot A Code\n", RunbookCodes.Value, 6)]
    [InlineData("# A\n\nWhat.\n\n## Primary URL\n\nN/A\n", RunbookCodes.Value, 7)]
    [InlineData("# A\n\nWhat.\n\n## Primary URL\n\n<https://>\n", RunbookCodes.Value, 7)]
    [InlineData("# A\n\nWhat.\n\n## Primary URL\n\n- https://a.example\n- [b](https://b.example)\n", RunbookCodes.Value, 7)]
    [InlineData("# A\n\nWhat.\n\n## Lifecycle Stage\nIt has been in production for years.\n", RunbookCodes.Value, 6)]
    [InlineData("# A\n\nWhat.\n\n## Contains Personal Data\nOnly names.\n", RunbookCodes.Value, 6)]
    [InlineData("# A\n\nWhat.\n\n## Supported By\n- a\n- b\n", RunbookCodes.Value, 6)]
    [InlineData("# A\n\nWhat.\n\n## Dependencies\nstock\n", RunbookCodes.Value, 6)]
    [InlineData("# A\n\nWhat.\n\n## Dependencies\n- stock\n- the thing over there\n", RunbookCodes.Value, 7)]
    [InlineData("# A\n\nWhat.\n\n## Dependencies\n- stock\n  it is slow\n", RunbookCodes.Value, 7)]
    public void What_breaks_a_rule_is_reported_at_its_line(string text, string code, int line) => Assert.Equal((code, line), Only(Read(text)));

    [Fact]
    public void What_breaks_a_rule_is_still_read_as_far_as_it_goes()
    {
        Assert.Equal("The A", Read("# The *A*\n\nWhat.\n").Name);
        Assert.Equal("What.\n\nMore.", Read("# A\n\nWhat.\n\nMore.\n").Description);
        Assert.Equal("What.", Read("What.\n\n## Code\n\nabc\n").Description);
        Assert.Equal("What.", Read("# A\n## Description\nWhat.\n").Description);
        Assert.Equal("abc", Read("# A\n\nWhat.\n\n## Code\nabc\n\n## code\ndef\n").Code);
        Assert.Equal("https://a.example/", Read("# A\n\nWhat.\n\n## Primary URL\n\n- https://a.example\n- [b](https://b.example)\n").PrimaryUrl!.ToString());
        Assert.Equal("a", Read("# A\n\nWhat.\n\n## Supported By\n- a\n- b\n").SupportedBy);
        Assert.Equal("stock", Assert.Single(Read("# A\n\nWhat.\n\n## Dependencies\nstock\n").Dependencies).Code);
        Assert.Equal("100%", Assert.Single(Read("# A\n\nWhat.\n\n## Test Coverage\n\n100%\n").Sections).Markdown);
    }

    [Fact]
    public void A_nearly_right_heading_is_recognised_in_the_cure() =>
        Assert.Contains("Is it Architecture?", Read("# A\n\nWhat.\n\n## Arcitecture\n\nOne part.\n").Problems[0].Cure, StringComparison.Ordinal);

    [Theory]
    [InlineData("TODO", true, false)]
    [InlineData("_To do: say who rotates the key._", true, false)]
    [InlineData("TBC", true, false)]
    [InlineData("Please describe how to fail over", true, false)]
    [InlineData("...", true, false)]
    [InlineData("N/A", true, false)]
    [InlineData("Toddlers like it", false, false)]
    [InlineData("Choosing a region fails over by itself.", false, false)]
    [InlineData("See the README.", false, true)]
    [InlineData("<https://example.com/wiki>", false, true)]
    [InlineData("Please refer to [the wiki page](https://example.com/wiki) for more details.", false, true)]
    [InlineData("- [Restarting](https://example.com/a)\n- https://example.com/b", false, true)]
    [InlineData("Restart it with [the button](https://example.com/button), then wait.", false, false)]
    [InlineData("Restart it.", false, false)]
    public void Sections_that_say_nothing_are_marked(string text, bool placeholder, bool linkOnly)
    {
        var section = Read($"# A\n\nWhat.\n\n## First Line Troubleshooting\n\n{text}\n")["firstLineTroubleshooting"]!;
        Assert.Equal((placeholder, linkOnly), (section.IsPlaceholder, section.IsLinkOnly));
    }

    [Fact]
    public void Words_are_counted_without_addresses_and_HTML_is_noticed()
    {
        var section = Read("# A\n\nWhat.\n\n## Architecture\n\nTwo **parts**: `web` and https://example.com/x\n\n<table><tr><td>cell</td></table>\n")["architecture"]!;
        Assert.Equal(5, section.WordCount);
        Assert.True(section.ContainsHtml);
    }

    [Theory]
    [InlineData("RUNBOOK.md", true, null)]
    [InlineData("docs/runbook.MD", true, null)]
    [InlineData("docs/stock-api_RUNBOOK.md", true, "stock-api")]
    [InlineData("runbook.mdx", false, null)]
    public void A_runbook_is_known_by_its_path(string path, bool runbook, string? code)
    {
        Assert.Equal(runbook, Runbook.IsRunbookPath(path));
        Assert.Equal(code, Runbook.CodeOfPath(path));
    }

    [Fact]
    public void Every_property_is_found_by_name_and_by_label()
    {
        Assert.All(RunbookProperties.All, property =>
        {
            Assert.Same(property, RunbookProperties.Find(property.Name));
            Assert.Same(property, RunbookProperties.Find("  " + property.Label.ToUpperInvariant()));
            Assert.True(property.ReplacedBy is null || RunbookProperties.Find(property.ReplacedBy) is { ReplacedBy: null });
            Assert.Equal(property.Type == RunbookType.Choice, property.Choices.Count > 0);
        });
        Assert.Equal("monitoring", RunbookProperties.Find("Bespoke monitoring")!.Name);
        Assert.Equal("code", RunbookProperties.Find("Ｃode")!.Name);
    }

    [Fact]
    public void Hostile_texts_are_refused_in_time()
    {
        Assert.Equal((RunbookCodes.TooLarge, 0), Only(Read(new string('#', 600_000))));
        Assert.Equal(RunbookCodes.Unreadable, Assert.Single(Read(new string('>', 20_000) + " a").Problems).Code);
        Assert.NotEmpty(Read(string.Concat(Enumerable.Repeat("<!--", 100_000))).Problems);
        Assert.NotNull(Read("# A\n\nWhat.\n\n## Architecture\n\n" + new string('-', 300_000) + "x")["architecture"]);
        Assert.Equal(10_000, Read("# A\n\nWhat.\n\n" + string.Concat(Enumerable.Repeat("## Odd\nx\n", 5_001))).Problems.Count - 1);
    }

    [Fact]
    public void No_text_throws()
    {
        var lines = Gen.OneOf(Whole.Split('\n').Concat(["<!--", "-->", "# B", "## ", "---", "===", "\t- x", "> > ## q", "```", "| a | b |", "<div>", "## \ud800", "[x]: <", "- a: b\n    - c"]).ToArray());
        Gen.OneOf(Gen.String, lines.Array[0, 40].Select(chosen => string.Join("\n", chosen))).Sample(text =>
        {
            var runbook = Runbook.Parse(text, "f");
            var last = text.Split('\n').Length + text.Count(character => character == '\r');
            Assert.All(runbook.Problems, problem => Assert.InRange(problem.Line ?? 1, 1, last));
            Assert.All(runbook.Sections, section => Assert.False(string.IsNullOrWhiteSpace(section.Markdown)));
        }, iter: 3_000);
    }

    private static Runbook Read(string text) => Runbook.Parse(text, "RUNBOOK.md");

    private static (string, int) Only(Runbook runbook)
    {
        var problem = Assert.Single(runbook.Problems);
        Assert.NotNull(problem.Cure);
        return (problem.Code, problem.Line ?? 0);
    }
}
