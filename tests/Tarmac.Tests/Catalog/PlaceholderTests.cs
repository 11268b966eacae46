using System.Text.Json.Nodes;
using Tarmac.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Tests.Catalog;

/// <summary>$text, $json and $yaml: filled in from the same source, and from nowhere else.</summary>
[Trait("database", "sqlite")]
public sealed class PlaceholderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Source => folder.In("source");

    public void Dispose() => folder.Dispose();

    private void Api(string definition, string more = "") => folder.Write("source/apis/tills/catalog-info.yaml", $$"""
        apiVersion: backstage.io/v1alpha1
        kind: API
        metadata:
          name: tills
        spec:
          type: openapi
          lifecycle: production
          owner: shop-floor
          definition: {{definition}}
          {{more}}
        """);

    [Theory]
    [InlineData("./openapi.txt")]
    [InlineData("openapi.txt")]
    [InlineData("../tills/openapi.txt")]
    [InlineData("/apis/tills/openapi.txt")]
    public void Text_is_taken_as_it_is(string target)
    {
        folder.Write("source/apis/tills/openapi.txt", "openapi: \"3.1.0\"\n# <script>alert(1)</script> {{ braces }}\n");
        Api($"{{$text: {target}}}");
        var reading = ReadFolder.Read(Source);
        Assert.Empty(reading.Problems());
        Assert.Equal("openapi: \"3.1.0\"\n# <script>alert(1)</script> {{ braces }}\n", reading.Entity("api:default/tills").Spec["definition"]!.GetValue<string>());
    }

    [Fact]
    public void Values_are_taken_from_json_and_yaml_wherever_they_stand()
    {
        folder.Write("source/shared/contact.json", """{"name": "Ada", "on": ["m", 1.5, true, null], "smile": "\ud83d\ude00", "twice": 1, "twice": 2}""");
        folder.Write("source/shared/limits.txt", "per-second: 012\nwindow: yes\n");
        Api("x", """
          contacts:
              - $json: ../../shared/contact.json
            limits:
              $yaml: ../../shared/limits.txt
            kept:
              - {$text: ./none.txt, beside: 1}
              - {$include: ./none.txt}
              - {$text: [1]}
              - {$other: {$text: ./none.txt}}
          """.TrimStart());
        var reading = ReadFolder.Read(Source);
        Assert.Empty(reading.Problems());
        var spec = reading.Entity("api:default/tills").Spec;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[{"name":"Ada","on":["m",1.5,true,null],"smile":"😀","twice":2}]"""), spec["contacts"]), spec.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"per-second":12,"window":"yes"}"""), spec["limits"]), spec.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[{"$text":"./none.txt","beside":1},{"$include":"./none.txt"},{"$text":[1]},{"$other":{"$text":"./none.txt"}}]"""), spec["kept"]));
    }

    [Theory]
    [InlineData("$text: ./none.txt", "placeholder-not-found")]
    [InlineData("$text: ../../../secret.txt", "placeholder-not-read")]
    [InlineData("$text: /../secret.txt", "placeholder-not-read")]
    [InlineData("$text: ./link.txt", "placeholder-not-found")]
    [InlineData("$text: ./folder-link/secret.txt", "placeholder-not-found")]
    [InlineData("$text: .", "placeholder-not-found")]
    [InlineData("$text: ./large.txt", "placeholder-not-read")]
    [InlineData("$text: https://example.com/openapi.yaml", "placeholder-not-read")]
    [InlineData("$text: http://169.254.169.254/latest/meta-data", "placeholder-not-read")]
    [InlineData("$text: file:///etc/passwd", "placeholder-not-read")]
    [InlineData("$json: ./two.txt", "placeholder-invalid")]
    [InlineData("$json: ./half.txt", "placeholder-invalid")]
    [InlineData("$yaml: ./two.txt", "placeholder-invalid")]
    [InlineData("$yaml: ./empty.txt", "placeholder-invalid")]
    [InlineData("$yaml: ./broken.txt", "placeholder-invalid")]
    [InlineData("$yaml: ./two-keys.txt", "placeholder-invalid")]
    [InlineData("$json: ./deep.txt", "placeholder-invalid")]
    [InlineData("$json: ./deeper-with-this.txt", "yaml-too-deep")]
    [InlineData("$json: ./object.txt", "entity-field-type")]
    public void What_cannot_be_filled_in_is_told_at_its_place_once(string placeholder, string code)
    {
        folder.Write("secret.txt", "secret");
        folder.Write("source/apis/tills/two.txt", "a: 1\n---\nb: 2\n");
        folder.Write("source/apis/tills/half.txt", "\"\\ud83d\"");
        folder.Write("source/apis/tills/empty.txt", "# nothing\n");
        folder.Write("source/apis/tills/broken.txt", "a: [1\n");
        folder.Write("source/apis/tills/two-keys.txt", "a: 1\na: 2\n");
        folder.Write("source/apis/tills/deep.txt", new string('[', 100_000));
        folder.Write("source/apis/tills/deeper-with-this.txt", new string('[', 63) + new string(']', 63));
        folder.Write("source/apis/tills/object.txt", "{\"a\": 1}");
        folder.Write("source/apis/tills/large.txt", new string('x', 2 * 1024 * 1024 + 1));
        File.CreateSymbolicLink(folder.In("source", "apis", "tills", "link.txt"), folder.In("secret.txt"));
        Directory.CreateSymbolicLink(folder.In("source", "apis", "tills", "folder-link"), folder.Path);
        Api($"{{{placeholder}}}");

        var reading = ReadFolder.Read(Source);
        Assert.Empty(reading.Declared);
        Assert.Equal(["api:default/tills"], reading.BrokenEntities);
        var problem = Assert.Single(reading.Problems());
        Assert.Equal((code, "apis/tills/catalog-info.yaml"), (problem.Code, problem.File));
        if (code != "yaml-too-deep") Assert.Equal((9, "spec.definition"), (problem.Line, problem.Field));
        Assert.NotNull(problem.Cure);
        Assert.DoesNotContain("secret\"", reading.Declared.Select(declared => declared.Document));
    }

    [Fact]
    public void A_hundred_placeholders_of_one_large_file_are_refused_before_they_fill_the_memory()
    {
        folder.Write("source/large.txt", new string('x', 2_000_000));
        folder.Write("source/catalog-info.yaml", "apiVersion: example.com/v1\nkind: Till\nmetadata: {name: a}\nspec:\n  all:\n" + string.Concat(Enumerable.Repeat("    - {$text: large.txt}\n", 100)));
        var reading = ReadFolder.Read(Source);
        Assert.Empty(reading.Declared);
        Assert.All(reading.Problems(), problem => Assert.Equal("placeholder-not-read", problem.Code));
        Assert.Contains("characters in all", reading.Problems()[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_file_behind_a_placeholder_changes_and_the_entity_does_too()
    {
        var text = folder.Write("source/apis/tills/openapi.txt", "one");
        Api("{$text: ./openapi.txt}");
        var source = new SourceFolder(Source);
        Assert.Equal("one", Definition(Look(source)!));
        Assert.Null(Look(source));

        File.WriteAllText(text, "second");
        Assert.Equal("second", Definition(Look(source)!));

        File.Delete(text);
        Assert.Equal("placeholder-not-found", Assert.Single(Look(source)!.Problems()).Code);
        File.WriteAllText(text, "third");
        Assert.Equal("third", Definition(Look(source)!));
    }

    private static SourceReading? Look(SourceFolder source)
    {
        if (source.Look(anyway: false, []) is not { } files) return null;
        var reading = SourceReading.Of(files, new HashSet<string>());
        source.Keep(files);
        return reading;
    }

    private static string Definition(SourceReading reading) => reading.Entity("api:default/tills").Spec["definition"]!.GetValue<string>();
}
