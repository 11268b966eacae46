using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Backstage;

/// <summary>Refusals in the words of Backstage's clients, beside our own: they look for <c>error</c> and <c>response</c> in a body of plain JSON.</summary>
public static class BackstageErrors
{
    public const string Root = "/api/catalog";

    public static readonly ProblemForm Form = new(Root, "application/json; charset=utf-8", Complete);

    /// <summary>What Backstage calls the error of a status.</summary>
    public static string NameOf(int status) => status switch
    {
        401 => "AuthenticationError",
        403 => "NotAllowedError",
        404 => "NotFoundError",
        409 => "ConflictError",
        501 => "NotImplementedError",
        503 => "ServiceUnavailableError",
        >= 400 and < 500 => "InputError",
        _ => "Error",
    };

    private static void Complete(JsonObject body, Problem problem, HttpRequest request)
    {
        // Their pages show the message and nothing else.
        body["error"] = new JsonObject { ["name"] = NameOf(problem.Status), ["message"] = problem.Cure is null ? problem.Message : $"{problem.Message} {problem.Cure}", ["code"] = problem.Code };
        body["request"] = new JsonObject { ["method"] = request.Method, ["url"] = request.Path.Value };
        body["response"] = new JsonObject { ["statusCode"] = problem.Status };
    }
}
