using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog.Sources;

/// <summary>What a tool hands in: everything its source says.</summary>
/// <param name="Description">For people: which revision of what.</param>
internal sealed record PushedFiles(IReadOnlyList<(string Path, string Text)> Files, string? Description)
{
    private const int MostFiles = 1_000;
    private const int LongestPath = 300;
    private const int LongestRevision = 200;

    /// <exception cref="Problem">It cannot be taken, with every reason.</exception>
    public static PushedFiles Of(JsonObject body)
    {
        var (files, problems) = (new List<(string Path, string Text)>(), new List<InputProblem>());
        if (body["files"] is not JsonArray { Count: > 0 and <= MostFiles } given)
            throw Refused([new(CatalogSourceCodes.SourceInput, $"files must be a list of 1 to {MostFiles} files.", Field: "files", Cure: """Send {"files": [{"path": "catalog-info.yaml", "text": "..."}]}; to empty a source, remove it.""")]);
        foreach (var (number, item) in given.Index())
        {
            var (path, text) = (Text(item, "path"), Text(item, "text"));
            if (path is null || text is null) Refuse("is not of the form {path, text}", "Give both as texts.");
            else if (path.Length is 0 or > LongestPath || path.Any(char.IsControl) || SourceFiles.Resolve("", path) != path) Refuse("has a path that leaves the source, or is written in a roundabout way", "Write paths from the root of the source, such as services/till/catalog-info.yaml.");
            else if (files.Exists(file => file.Path == path)) Refuse($"has the path {path}, as another does", "Name each file once.");
            else if (Encoding.UTF8.GetByteCount(text) > EntityReader.Limits.Bytes) Refuse($"has more than {EntityReader.Limits.Bytes} bytes", "Split it into several files.");
            else files.Add((path, text));

            void Refuse(string what, string cure) => problems.Add(new(CatalogSourceCodes.SourceInput, $"File {number + 1} {what}.", Field: $"files[{number}]", Cure: cure));
        }
        var revision = Text(body, "revision");
        if (revision is { Length: > LongestRevision } || revision?.Any(char.IsControl) == true || (revision is null && body["revision"] is not null))
            problems.Add(new(CatalogSourceCodes.SourceInput, $"The revision is not one line of at most {LongestRevision} characters.", Field: "revision", Cure: "Name a commit or a build."));
        return problems.Count > 0 ? throw Refused(problems) : new PushedFiles(files, revision is null ? null : "Revision " + revision);
    }

    private static Problem Refused(IReadOnlyList<InputProblem> problems) => Problem.InvalidInput(problems);

    private static string? Text(JsonNode? node, string field) => node is JsonObject of && of[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

/// <param name="Revision">The catalog shows what was pushed from this revision on; by the time of the answer it does.</param>
/// <param name="Problems">What was refused of it, with place and cure; the rest counts.</param>
public sealed record PushAnswer(SourceAnswer Source, long Revision, IReadOnlyList<ProblemAnswer> Problems);

/// <summary>Tools that know entities hand their descriptors in, all of a source at once.</summary>
internal static class PushApi
{
    private const long MostBytes = 32L * 1024 * 1024;

    public static string PathOf(string source) => SourceRow.ApiOf(source) + "/files";

    public static void MapPush(this IEndpointRouteBuilder routes) =>
        routes.MapPut("/api/v1/catalog/sources/{name}/files", Put)
            .WithSummary("Replaces everything a source of the kind push says by the files of the body: {revision, files: [{path, text}]}. Members of its owner may. Answers what came of it; documents with mistakes keep their last good version.")
            .Accepts<JsonObject>("application/json").Produces<PushAnswer>().ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> Put(
        HttpContext context, RegisteredSources sources, CurrentCatalog catalog, IOrganisation organisation, IAntiforgery antiforgery, string name, CancellationToken cancellation)
    {
        var principal = context.Principal();
        // A browser sends its cookie along unasked; a token is only ever sent on purpose.
        if (principal.Credential == Principal.BrowserSession) await antiforgery.ValidateRequestAsync(context);
        // With a credential that may add sources, and so may write.
        Rights.Demand(principal, CatalogActions.AddSource, null, organisation, null);
        var source = await sources.Find(name, cancellation) ?? throw Problem.NotFound("catalog source", name, "Register it first: tarmac source add NAME --type push.");
        source.Demand(principal);
        if (source.Kind != SourceKind.Push)
            throw new Problem(409, CatalogSourceCodes.SourceInput, $"{name} is read from {source.Location}, so nothing can be pushed to it.", null, "Register another source with --type push.");
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MostBytes;
        var body = await StrictJson.Object(context.Request.Body, cancellation)
            ?? throw new Problem(400, "bad-request", "The body must be a JSON object.", null, """Send {"files": [{"path": "catalog-info.yaml", "text": "..."}]}.""");
        var state = await sources.Push(source, PushedFiles.Of(body), principal.Ref, cancellation);
        return Results.Ok(new PushAnswer(SourceAnswer.Of(catalog.Index, state, source, null), state.Revision, [.. state.Problems.Select(ProblemAnswer.Of)]));
    }
}
