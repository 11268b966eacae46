using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Tarmac.Foundation.Web;
using Tarmac.Model.Problems;
using Tarmac.Model.Schemas;

namespace Tarmac.Tests.Web;

public sealed class FormTests
{
    private static readonly InputSchema Schema = InputSchema.Of(
        InputField.Text("name", "Becomes the host name.", required: true) with { MaxLength = 40 },
        new InputField("notes", InputKind.Text) { Format = InputFormat.MultiLine },
        new InputField("tier", InputKind.Text) { Choices = ["gold", "silver"], Default = "silver" },
        new InputField("port", InputKind.Integer) { Minimum = 1, Maximum = 65535, Default = 8080 },
        new InputField("tags", InputKind.TextList),
        new InputField("places", InputKind.TextList) { Choices = ["here", "there"], Default = new JsonArray("there") },
        new InputField("key", InputKind.Text) { Format = InputFormat.Secret },
        new InputField("deploy", InputKind.Flag) { Default = true });

    private static Task<AngleSharp.Html.Dom.IHtmlDocument> Form(JsonObject? values = null, params InputProblem[] problems) =>
        Rendered.Part<FormFor>(("Schema", Schema), ("Action", "/go"), ("Submit", "Go"), ("Values", values), ("Problems", problems));

    [Fact]
    public async Task Each_field_gets_the_control_of_its_type_with_its_default()
    {
        var form = await Form();
        Assert.Equal("40", form.QuerySelector("input[name=name][required]")!.GetAttribute("maxlength"));
        Assert.NotNull(form.QuerySelector("textarea[name=notes]"));
        Assert.Equal("silver", form.QuerySelector("select[name=tier] option[selected]")!.TextContent);
        Assert.Equal("8080", form.QuerySelector("input[name=port][type=number][min='1'][max='65535']")!.GetAttribute("value"));
        Assert.NotNull(form.QuerySelector("textarea[name=tags]"));
        Assert.Equal(["there"], form.QuerySelectorAll("fieldset input[checked]").Select(e => e.GetAttribute("value")));
        Assert.NotNull(form.QuerySelector("input[name=deploy][type=checkbox][checked]"));
    }

    [Fact]
    public async Task What_was_typed_comes_back_but_never_a_secret()
    {
        var form = await Form(new JsonObject { ["name"] = "<b>", ["key"] = "hush", ["deploy"] = false, ["port"] = "eighty" });
        Assert.Equal("<b>", form.QuerySelector("input[name=name]")!.GetAttribute("value"));
        Assert.Equal("eighty", form.QuerySelector("input[name=port]")!.GetAttribute("value"));
        Assert.Null(form.QuerySelector("input[name=deploy][checked]"));
        Assert.DoesNotContain("hush", form.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_problem_stands_at_its_field_and_the_others_on_top()
    {
        var form = await Form(null, new InputProblem("input-required", "Name is required.", Field: "name"), new InputProblem("input-unknown", "There is no field colour.", Field: "colour"));
        var name = form.QuerySelector("input[name=name]")!;
        Assert.Equal("true", name.GetAttribute("aria-invalid"));
        var error = name.GetAttribute("aria-describedby")!.Split(' ').Select(id => form.GetElementById(id)!).Single(e => e.ClassList.Contains("error"));
        Assert.Equal("Name is required.", error.TextContent);
        Assert.Contains("colour", form.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Single(form.QuerySelectorAll("[aria-invalid]"));
    }

    [Fact]
    public void A_posted_form_becomes_the_input_it_stands_for()
    {
        var input = Post(("name", "vouchers"), ("notes", "one\r\ntwo"), ("tier", "gold"), ("port", "8080"), ("tags", "a\r\n\r\n b \r\n"), ("deploy", "true"), ("colour", "red"));
        Assert.Equal("""{"name":"vouchers","notes":"one\ntwo","tier":"gold","port":"8080","tags":["a","b"],"places":[],"deploy":true}""", input.ToJsonString());
        var checkedInput = Schema.Validate(input);
        Assert.Empty(checkedInput.Problems);
        Assert.Equal(8080, checkedInput.Input["port"]!.GetValue<long>());
    }

    [Fact]
    public void A_box_that_was_not_ticked_is_false_although_its_default_is_true() =>
        Assert.False(Schema.Validate(Post(("name", "x"))).Input["deploy"]!.GetValue<bool>());

    private static JsonObject Post(params (string Name, string Value)[] fields) =>
        FormInput.Read(Schema, new FormCollection(fields.ToDictionary(f => f.Name, f => new StringValues(f.Value))));
}
