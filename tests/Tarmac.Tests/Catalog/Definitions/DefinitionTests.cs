using System.Net;
using System.Text.Json.Nodes;
using Tarmac.Catalog.Definitions;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog.Definitions;

/// <summary>Definitions of APIs, from honest authors and from others.</summary>
public sealed class DefinitionTests
{
    private const string Vouchers = """
        openapi: 3.1.0
        info: {title: Vouchers, version: 2.1.0, description: Sells <b>gift</b> vouchers.}
        servers: [{url: "https://vouchers.example/v2"}]
        paths:
          /vouchers/{code}:
            parameters:
              - {name: code, in: path, required: true, schema: {type: string}, description: What is printed on it.}
            get:
              tags: [Reading]
              summary: One voucher
              description: "Answers *what is left* on it. <script>alert(1)</script>"
              parameters: [{$ref: "#/components/parameters/Currency"}]
              responses:
                "200": {description: It is there., content: {application/json: {schema: {$ref: "#/components/schemas/Voucher"}}}}
                "404": {$ref: "#/components/responses/Gone"}
            delete: {tags: [Selling], deprecated: true, responses: {"204": {description: Done}}}
          /vouchers:
            post:
              tags: [Selling]
              requestBody: {content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Voucher"}}}}}
              responses: {"201": {description: Sold}}
        components:
          parameters: {Currency: {name: currency, in: query, schema: {type: string, enum: [EUR, CHF]}}}
          responses: {Gone: {description: Nobody sold it.}}
          schemas:
            Voucher:
              type: object
              required: [code]
              properties:
                code: {type: string}
                value: {type: object, properties: {amount: {type: number, format: double}}}
                parent: {$ref: "#/components/schemas/Voucher"}
                history: {type: array, items: {oneOf: [{type: string}, {$ref: "#/components/schemas/Voucher"}]}}
        """;

    [Fact]
    public async Task OpenApi_is_shown_by_operation_and_schema()
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers.yaml", Api("vouchers", "openapi", Vouchers));
        var platform = await folder.Start();
        var page = await platform.Client.Page("/catalog/api/default/vouchers/definition");
        Assert.Equal("Vouchers", page.QuerySelector("h1")!.TextContent);
        Assert.Equal(["Reading", "Selling", "Schemas"], page.QuerySelectorAll("main .panel h2").Select(heading => heading.TextContent));
        Assert.Equal(["GET", "DELETE", "POST"], page.QuerySelectorAll(".operations b").Select(method => method.TextContent));

