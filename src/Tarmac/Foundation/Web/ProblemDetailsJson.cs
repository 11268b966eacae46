using System.Text.Json.Nodes;

namespace Tarmac.Foundation.Web;

/// <summary>Problem details as JSON (RFC 9457), with our extension members: code, problems, cure and docs.</summary>
public static class ProblemDetailsJson
{
    public static JsonObject Of(Problem problem)
    {
        var json = new JsonObject
        {
            ["type"] = problem.Docs,
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["code"] = problem.Code,
        };
        if (problem.Detail is not null) json["detail"] = problem.Detail;
        if (problem.Cure is not null) json["cure"] = problem.Cure;
        json["docs"] = problem.Docs;
        if (problem.Problems.Count > 0)
            json["problems"] = new JsonArray([.. problem.Problems.Select(p => (JsonNode)Place(p))]);
        return json;
    }

    private static JsonObject Place(Model.Problems.InputProblem problem)
    {
        var json = new JsonObject { ["code"] = problem.Code, ["message"] = problem.Message };
        if (problem.File is not null) json["file"] = problem.File;
        if (problem.Line is not null) json["line"] = problem.Line;
        if (problem.Column is not null) json["column"] = problem.Column;
        if (problem.Field is not null) json["field"] = problem.Field;
        if (problem.Cure is not null) json["cure"] = problem.Cure;
        return json;
    }
}
