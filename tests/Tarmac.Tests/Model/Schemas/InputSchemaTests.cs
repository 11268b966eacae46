using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Model.Actions;
using Tarmac.Model.Problems;
using Tarmac.Model.Schemas;

namespace Tarmac.Tests.Model.Schemas;

public sealed class InputSchemaTests
{
    private const string Road = """
        type: object
        required: [serviceName, owner]
        properties:
          serviceName:
            title: Name
            description: Becomes the address.
            type: string
            minLength: 2
            maxLength: 10
            pattern: ^[a-z]+(-[a-z]+)*$
            examples: [vouchers]
          owner: {type: string, format: entity-ref, x-entity-kind: Group}
          why: {type: string, format: multi-line}
          key: {type: string, format: secret, minLength: 8}
          tier: {type: string, enum: [gold, bronze], default: bronze}
          port: {type: integer, minimum: 1024, maximum: 65535, default: 8080}
          ratio: {type: number, minimum: 0.5}
          public: {type: boolean, default: false}
          regions:
            type: array
            items: {type: string, enum: [eu, us]}
            default: [eu]
        """;

    [Fact]
    public void A_schema_is_read_in_its_order()
    {
        var schema = Schema(Road);
        Assert.Equal(["serviceName", "owner", "why", "key", "tier", "port", "ratio", "public", "regions"], schema.Fields.Select(field => field.Name));
        var name = schema["serviceName"]!;
        Assert.Equal(("Name", "Becomes the address.", true, "vouchers", 2, 10), (name.Label, name.Description, name.Required, name.Example, name.MinLength, name.MaxLength));
        Assert.Equal(("--service-name", "[a-z]+(-[a-z]+)*"), (name.OptionName, name.Pattern));
        Assert.Equal((InputFormat.EntityRef, "Group", "Owner"), (schema["owner"]!.Format, schema["owner"]!.EntityKind, schema["owner"]!.Label));
        Assert.Equal(["eu", "us"], schema["regions"]!.Choices);
        Assert.Equal((InputKind.TextList, InputKind.Flag, InputKind.Number, InputKind.Integer),
            (schema["regions"]!.Kind, schema["public"]!.Kind, schema["ratio"]!.Kind, schema["port"]!.Kind));
    }

    [Fact]
    public void What_is_written_out_is_JSON_Schema_and_reads_back_the_same()
    {
        var json = Schema(Road).ToJson();
        Assert.Equal("^[a-z]+(-[a-z]+)*$", json["properties"]!["serviceName"]!["pattern"]!.GetValue<string>());
        Assert.Equal("""{"type":"array","items":{"type":"string","enum":["eu","us"]},"default":["eu"]}""", json["properties"]!["regions"]!.ToJsonString());
        var again = InputSchema.FromJson(json, "f");
        Assert.Empty(again.Problems);
        Assert.Equal(json.ToJsonString(), again.Schema!.ToJson().ToJsonString());
    }

    [Fact]
    public void A_sound_input_gets_its_defaults()
    {
        var (input, problems) = Schema(Road).Validate(Json("""{"serviceName":"vouchers","owner":"promotions"}"""));
        Assert.Empty(problems);
        Assert.Equal("""{"serviceName":"vouchers","owner":"group:default/promotions","tier":"bronze","port":8080,"public":false,"regions":["eu"]}""", input.ToJsonString());
    }

    [Fact]
    public void Forms_and_command_lines_may_send_text()
    {
        var (input, problems) = Schema(Road).Validate(Json("""
            {"serviceName":"vouchers","owner":"group:default/a","why":" ","tier":"","port":"9000","ratio":"0.75","public":"on","regions":"us"}
            """));
        Assert.Empty(problems);
        Assert.Equal("""{"serviceName":"vouchers","owner":"group:default/a","tier":"bronze","port":9000,"ratio":0.75,"public":true,"regions":["us"]}""", input.ToJsonString());
    }

