using System.Text.Json.Nodes;
using Tarmac.Model.Yaml;

namespace Tarmac.Catalog.Definitions;

/// <param name="Schema">Null when it says no type.</param>
public sealed record OpenApiParameter(string Name, string In, bool Required, string? Description, JsonObject? Schema);

/// <summary>What is sent or answered: for each media type its schema.</summary>
/// <param name="Status">Of a response; empty for a request.</param>
public sealed record OpenApiBody(string Status, string? Description, IReadOnlyList<(string MediaType, JsonObject? Schema)> Content);

public sealed record OpenApiOperation(string Method, string Path, string? Summary, string? Description, bool Deprecated, IReadOnlyList<string> Tags, JsonObject Json, JsonObject PathItem)
{
    /// <summary>What it is called in an address.</summary>
    public string Key => $"{Method} {Path}";
}

/// <summary>The operations and schemas of an OpenAPI document, version 2 or 3, from anybody. Never throws for any text.</summary>
public sealed class OpenApiDescription
{
    private const int MostOperations = 5000;
    private const int MostHops = 8;
    private const int MostWords = 400;
    private const int MostInALine = 120;

    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "query", "head", "options", "trace"];

    private readonly JsonObject root;

    private OpenApiDescription(JsonObject root)
    {
        this.root = root;
        var info = Json.Object(root, "info");
        (Title, Version, Description) = (Json.Text(info, "title"), Json.Text(info, "version"), Json.Text(info, "description"));
        Operations = [.. Found().Take(MostOperations)];
        Schemas = Json.Object(Json.Object(root, "components"), "schemas") ?? Json.Object(root, "definitions") ?? [];
    }

    public string? Title { get; }

    public string? Version { get; }

    public string? Description { get; }

    public IReadOnlyList<OpenApiOperation> Operations { get; }

    /// <summary>The named schemas.</summary>
    public JsonObject Schemas { get; }

    public IEnumerable<string> Servers => Json.List(root, "servers").OfType<JsonObject>().Select(server => Json.Text(server, "url")).OfType<string>()
        .Concat(Json.Text(root, "host") is { } host ? [host + Json.Text(root, "basePath")] : []).Take(5);

    /// <summary>The document, or why it is none.</summary>
    public static (OpenApiDescription? Description, string? Trouble) Read(string text)
    {
        var read = YamlReader.Read(text, "definition");
        if (read.Problems is [var first, ..]) return (null, first.Line is { } line ? $"Line {line}: {first.Message}" : first.Message);
        if (read.Documents is not [{ Root: YamlMapping mapping }, ..]) return (null, "It is no mapping.");
        if (mapping["openapi"] is null && mapping["swagger"] is null) return (null, "It does not say openapi or swagger, so it is no OpenAPI document.");
        return (new OpenApiDescription((JsonObject)mapping.ToJson()), null);
    }

    public IReadOnlyList<OpenApiParameter> ParametersOf(OpenApiOperation operation) =>
        [.. AllParameters(operation).Where(parameter => Json.Text(parameter, "in") is not ("body" or "formData")).Take(200).Select(parameter => new OpenApiParameter(
            Json.Text(parameter, "name") ?? "?", Json.Text(parameter, "in") ?? "?", Json.Flag(parameter, "required"), Cut(Json.Text(parameter, "description")),
            Json.Object(parameter, "schema") ?? Content(parameter).Select(content => content.Schema).FirstOrDefault() ?? (parameter["type"] is null ? null : parameter)))];

    public OpenApiBody? RequestOf(OpenApiOperation operation)
    {
        if (Resolve(operation.Json["requestBody"]) is { } body) return new("", Cut(Json.Text(body, "description")), Content(body));
        // In version 2 the body is one of the parameters, and a form several.
        var sent = AllParameters(operation).Where(parameter => Json.Text(parameter, "in") is "body" or "formData").Take(50).ToList();
        return sent.Count == 0 ? null : new("", null, [.. sent.Select(part => (Json.Text(part, "name") ?? "body", Json.Object(part, "schema") ?? part))]);
    }

    public IReadOnlyList<OpenApiBody> ResponsesOf(OpenApiOperation operation) =>
        [.. (Json.Object(operation.Json, "responses") ?? []).Take(50).Select(response => (response.Key, Answer: Resolve(response.Value) ?? [])).Select(response => new OpenApiBody(
            response.Key, Cut(Json.Text(response.Answer, "description")), Json.Object(response.Answer, "schema") is { } old ? [("", old)] : Content(response.Answer)))];

    /// <summary>What a reference leads to within the document; null when it leads nowhere, outside or round.</summary>
    public JsonObject? Resolve(JsonNode? node)
    {
        for (var hops = 0; hops < MostHops && node is JsonObject found; hops++)
        {
            if (Json.Text(found, "$ref") is not { } reference) return found;
            node = Target(reference);
        }
        return null;
    }

    /// <summary>The name a reference to a schema leads to; null when it is no such reference.</summary>
    public static string? SchemaName(JsonObject schema) => Json.Text(schema, "$ref") is { } reference
        ? ((string[])["#/components/schemas/", "#/definitions/"]).Where(start => reference.StartsWith(start, StringComparison.Ordinal)).Select(start => Unescaped(reference[start.Length..])).FirstOrDefault() ?? ""
        : null;

    internal static string? Cut(string? text, int most = MostWords) => text?.Length > most ? text[..most] + "…" : text;

    private IEnumerable<OpenApiOperation> Found()
    {
        foreach (var (path, item) in Json.Object(root, "paths") ?? [])
        {
            if (Resolve(item) is not { } known) continue;
            foreach (var method in Methods)
                if (Json.Object(known, method) is { } operation)
                    yield return new(method.ToUpperInvariant(), path, Cut(Json.Text(operation, "summary"), MostInALine), Json.Text(operation, "description"), Json.Flag(operation, "deprecated"),
                        [.. Json.List(operation, "tags").Select(Json.Text).OfType<string>().Take(5)], operation, known);
        }
    }

    // An operation's own say counts before that of its path.
    private IEnumerable<JsonObject> AllParameters(OpenApiOperation operation) =>
        Json.List(operation.Json, "parameters").Concat(Json.List(operation.PathItem, "parameters")).Take(400).Select(Resolve).OfType<JsonObject>()
            .DistinctBy(parameter => (Json.Text(parameter, "name"), Json.Text(parameter, "in")));

    private static List<(string MediaType, JsonObject? Schema)> Content(JsonObject holder) =>
        [.. (Json.Object(holder, "content") ?? []).Take(10).Select(content => (content.Key, Json.Object(content.Value as JsonObject, "schema")))];

    private JsonNode? Target(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal)) return null;
        JsonNode? at = root;
        foreach (var part in reference[2..].Split('/')) at = (at as JsonObject)?[Unescaped(part)];
        return at;
    }

    private static string Unescaped(string part) => Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
