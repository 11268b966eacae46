using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Web;

/// <summary>The stylesheet and scripts keep their budgets, and every pair of colours we use can be read by everyone.</summary>
public sealed partial class StylesheetTests
{
    private static readonly string Css = Encoding.UTF8.GetString(PortalAssets.Content("tarmac.css").Span);

    private static readonly Dictionary<string, (string Light, string Dark)> Tokens = TokenPattern().Matches(Css)
        .ToDictionary(m => m.Groups[1].Value, m => (m.Groups[2].Value, m.Groups[3].Value));

    [Theory]
    [InlineData("ink", "paper surface raised bad-wash warn-wash ok-wash busy-wash yellow-wash")]
    [InlineData("muted", "paper surface raised bad-wash warn-wash ok-wash busy-wash")]
    [InlineData("ok", "paper surface raised ok-wash")]
    [InlineData("warn", "paper surface raised warn-wash")]
    [InlineData("bad", "paper surface raised bad-wash")]
    [InlineData("busy", "paper surface raised busy-wash")]
    [InlineData("on-asphalt", "asphalt")]
    [InlineData("on-asphalt-muted", "asphalt")]
    [InlineData("on-yellow", "yellow")]
    [InlineData("on-log", "log")]
    [InlineData("on-log-muted", "log")]
    [InlineData("on-log-bad", "log")]
    [InlineData("yellow", "log asphalt")]
    public void Text_has_a_contrast_of_at_least_4_5_in_both_themes(string ink, string backgrounds) => AssertContrast(ink, backgrounds, 4.5);

    [Theory]
    [InlineData("edge", "paper surface")]
    [InlineData("yellow-edge", "paper surface raised")]
    [InlineData("focus", "paper surface raised")]
    public void Borders_of_controls_links_and_focus_have_a_contrast_of_at_least_3(string line, string backgrounds) => AssertContrast(line, backgrounds, 3);

    // Browsers' own colour for it is paler than the muted ink the theory above measures.
    [Fact]
    public void Placeholders_have_the_muted_ink() => Assert.Contains("::placeholder { color: var(--muted); opacity: 1; }", Css, StringComparison.Ordinal);

    [Fact]
    public void The_contrast_formula_gives_the_known_extremes()
    {
        Assert.Equal(21, Contrast("#000000", "#ffffff"), 3);
        Assert.Equal(1, Contrast("#777777", "#777777"), 3);
        Assert.Equal(4.48, Contrast("#777777", "#ffffff"), 2);
    }

    [Fact]
    public void Stylesheet_and_scripts_keep_their_budgets()
    {
        Assert.InRange(PortalAssets.Content("tarmac.css").Length, 1, 25 * 1024);
        Assert.InRange(PortalAssets.Names.Where(n => n.EndsWith(".js", StringComparison.Ordinal)).Sum(n => PortalAssets.Content(n).Length), 1, 20 * 1024);
    }

    [Fact]
    public void Nothing_is_fetched_from_elsewhere()
    {
        foreach (var name in PortalAssets.Names.Where(n => !n.EndsWith(".svg", StringComparison.Ordinal)))
            Assert.DoesNotContain("//", Comment().Replace(Encoding.UTF8.GetString(PortalAssets.Content(name).Span), ""), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_token_used_is_defined()
    {
        var defined = DefinedToken().Matches(Css).Select(m => m.Groups[1].Value).ToHashSet();
        var used = UsedToken().Matches(Css).Select(m => m.Groups[1].Value).ToHashSet();
        Assert.Empty(used.Except(defined));
        Assert.Empty(defined.Except(used));
    }

    private static void AssertContrast(string ink, string backgrounds, double least)
    {
        foreach (var background in backgrounds.Split(' '))
        {
            var (light, dark) = (Contrast(Tokens[ink].Light, Tokens[background].Light), Contrast(Tokens[ink].Dark, Tokens[background].Dark));
            Assert.True(light >= least, $"--{ink} on --{background} in light: {light:0.00} < {least}");
            Assert.True(dark >= least, $"--{ink} on --{background} in dark: {dark:0.00} < {least}");
        }
    }

    /// <summary>WCAG 2.2: (L1 + 0.05) / (L2 + 0.05) of relative luminances.</summary>
    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            var value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }

    [GeneratedRegex(@"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"(?m)^\s*--([a-z-]+):")]
    private static partial Regex DefinedToken();

    [GeneratedRegex(@"var\(--([a-z-]+)\)")]
    private static partial Regex UsedToken();

    [GeneratedRegex(@"(?m)^\s*//.*$")]
    private static partial Regex Comment();
}