    [Theory]
    [InlineData("serviceName", "null", InputCodes.Required)]
    [InlineData("serviceName", "\"  \"", InputCodes.Required)]
    [InlineData("serviceName", "\"a\"", InputCodes.Length)]
    [InlineData("serviceName", "\"abcdefghijk\"", InputCodes.Length)]
    [InlineData("serviceName", "\"a1\"", InputCodes.Pattern)]
    [InlineData("serviceName", "\"abc\\n\"", InputCodes.Pattern)]
    [InlineData("serviceName", "12", InputCodes.Type)]
    [InlineData("serviceName", "{}", InputCodes.Type)]
    [InlineData("owner", "\"group:\"", InputCodes.Pattern)]
    [InlineData("owner", "\"a\\nb\"", InputCodes.Pattern)]
    [InlineData("owner", "\"user:default/ada\"", InputCodes.Pattern)]
    [InlineData("owner", "\"group:default/a`b\"", InputCodes.Pattern)]
    [InlineData("owner", "\"group:default/a b\"", InputCodes.Pattern)]
    [InlineData("owner", "\"a/b/c\"", InputCodes.Pattern)]
    [InlineData("why", "\"a\\u001b[31m\"", InputCodes.Pattern)]
    [InlineData("serviceName", "\"a\\u2028b\"", InputCodes.Pattern)]
    [InlineData("tier", "\"Gold\"", InputCodes.Choice)]
    [InlineData("port", "80", InputCodes.Range)]
    [InlineData("port", "1e300", InputCodes.Type)]
    [InlineData("port", "8080.5", InputCodes.Type)]
    [InlineData("port", "\"NaN\"", InputCodes.Type)]
    [InlineData("port", "[8080]", InputCodes.Type)]
    [InlineData("ratio", "0.4", InputCodes.Range)]
    [InlineData("ratio", "\"Infinity\"", InputCodes.Type)]
    [InlineData("public", "\"perhaps\"", InputCodes.Type)]
    [InlineData("public", "1", InputCodes.Type)]
    [InlineData("regions", "[\"eu\",\"asia\"]", InputCodes.Choice)]
    [InlineData("regions", "[1]", InputCodes.Type)]
    [InlineData("regions", "{}", InputCodes.Type)]
    [InlineData("servicename", "\"x\"", InputCodes.Unknown)]
    public void A_value_that_breaks_a_rule_is_refused_with_field_and_cure(string field, string value, string code)
    {
        var input = Json("""{"serviceName":"vouchers","owner":"promotions"}""");
        input[field] = JsonNode.Parse(value);
        var problem = Assert.Single(Schema(Road).Validate(input).Problems);
        Assert.Equal((code, field), (problem.Code, problem.Field));
        Assert.NotNull(problem.Cure);
    }

    [Fact]
    public void A_field_given_twice_is_refused() =>
        Assert.Equal(InputCodes.Unknown, Assert.Single(Schema(Road).Validate(Json("""{"owner":"a","owner":"b"}""")).Problems).Code);

