using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Tests.Model.Yaml;

public sealed class YamlReaderTests
{
    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("2024-01-31", "\"2024-01-31\"")]
    [InlineData("012", "12")]
    [InlineData("0o17", "15")]
    [InlineData("0xfF", "255")]
    [InlineData("0x1Fg", "\"0x1Fg\"")]
    [InlineData("-7", "-7")]
    [InlineData("1e3", "1000")]
    [InlineData("1.10", "1.1")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData(".", "\".\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("~", "null")]
    [InlineData("null", "null")]
    [InlineData("nULL", "\"nULL\"")]
    [InlineData("True", "true")]
    [InlineData("tRue", "\"tRue\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int \"12\"", "12")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("9223372036854775808", "9.223372036854775808E+18")]
    public void A_scalar_means_what_the_core_schema_of_YAML_1_2_says(string yaml, string json)
    {
        var value = Sound($"v: {yaml}").Root.ToJson()!["v"];
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), value), $"{yaml} became {value?.ToJsonString() ?? "null"}");
    }

    [Fact]
    public void Every_node_and_key_knows_its_place()
    {
        var result = YamlReader.Read("# top\r\n---\r\na:\r\n  - b: 1\r\n    c: two\r\n", "f.yaml");

        var root = Assert.IsType<YamlMapping>(Assert.Single(result.Documents).Root);
        var list = Assert.IsType<YamlSequence>(root["a"]);
        var item = Assert.IsType<YamlMapping>(list.Items[0]);
        Assert.Equal((3, 1), (root.Entries[0].Line, root.Entries[0].Column));
        Assert.Equal((4, 3), (list.Line, list.Column));
        Assert.True(item.TryGet("c", out var c));
        Assert.Equal((5, 5, 5, 8), (c.Line, c.Column, c.Value.Line, c.Value.Column));
    }

    [Fact]
    public void A_broken_document_does_not_hide_the_others_and_its_line_is_that_of_the_file()
    {
        var result = YamlReader.Read("a: 1\n---\nb: [1\nc: }\n---\nd: 4\n...\n%YAML 1.2\n---\ne: 5\n", "f.yaml");

        Assert.Equal(["a", "d", "e"], result.Documents.Select(document => ((YamlMapping)document.Root).Entries[0].Key));
        Assert.Equal([1, 5, 8], result.Documents.Select(document => document.Line));
        var problem = Assert.Single(result.Problems);
        Assert.Equal((YamlCodes.Syntax, "f.yaml"), (problem.Code, problem.File));
        Assert.InRange(problem.Line!.Value, 3, 4);
    }

    [Fact]
    public void A_marker_inside_a_block_of_text_still_starts_a_document_only_at_the_start_of_a_line()
    {
        var result = YamlReader.Read("text: |\n  one\n  ---\n  two\n--- # next\n- 1\n", "f");
        Assert.Empty(result.Problems);
        Assert.Equal("one\n---\ntwo\n", result.Documents[0].Root.ToJson()!["text"]!.GetValue<string>());
        Assert.Equal("[1]", result.Documents[1].Root.ToJson()!.ToJsonString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("# only a comment\n", 0)]
    [InlineData("---\n---\n", 2)]
    [InlineData("\uFEFFa: 1", 1)]
    public void Empty_texts_and_marks_are_read(string text, int documents)
    {
        var result = YamlReader.Read(text, "f");
        Assert.Empty(result.Problems);
        Assert.Equal(documents, result.Documents.Count);
    }

    [Fact]
    public void Duplicate_keys_are_errors_with_both_lines()
    {
        var problem = Refused("a: 1\nb:\n  x: 1\n  x: 2\nb: 3\n", YamlCodes.DuplicateKey, count: 2);
        Assert.Equal((4, 3), (problem.Line, problem.Column));
        Assert.Contains("line 3", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_key_is_just_a_key()
    {
        var json = Sound("base: &b\n  x: 1\nuse:\n  <<: *b\n  y: 2\n").Root.ToJson()!;
        Assert.Equal("""{"\u003C\u003C":{"x":1},"y":2}""", json["use"]!.ToJsonString());
    }

    [Fact]
    public void Aliases_may_be_used_and_each_use_is_a_copy_in_JSON()
    {
        var json = Sound("a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n").Root.ToJson()!;
        Assert.Equal("""{"a":[1,2],"b":[1,2],"c":3,"d":3}""", json.ToJsonString());
    }

    [Theory]
    [InlineData("a: *nothing")]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &x 1\n---\nb: *x")]
    public void An_alias_of_nothing_or_of_itself_is_refused(string text) => Refused(text, YamlCodes.UnknownAlias);

    [Fact]
    public void An_alias_bomb_is_refused_while_reading()
    {
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9)
            .Select(n => $"a{n}: &a{n} [{string.Join(",", Enumerable.Repeat($"*a{n - 1}", 10))}]\n"));
        var problem = Refused(bomb, YamlCodes.TooManyNodes);
        Assert.Contains("aliases", problem.Message, StringComparison.Ordinal);
        Assert.Equal(6, problem.Line);
    }

    [Fact]
    public void Repeating_one_long_text_by_alias_is_a_bomb_too()
    {
        var bomb = $"a: &a {new string('x', 1_000_000)}\nb: [{string.Join(",", Enumerable.Repeat("*a", 1000))}]\n";
        Assert.Contains("characters", Refused(bomb, YamlCodes.TooManyNodes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_megabytes_are_refused_before_they_are_parsed()
    {
        var text = new string('[', 100 * 1024 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var problem = Refused(text, YamlCodes.TooLarge);
        Assert.Null(problem.Line);
        // Parsing it would allocate at least as much again.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void The_limit_counts_bytes_and_not_characters()
    {
        Assert.Single(YamlReader.Read(new string('é', 60), "f", new(Bytes: 120)).Documents);
        Refused(new string('é', 61), YamlCodes.TooLarge, new(Bytes: 120));
    }

    [Fact]
    public void Deep_nesting_is_refused_with_its_place()
    {
        Assert.Single(YamlReader.Read(new string('[', 64) + new string(']', 64), "f").Documents);
        Assert.Equal(65, Refused(new string('[', 65) + new string(']', 65), YamlCodes.TooDeep).Column);
        Refused(new string('[', 200_000), YamlCodes.TooDeep);
        Refused(string.Concat(Enumerable.Range(0, 200).Select(n => new string(' ', n) + "a:\n")), YamlCodes.TooDeep);
    }

    [Fact]
    public void Aliases_cannot_nest_deeper_than_the_limit()
    {
        var text = "a: &a [[[[1]]]]\nb: &b [[[*a]]]\nc: [[*b]]\n";
        Assert.Empty(YamlReader.Read(text, "f", new(Depth: 10)).Problems);
        Refused(text, YamlCodes.TooDeep, new(Depth: 9));
    }

    [Fact]
    public void Too_many_values_are_refused()
    {
        Refused(string.Concat(Enumerable.Repeat("- 1\n", 300_000)), YamlCodes.TooManyNodes);
        Refused(string.Concat(Enumerable.Repeat("--- 1\n", 300_000)), YamlCodes.TooManyNodes);
    }

    [Fact]
    public void A_text_of_nothing_but_broken_documents_ends_after_a_thousand_problems() =>
        Assert.Equal(1001, YamlReader.Read(string.Concat(Enumerable.Repeat("---\n}\n", 5000)), "f").Problems.Count);

    [Theory]
    [InlineData("name: {{ values.name }}", YamlCodes.KeyNotText)]
    [InlineData("? [1]\n: 2", YamlCodes.KeyNotText)]
    [InlineData("a: &m {x: 1}\n*m : 2", YamlCodes.KeyNotText)]
    [InlineData("{% if values.x %}\na: 1\n{% endif %}", YamlCodes.Syntax)]
    [InlineData("a:\n\tb: 1", YamlCodes.Syntax)]
    [InlineData("a: [1", YamlCodes.Syntax)]
    [InlineData("a: 1\n  b: 2", YamlCodes.Syntax)]
    [InlineData("\"open", YamlCodes.Syntax)]
    [InlineData("a: b: c", YamlCodes.Syntax)]
    [InlineData("%FOO\n%YAML 9.9\n---\n- 1", null)]
    public void Bad_syntax_is_refused_with_a_place_and_a_cure(string text, string? code)
    {
        var result = YamlReader.Read(text, "f.yaml");
        Assert.Equal(code is null, result.Problems.Count == 0 || result.Problems[0].Code == YamlCodes.Syntax && code is null);
        foreach (var problem in result.Problems)
        {
            Assert.Equal(code ?? YamlCodes.Syntax, problem.Code);
            Assert.NotNull(problem.Cure);
            Assert.StartsWith($"f.yaml:{problem.Line}:", problem.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("Idx", problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void JSON_is_read_as_YAML()
    {
        const string Json = """{"a":{"b":[1,2.5,true,null,"x\/yé😀 \u00e9\ud83d\ude00"]},"url":"http://x/y"}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Json), Sound(Json).Root.ToJson()));
        Assert.Equal("""{"a":{"b":1}}""", Sound("{\n\t\"a\": {\n\t\t\"b\": 1\n\t}\n}").Root.ToJson()!.ToJsonString());
    }

    private static readonly Gen<string> AnyYaml = Gen.OneOf(
        Gen.String,
        Gen.OneOf("a", "b", ":", " ", "  ", "\n", "\r\n", "- ", "? ", "[", "]", "{", "}", ",", "&a ", "*a", "|", ">", "'", "\"", "#", "%",
            "---", "...", "!", "!!int ", "!<", "<<", "\t", "\u0000", "\uFEFF", "\u2028", "0x", "1e9", "~", "@", "`", "\\", "\\u", "\\x1", "\ud800", "|9", ">-", "%YAML 1.2\n", "%TAG ! x\n")
            .Array[0, 40].Select(string.Concat));

    [Fact]
    public void No_text_throws() => AnyYaml.Sample(text =>
    {
        var result = YamlReader.Read(text, "f", new(Nodes: 500));
        foreach (var document in result.Documents) document.Root.ToJson()?.ToJsonString();
        Assert.All(result.Problems, problem => Assert.True(problem.Line >= 1 && problem.Column >= 1));
    }, iter: 8_000);

    private static readonly Gen<JsonNode?> AnyJson = Gen.Recursive<JsonNode?>((depth, self) => depth > 4
        ? Gen.Int.Select(number => (JsonNode?)JsonValue.Create(number))
        : Gen.OneOf(
            Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
            Gen.String[Gen.Char.AlphaNumeric, 0, 12].Select(text => (JsonNode?)JsonValue.Create(text)),
            Gen.Const((JsonNode?)null),
            self.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 1, 8], self)[0, 4].Select(fields =>
                (JsonNode?)new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))))));

    [Fact]
    public void Any_JSON_comes_back_as_it_was() => AnyJson.Sample(json =>
    {
        var text = json?.ToJsonString() ?? "null";
        var result = YamlReader.Read(text, "f");
        Assert.Empty(result.Problems);
        Assert.True(JsonNode.DeepEquals(json, Assert.Single(result.Documents).Root.ToJson()), text);
    }, iter: 2_000);

    private static YamlDocument Sound(string text)
    {
        var result = YamlReader.Read(text, "f.yaml");
        Assert.Empty(result.Problems);
        return Assert.Single(result.Documents);
    }

    private static InputProblem Refused(string text, string code, YamlLimits? limits = null, int count = 1)
    {
        var result = YamlReader.Read(text, "f.yaml", limits);
        Assert.Equal(count, result.Problems.Count);
        Assert.All(result.Problems, problem => Assert.Equal(code, problem.Code));
        Assert.NotNull(result.Problems[0].Cure);
        return result.Problems[0];
    }
}
