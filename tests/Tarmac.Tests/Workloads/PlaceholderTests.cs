using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Workloads;

namespace Tarmac.Tests.Workloads;

public sealed class PlaceholderTests
{
    private static readonly PlaceholderScope Scope = new(
        JsonNode.Parse("""{"name":"vouchers","other":{"key":"value","list":[1,2]},"a.b":"dotted","n":5}""")!.AsObject(),
        new Dictionary<string, ResourceOutputs>
        {
            ["db"] = keys => keys is ["host"] ? PlaceholderValue.Of("localhost") : PlaceholderValue.Wrong($"key '{string.Join('.', keys)}' not found"),
        });

    [Fact]
    public void Every_published_substitution_case_agrees()
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(PublicData.Folder("score"), "substitution_cases.json")))!;
        var scope = new PlaceholderScope(file["context"]!["metadata"]!.AsObject(), new Dictionary<string, ResourceOutputs>
        {
            ["env"] = keys => keys.Count switch { 0 => PlaceholderValue.Of("env"), 1 => PlaceholderValue.Of($"${{{keys[0]}}}"), _ => PlaceholderValue.Wrong("only one key") },
            ["db"] = keys => PlaceholderValue.Of(keys.Count == 0 ? "db" : $"${{DB_{string.Join('_', keys).ToUpperInvariant()}?required}}"),
            ["static"] = keys => keys.Count == 0 ? PlaceholderValue.Of("static") : PlaceholderValue.Find(new JsonObject { ["x"] = "a" }, keys),
        });

        Assert.All(file["reference_cases"]!.AsArray(), published =>
        {
            var found = Placeholders.Resolve(published!["input"]!.GetValue<string>(), scope);
            Assert.Equal((published["expected"]?.GetValue<string>(), published["error"]?.GetValue<string>()), (found.Text, found.Error));
        });
        Assert.All(file["string_cases"]!.AsArray(), published =>
        {
            var expansion = Placeholders.Expand(published!["input"]!.GetValue<string>(), scope);
            Assert.Equal((published["expected"]?.GetValue<string>(), published["error"]?.GetValue<string>()), (expansion.Text, expansion.Errors is [var first, ..] ? first : null));
        });
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("$abc $", "$abc $")]
    [InlineData("$$", "$")]
    [InlineData("$${metadata.name}", "${metadata.name}")]
    [InlineData("$$${metadata.name}", "$vouchers")]
    [InlineData("http://${resources.db.host}:${metadata.n}/", "http://localhost:5/")]
    [InlineData(@"${metadata.a\.b}", "dotted")]
    [InlineData("${metadata.other}", """{"key":"value","list":[1,2]}""")]
    [InlineData("${unclosed", "${unclosed")]
    public void Text_is_expanded_as_Score_says(string text, string expected) => Assert.Equal(expected, Placeholders.Expand(text, Scope).Text);

    [Fact]
    public void All_errors_of_one_text_are_reported()
    {
        var expansion = Placeholders.Expand("${metadata.nope} ${resources.mq.host} ${env.X} ${} ${metadata.name}", Scope);

        Assert.Null(expansion.Text);
        Assert.Equal(
        [
            "invalid ref 'metadata.nope': key 'nope' not found",
            "invalid ref 'resources.mq.host': no known resource 'mq'",
            "invalid ref 'env.X': unknown reference root, use $$ to escape the substitution",
            "invalid ref '': unknown reference root, use $$ to escape the substitution",
        ], expansion.Errors);
    }

    [Fact]
    public void References_are_listed_without_escapes() =>
        Assert.Equal(["resources.db.host", "metadata.name"], Placeholders.ReferencesIn("${resources.db.host} $${not.this} ${metadata.name}"));

    [Fact]
    public void Doubling_every_dollar_gives_back_any_text_without_placeholders() =>
        Gen.String[Gen.Char["${ab.\\"], 0, 40].Sample(text => Placeholders.Expand(text.Replace("$", "$$", StringComparison.Ordinal), Scope).Text == text);

    [Fact]
    public void What_was_expanded_is_not_expanded_again()
    {
        var scope = Scope with { Metadata = new JsonObject { ["evil"] = "${metadata.evil}" } };

        Assert.Equal("${metadata.evil}", Placeholders.Expand("${metadata.evil}", scope).Text);
    }
}