    [Fact]
    public void A_secret_is_never_repeated()
    {
        var problem = Assert.Single(Schema(Road).Validate(Json("""{"serviceName":"vouchers","owner":"a","key":"hunter2"}""")).Problems);
        Assert.DoesNotContain("hunter2", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_keep_every_digit()
    {
        var schema = InputSchema.Of(new InputField("n", InputKind.Integer));
        Assert.Equal("9007199254740993", schema.Validate(Json("""{"n":9007199254740993}""")).Input["n"]!.ToJsonString());
        Assert.Equal("3", schema.Validate(Json("""{"n":3.0}""")).Input["n"]!.ToJsonString());
    }

    [Fact]
    public void A_character_counts_once_however_it_is_stored() =>
        Assert.Empty(InputSchema.Of(new InputField("t", InputKind.Text) { MaxLength = 2 }).Validate(Json("""{"t":"😀😀"}""")).Problems);

    [Fact]
    public void Patterns_take_time_linear_in_the_text()
    {
        var schema = InputSchema.Of(new InputField("t", InputKind.Text) { Pattern = "(a+)+b" });
        Assert.Equal(InputCodes.Pattern, Assert.Single(schema.Validate(new JsonObject { ["t"] = new string('a', 100_000) }).Problems).Code);
    }

    [Theory]
    [InlineData("^a$", "a", "^a$")]
    [InlineData("a|b", "a|b", "^(?:a|b)$")]
    [InlineData("^(?:a|b)$", "a|b", "^(?:a|b)$")]
    [InlineData("^(?:a)(b|c)$", "(?:a)(b|c)", "^(?:(?:a)(b|c))$")]
    [InlineData("^a\\$", "a\\$", "^a\\$$")]
    public void Anchors_are_taken_off_and_put_back(string written, string kept, string shown)
    {
        var field = new InputField("t", InputKind.Text) { Pattern = written };
        Assert.Equal(kept, field.Pattern);
        Assert.Equal(shown, InputSchema.Of(field).ToJson()["properties"]!["t"]!["pattern"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("[]", SchemaCodes.Invalid, null, 1)]
    [InlineData("properties: {}", SchemaCodes.Invalid, "type", 1)]
    [InlineData("type: array", SchemaCodes.Invalid, "type", 1)]
    [InlineData("type: object\noneOf: []", SchemaCodes.KeywordUnsupported, "oneOf", 2)]
    [InlineData("type: object\nadditionalProperties: true", SchemaCodes.Invalid, "additionalProperties", 2)]
    [InlineData("type: object\nrequired: [a]\nproperties: {}", SchemaCodes.Invalid, "required", 2)]
    [InlineData("type: object\nproperties:\n  a: {type: object}", SchemaCodes.Invalid, "properties.a.type", 3)]
    [InlineData("type: object\nproperties:\n  a: {type: [string, 'null']}", SchemaCodes.Invalid, "properties.a.type", 3)]
    [InlineData("type: object\nproperties:\n  A: {type: string}", SchemaCodes.Invalid, "properties.A", 3)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    ui:field: Picker", SchemaCodes.KeywordUnsupported, "properties.a[\"ui:field\"]", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: integer\n    pattern: x", SchemaCodes.KeywordUnsupported, "properties.a.pattern", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    minimum: 1", SchemaCodes.KeywordUnsupported, "properties.a.minimum", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    format: email", SchemaCodes.Invalid, "properties.a.format", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    pattern: ^(a$", SchemaCodes.Invalid, "properties.a.pattern", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    pattern: ^(?!b)a$", SchemaCodes.Invalid, "properties.a.pattern", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    pattern: ab", SchemaCodes.Invalid, "properties.a.pattern", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    enum: []", SchemaCodes.Invalid, "properties.a.enum", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    x-entity-kind: Group", SchemaCodes.Invalid, "properties.a.x-entity-kind", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    enum: [x]\n    default: y", SchemaCodes.Invalid, "properties.a.default", 6)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    default: 1", SchemaCodes.Invalid, "properties.a.default", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: integer\n    minimum: 2\n    maximum: 1", SchemaCodes.Invalid, "properties.a.minimum", 5)]
    [InlineData("type: object\nproperties:\n  a:\n    type: string\n    minLength: -1", SchemaCodes.Invalid, "properties.a.minLength", 5)]
    [InlineData("type: object\nproperties:\n  a: {type: array}", SchemaCodes.Invalid, "properties.a.items", 3)]
    [InlineData("type: object\nproperties:\n  a:\n    type: array\n    items: {type: integer}", SchemaCodes.Invalid, "properties.a.items.type", 5)]
    [InlineData("type: object\nproperties:\n  aB: {type: string}\n  a: {type: string, title: 1}", SchemaCodes.Invalid, "properties.a.title", 4)]
    public void A_schema_that_cannot_be_honoured_is_refused_with_its_place(string text, string code, string? field, int line)
    {
        var result = InputSchema.FromYaml(text, "road.yaml");
        Assert.Null(result.Schema);
        var problem = Assert.Single(result.Problems);
        Assert.Equal((code, field, line), (problem.Code, problem.Field, problem.Line!.Value));
    }

    [Fact]
    public void Every_action_is_declared_so_that_form_and_command_line_can_show_it() => Assert.All(ActionList.All, action =>
    {
        var json = action.Input.ToJson();
        var again = InputSchema.FromJson(json, action.Name);
        Assert.Empty(again.Problems);
        Assert.Equal(json.ToJsonString(), again.Schema!.ToJson().ToJsonString());
    });

    private static readonly Gen<JsonNode?> AnyValue = Gen.OneOf(
        Gen.String.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Double.Where(double.IsFinite).Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.OneOf("null", "{}", "[]", "[[]]", "[null]", "[\"eu\"]", "\"gold\"", "\"true\"", "2000", "1e400", "\"1e400\"").Select(text => JsonNode.Parse(text)));

    [Fact]
    public void No_input_throws_and_what_is_accepted_is_accepted_again()
    {
        var schema = Schema(Road);
        var names = Gen.OneOf([.. schema.Fields.Select(field => field.Name), "other"]);
        Gen.Select(names, AnyValue).Array[0, 8].Sample(fields =>
        {
            var input = new JsonObject();
            foreach (var (name, value) in fields) input[name] = value?.DeepClone();
            var first = schema.Validate(input);
            if (first.Problems.Count > 0) return;
            var second = schema.Validate(first.Input);
            Assert.Empty(second.Problems);
            Assert.Equal(first.Input.ToJsonString(), second.Input.ToJsonString());
        }, iter: 5_000);
    }

    [Fact]
    public void No_schema_text_throws()
    {
        var lines = Gen.OneOf(Road.Split('\n').Concat(["type: array", "  x: 1", "required: a", "properties: []", "    pattern: '('", "    enum: 1", "    minimum: x"]).ToArray());
        lines.Array[0, 15].Select(chosen => string.Join('\n', chosen)).Sample(text =>
        {
            var result = InputSchema.FromYaml(text, "f");
            Assert.Equal(result.Schema is null, result.Problems.Count > 0);
        }, iter: 3_000);
    }

    [Theory]
    [InlineData("""{"serviceName":"a\ud800b"}""")]
    [InlineData("""{"regions":["a\ud800b"]}""")]
    [InlineData("""{"a\ud800b":1}""")]
    public void Half_a_character_is_refused_in_words(string json) =>
        Assert.Equal(InputCodes.Pattern, Assert.Single(Schema(Road).Validate(Json(json)).Problems).Code);

    private static InputSchema Schema(string text)
    {
        var result = InputSchema.FromYaml(text, "road.yaml");
        Assert.Empty(result.Problems);
        return result.Schema!;
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
