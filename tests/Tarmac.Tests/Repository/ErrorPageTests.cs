using System.Text.RegularExpressions;

namespace Tarmac.Tests.Repository;

/// <summary>Every code a person can meet has a page, every page is about a code that exists, and the platform serves it.</summary>
public sealed partial class ErrorPageTests
{
    private static readonly string[] Pages =
        [.. Directory.GetFiles(Path.Combine(PublicData.Repository, "docs", "errors"), "*.md").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private static readonly IReadOnlyList<(string Path, string Text)> Sources = SourceFiles.In("src", ".cs", ".razor");

    [Fact]
    public void Every_code_in_the_source_has_a_page()
    {
        var codes = Sources.SelectMany(file =>
            Thrown().Matches(file.Text).SelectMany(match => Literal().Matches(match.Value).Select(literal => literal.Groups[1].Value))
                .Concat(file.Path.EndsWith("Codes.cs", StringComparison.Ordinal) ? Constant().Matches(file.Text).Select(match => match.Groups[1].Value) : []));
        var missing = codes.Distinct().Except(Pages).Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, "docs/errors has no page for: " + string.Join(", ", missing));
    }

    [Fact]
    public void Every_page_is_about_a_code_that_the_source_uses()
    {
        var literals = Sources.SelectMany(file => AnyLiteral().Matches(file.Text).Select(match => match.Groups[1].Value)).ToHashSet();
        var unused = Pages.Where(page => !literals.Contains(page)).ToList();
        Assert.True(unused.Count == 0, "Nothing in src uses the code of these pages: " + string.Join(", ", unused));
    }

    [Fact]
    public void Every_page_says_what_happened_why_and_how_to_mend_it()
    {
        var index = SourceFiles.Text("docs/errors.md");
        foreach (var code in Pages)
        {
            var path = $"docs/errors/{code}.md";
            var text = SourceFiles.Text(path);
            Assert.True(index.Contains($"| [{code}](errors/{code}.md) |", StringComparison.Ordinal), $"docs/errors.md does not list {code}: run docs/write-errors-index");
            Assert.True(text.StartsWith("# " + code + "\n", StringComparison.Ordinal), $"{path} does not begin with its code");
            foreach (var part in new[] { "\n**What happened.** ", "\n**Why.** ", "\n**How to mend it.** " })
                Assert.True(text.Contains(part, StringComparison.Ordinal), $"{path} lacks {part.Trim()}");
            Assert.True(SourceFiles.Lines(text.TrimEnd()).Count() is >= 5 and <= 20, $"{path} has not between 5 and 20 lines");
        }
    }

    [Fact]
    public async Task The_platform_serves_every_page_to_everyone()
    {
        await using var platform = await TestPlatform.Start();
        using var nobody = platform.ClientFor(null);
        foreach (var path in Pages.Select(code => "/docs/errors/" + code).Append("/docs").Append("/docs/errors")
            .Concat(SourceFiles.In("docs/guides", ".md").Select(file => "/docs/" + Path.GetFileNameWithoutExtension(file.Path))))
        {
            using var answer = await nobody.GetAsync(path, TestContext.Current.CancellationToken);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
            Assert.Contains(path.StartsWith("/docs/errors/", StringComparison.Ordinal) ? "<h1>" + path["/docs/errors/".Length..] + "</h1>" : "<h1>", html, StringComparison.Ordinal);
        }
        using var unknown = await nobody.GetAsync("/docs/errors/no-such-code", TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    // The code is the first literals of the call: new InputProblem("code", …), new Problem(422, a ? "one" : "other", …).
    [GeneratedRegex(@"\bnew (?:InputProblem\(\s*|Problem\(\s*\d{3},\s*)(?:[^"",()]*\?\s*)?""[a-z0-9-]+""(?:\s*:\s*""[a-z0-9-]+"")?")]
    private static partial Regex Thrown();

    [GeneratedRegex(@"""([a-z0-9-]+)""\s*(?=$|:)")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\bconst string \w+ = ""([a-z0-9-]+)""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"""([a-z0-9]+(?:-[a-z0-9]+)+|unexpected)""")]
    private static partial Regex AnyLiteral();
}
