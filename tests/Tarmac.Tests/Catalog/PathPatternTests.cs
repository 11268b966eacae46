using CsCheck;
using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

[Trait("database", "sqlite")]
public sealed class PathPatternTests
{
    [Theory]
    [InlineData("*.yaml", "a.yaml", true)]
    [InlineData("*.yaml", "a/b.yaml", false)]
    [InlineData("**/catalog-info.yaml", "catalog-info.yaml", true)]
    [InlineData("**/catalog-info.yaml", "a/b/c/catalog-info.yaml", true)]
    [InlineData("a/**/b/*.yaml", "a/b/c.yaml", true)]
    [InlineData("a/**/b/*.yaml", "a/b/b/x/b/c.yaml", true)]
    [InlineData("a/**/b/*.yaml", "a/x/c.yaml", false)]
    [InlineData("a/**", "a/b/c.yaml", true)]
    [InlineData("**", ".hidden/c.yaml", false)]
    [InlineData("**/*.yaml", "a/.hidden/c.yaml", false)]
    [InlineData("*/.hidden/*.yaml", "a/.hidden/c.yaml", true)]
    [InlineData("*", ".a.yaml", false)]
    [InlineData("a?.yaml", "ab.yaml", true)]
    [InlineData("a?.yaml", "a.yaml", false)]
    [InlineData("[ab]*.yaml", "b1.yaml", true)]
    [InlineData("[a-c]1.yaml", "d1.yaml", false)]
    [InlineData("[!a-c]1.yaml", "d1.yaml", true)]
    [InlineData("[a.yaml", "[a.yaml", true)]
    [InlineData("{groups,people}/*.{yaml,yml}", "people/a.yml", true)]
    [InlineData("{groups,people}/*.{yaml,yml}", "other/a.yml", false)]
    [InlineData("{a,{b,c}}.yaml", "c.yaml", true)]
    [InlineData("{a}.yaml", "{a}.yaml", true)]
    [InlineData("a.yaml", "A.yaml", false)]
    [InlineData("*a*b*c.yaml", "xaxbxcxc.yaml", true)]
    public void A_pattern_finds_what_Backstage_would(string pattern, string path, bool matches) =>
        Assert.Equal(matches, PathPattern.Of(pattern)!.Matches(path));

    [Theory]
    [InlineData("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}")]
    public void Braces_that_stand_for_too_much_are_refused(string pattern) => Assert.Null(PathPattern.Of(pattern));

    [Fact]
    public void A_pattern_made_to_be_slow_is_not()
    {
        var pattern = PathPattern.Of(string.Concat(Enumerable.Repeat("**/", 100)) + string.Concat(Enumerable.Repeat("a*", 300)) + "b")!;
        var path = string.Concat(Enumerable.Repeat("a/", 200)) + new string('a', 2_000);
        var started = TimeProvider.System.GetTimestamp();
        Assert.False(pattern.Matches(path));
        // Trying every way would take longer than the universe has.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void No_pattern_throws_and_one_without_wildcards_means_itself()
    {
        var texts = Gen.String[Gen.Char["*?[]{},/.ab-!^"], 0, 24];
        Gen.Select(texts, texts).Sample((pattern, path) =>
        {
            if (PathPattern.Of(pattern) is not { } read) return;
            var matches = read.Matches(path);
            if (PathPattern.IsOne(pattern) || pattern.Split('/').Any(name => name.Length == 0)) return;
            Assert.True(read.Matches(pattern));
            Assert.Equal(pattern == path, matches);
        }, iter: 5_000);
    }
}