        page = await platform.Client.Page(page.QuerySelector(".operations a")!.GetAttribute("href")!);
        Assert.Equal("GET /vouchers/{code}", page.QuerySelector("h1")!.TextContent);
        Assert.Equal(["currency", "code required"], page.QuerySelectorAll("tbody th").Select(name => name.TextContent));
        Assert.Contains("string: EUR, CHF", page.QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("what is left", page.QuerySelector(".prose em")!.TextContent);
        Assert.Contains("Nobody sold it.", page.QuerySelector("#answer-1")!.TextContent, StringComparison.Ordinal);

        page = await platform.Client.Page(page.QuerySelector("#answer-0 a")!.GetAttribute("href")!);
        Assert.Equal("Voucher", page.QuerySelector("h1")!.TextContent);
        Assert.Equal(["code required", "value", "amount", "parent", "history", "(one of)", "(one of)"], page.QuerySelectorAll("tbody th").Select(name => name.TextContent));
        Assert.Equal("number (double)", page.QuerySelectorAll("tbody td")[4].TextContent);

        Assert.Equal(3, (await platform.Client.Page("/catalog/api/default/vouchers")).QuerySelectorAll("#definition .operations li").Length);
        page = await platform.Client.Page("/catalog/api/default/vouchers/definition?as=text");
        Assert.Equal("openapi: 3.1.0", page.QuerySelector("#L1")!.TextContent);
        using var download = await platform.Client.GetAsync("/api/v1/catalog/entities/api/default/vouchers/definition", TestContext.Current.CancellationToken);
        Assert.Equal("vouchers.yaml", download.Content.Headers.ContentDisposition!.FileName);
        Assert.StartsWith("openapi: 3.1.0", await download.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        foreach (var missing in (string[])["/catalog/api/default/vouchers/definition?operation=GET%20/", "/catalog/api/default/vouchers/definition?schema=Coupon", "/catalog/group/default/stock/definition"])
            Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.TryPage(missing)).Status);
    }

    [Fact]
    public void Version_2_says_bodies_forms_and_types_in_its_own_way()
    {
        var (read, _) = OpenApiDescription.Read("""
            {"swagger": "2.0", "host": "old.example", "basePath": "/v1", "paths": {"/pets": {"post": {
              "parameters": [{"in": "body", "name": "pet", "schema": {"$ref": "#/definitions/Pet"}}, {"in": "header", "name": "x-trace", "type": "string", "required": true}],
              "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Pet"}}}}}},
             "definitions": {"Pet": {"properties": {"name": {"type": "string"}}}}}
            """);
        var operation = Assert.Single(read!.Operations);
        Assert.Equal(["old.example/v1"], read.Servers);
        Assert.Equal("x-trace", Assert.Single(read.ParametersOf(operation)).Name);
        Assert.Equal("Pet", OpenApiDescription.SchemaName(read.RequestOf(operation)!.Content.Single().Schema!));
        Assert.Equal("Pet", OpenApiDescription.SchemaName(read.ResponsesOf(operation).Single().Content.Single().Schema!));
        Assert.Equal(["", "name"], SchemaRow.Of(read.Resolve(read.Schemas["Pet"])!, new SchemaBudget()).Select(row => row.Name));
    }

    [Theory]
    [InlineData("openapi: [")]
    [InlineData("")]
    [InlineData("just words")]
    [InlineData("info: {title: x}")]
    public void What_is_no_OpenApi_is_told_and_not_trusted(string text)
    {
        var (read, trouble) = OpenApiDescription.Read(text);
        Assert.Null(read);
        Assert.NotEmpty(trouble!);
    }

    [Fact]
    public void References_that_lead_round_outside_or_nowhere_end()
    {
        var (read, _) = OpenApiDescription.Read("""
            openapi: 3.0.0
            info: null
            paths:
              /a: {$ref: "#/paths/~1a"}
              /b: 7
              /c:
                get: []
                post: {parameters: [{$ref: "#/components/parameters/P"}, 3, {$ref: "https://elsewhere.example/p.yaml"}], requestBody: {$ref: "#/nowhere/at/all"}, responses: {"200": {$ref: "#/components/responses/R"}}}
            components:
              parameters: {P: {$ref: "#/components/parameters/P"}}
              responses: {R: {$ref: "#/components/responses/S"}, S: {$ref: "#/components/responses/R"}}
              schemas: {A: {$ref: "#/components/schemas/A"}, B: {type: [object, 3], properties: [], allOf: 3, items: {items: {items: {items: {}}}}}}
            """);
        var operation = Assert.Single(read!.Operations);
        Assert.Empty(read.ParametersOf(operation));
        Assert.Null(read.RequestOf(operation));
        Assert.Empty(read.ResponsesOf(operation).Single().Content);
        Assert.Null(read.Resolve(read.Schemas["A"]));
        Assert.NotEmpty(SchemaRow.Of((JsonObject)read.Schemas["B"]!, new SchemaBudget()));
    }

    [Fact]
    public async Task Thousands_of_operations_and_endless_schemas_stay_within_a_page()
    {
        await using var folder = new CatalogFolder();
        var wide = string.Join(", ", Enumerable.Range(0, 2000).Select(number => $"\"field{number}\": {{\"type\": \"string\", \"description\": \"{new string('<', 200)}\"}}"));
        var paths = string.Join(", ", Enumerable.Range(0, 1500).Select(number => $"\"/a/rather/long/path/to/something/{number}\": {{\"get\": {{\"summary\": \"{new string('>', 60)}\", \"responses\": {{}}}}}}"));
        folder.Write("wide.yaml", Api("wide", "openapi", $$$"""{"openapi": "3.0.0", "paths": { {{{paths}}} }, "components": {"schemas": {"Wide": {"properties": { {{{wide}}} } } } } }"""));
        folder.Write("large.yaml", Api("large", "openapi", "openapi: 3.0.0\nx: " + new string('&', 2_500_000)));
        var platform = await folder.Start();
        var page = await platform.Client.Page("/catalog/api/default/wide/definition?page=2");
        Assert.Equal(120, page.QuerySelectorAll(".operations li").Length);
        page = await platform.Client.Page("/catalog/api/default/wide/definition?schema=Wide");
        Assert.InRange(page.QuerySelectorAll("tbody tr").Length, 50, 200);
        page = await platform.Client.Page("/catalog/api/default/large/definition");
        Assert.Contains("shown as text", page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.QuerySelectorAll(".source li").Length);
    }

    [Theory]
    [InlineData("graphql", "type Voucher {\n  code: ID!\n}\nenum State { SOLD }\n", "Voucher 1, State 4")]
    [InlineData("grpc", "syntax = \"proto3\";\nservice Vouchers {\n  rpc Sell (Order) returns (Voucher);\n}\nmessage Order {}\n", "Vouchers 2, Sell 3, Order 5")]
    [InlineData("asyncapi", "asyncapi: 3.0.0\nchannels:\n  sold:\n    address: vouchers.sold\n  spent: {}\n", "sold 3, spent 5")]
    [InlineData("trpc", "anything <at> all\n", "")]
    public async Task Other_definitions_are_shown_as_text_with_lines_and_what_is_in_them(string type, string text, string outline)
    {
        await using var folder = new CatalogFolder();
        folder.Write("vouchers.yaml", Api("vouchers", type, text));
        var platform = await folder.Start();
        var page = await platform.Client.Page("/catalog/api/default/vouchers/definition");
        Assert.Equal(text.TrimEnd('\n').Split('\n'), page.QuerySelectorAll(".source li").Select(line => line.TextContent));
        Assert.Equal(outline, string.Join(", ", page.QuerySelectorAll(".plain-list a").Select(link => $"{link.TextContent} {link.GetAttribute("href")!.Split("#L")[1]}")));
    }

    private static string Api(string name, string type, string definition) => $"""
        apiVersion: backstage.io/v1alpha1
        kind: API
        metadata:
          name: {name}
        spec:
          type: {type}
          lifecycle: production
          owner: promotions
          definition: |
            {definition.TrimEnd('\n').ReplaceLineEndings("\n    ")}
        """;
}
