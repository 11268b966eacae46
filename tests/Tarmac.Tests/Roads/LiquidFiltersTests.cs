using CsCheck;
using Tarmac.Roads;

namespace Tarmac.Tests.Roads;

public sealed class LiquidFiltersTests
{
    [Theory]
    [InlineData("price-feed", "PriceFeed", "priceFeed", "price_feed")]
    [InlineData("a", "A", "a", "a")]
    [InlineData("x2-y", "X2Y", "x2Y", "x2_y")]
    public void Names_change_their_case(string name, string pascal, string camel, string snake) =>
        Assert.Equal((pascal, camel, snake), (LiquidFilters.PascalCase(name), LiquidFilters.CamelCase(name), LiquidFilters.SnakeCase(name)));

    [Theory]
    [InlineData("PricesApi", "PricesApi")]
    [InlineData("Prices", "PricesApi")]
    [InlineData("Api", "ApiApi")]
    public void A_suffix_is_not_doubled(string text, string expected) => Assert.Equal(expected, LiquidFilters.WithSuffix(text, "Api"));

    [Fact]
    public void A_CSharp_literal_holds_only_plain_characters_and_ends_where_it_should() =>
        Gen.String.Sample(text =>
        {
            var literal = LiquidFilters.Csharp(text);
            var inside = literal[1..^1];
            return literal[0] == '"' && literal[^1] == '"' && inside.All(letter => letter is >= ' ' and <= '~')
                && !inside.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\\"", "", StringComparison.Ordinal).Contains('"', StringComparison.Ordinal);
        });
}
