using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Roads;

namespace Tarmac.Tests.Roads;

public sealed class RoadAnswersTests
{
    private static RoadParameter Parameter(RoadParameterType type, string? entityKind = null, string? pattern = null) =>
        new("it", "It", "What it is.", type, true, null, [], pattern, null, null, type == RoadParameterType.Integer ? 1 : null, type == RoadParameterType.Integer ? 9 : null, entityKind);

    [Theory]
    [InlineData("5", 5L)]
    [InlineData("\"5\"", 5L)]
    [InlineData("0", null)]
    [InlineData("10", null)]
    [InlineData("5.5", null)]
    [InlineData("\"five\"", null)]
    [InlineData("true", null)]
    [InlineData("99999999999999999999", null)]
    public void Numbers_are_whole_and_within_their_bounds(string json, long? expected) =>
        Assert.Equal(expected, RoadAnswers.Check(Parameter(RoadParameterType.Integer), JsonNode.Parse(json)!, out _));

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"false\"", false)]
    [InlineData("\"yes\"", null)]
    [InlineData("1", null)]
    public void Booleans_are_true_or_false(string json, bool? expected) =>
        Assert.Equal(expected, RoadAnswers.Check(Parameter(RoadParameterType.Boolean), JsonNode.Parse(json)!, out _));

    [Theory]
    [InlineData("promotions", "group:default/promotions")]
    [InlineData("Group:shop/promotions", "group:shop/promotions")]
    [InlineData("user:default/ada", null)]
    [InlineData("group:default/a`b", null)]
    [InlineData("group:default/a b", null)]
    [InlineData("group:/x", null)]
    [InlineData("a/b/c", null)]
    public void References_name_an_entity_of_the_kind_that_is_asked(string text, string? expected) =>
        Assert.Equal(expected, RoadAnswers.Check(Parameter(RoadParameterType.Text, "Group"), JsonValue.Create(text), out _));

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u001b[31m")]
    [InlineData("a\u2028b")]
    public void Control_characters_and_broken_text_are_refused_everywhere(string text) =>
        Assert.Null(RoadAnswers.Check(Parameter(RoadParameterType.Text), JsonValue.Create(text), out _));

    // An attribute cannot hold half a character, so this stands alone.
    [Fact]
    public void Half_a_character_is_refused() =>
        Assert.Null(RoadAnswers.Check(Parameter(RoadParameterType.Text), JsonValue.Create("a\ud800b"), out _));

    [Fact]
    public void A_pattern_that_would_take_for_ever_elsewhere_answers_at_once() =>
        Assert.Null(RoadAnswers.Check(Parameter(RoadParameterType.Text, pattern: "^(a+)+$"), JsonValue.Create(new string('a', 5_000) + "!"), out _));

    [Fact]
    public void Defaults_fill_in_and_empty_is_no_answer()
    {
        using var folder = new RoadFolder();

        var reading = RoadAnswers.Check(folder.Read(), new Dictionary<string, JsonNode?> { ["name"] = "x", ["note"] = "", ["size"] = null });

        Assert.Equal(["name", "size", "loud"], reading.Answers!.Values.Keys);
        Assert.Equal("3", reading.Answers.Text("size"));
        Assert.Null(reading.Answers.Text("note"));
    }

    [Fact]
    public void All_wrong_answers_are_reported_at_once_by_name()
    {
        using var folder = new RoadFolder();

        var reading = RoadAnswers.Check(folder.Read(), new Dictionary<string, JsonNode?> { ["size"] = 12, ["colour"] = "red" });

        Assert.Null(reading.Answers);
        Assert.Equal(["colour", "name", "size"], reading.Problems.Select(problem => problem.Field));
        Assert.All(reading.Problems, problem => Assert.Equal(RoadCodes.Answer, problem.Code));
    }

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
