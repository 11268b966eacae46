using System.Text.Json.Nodes;
using Tarmac.Model.Problems;

namespace Tarmac.Cli.Foundation;

/// <summary>A refusal that a person can act on: problem details as the platform writes them, and the exit code that goes with it.</summary>
internal sealed class CliProblem : Exception
{
    public CliProblem(int exitCode, string code, string title, string? detail = null, string? cure = null)
        : this(exitCode, new JsonObject { ["code"] = code, ["title"] = title, ["detail"] = detail, ["cure"] = cure, ["docs"] = "docs/errors/" + code + ".md" })
    {
    }

    public CliProblem(int exitCode, JsonObject details) : base(details.Text("title") ?? "The platform refused.")
    {
        ExitCode = exitCode;
        Details = details;
        foreach (var empty in details.Where(member => member.Value is null).Select(member => member.Key).ToList()) details.Remove(empty);
    }

    public int ExitCode { get; }

    public JsonObject Details { get; }

    public static CliProblem WrongUsage(string title, string? cure = null) => new(Foundation.ExitCode.WrongUsage, CliCodes.WrongUsage, title, null, cure);

    public static CliProblem Unreadable(string file, string why) =>
        new(Foundation.ExitCode.Failure, CliCodes.FileUnreadable, $"{file} cannot be read.", why, "Check the path and that you may read it.");

    /// <summary>Whatever ended a command, as a problem; what nobody foresaw is our own fault.</summary>
    public static CliProblem Of(Exception fault) => fault switch
    {
        CliProblem problem => problem,
        ConnectionLostException lost => new CliProblem(Foundation.ExitCode.Unreachable, CliCodes.PlatformUnreachable, lost.Message, lost.InnerException?.Message,
            "What was accepted goes on: tarmac operation list shows it once the platform answers."),
        _ => new CliProblem(Foundation.ExitCode.Failure, CliCodes.Fault, "This is a fault in tarmac itself.", fault.ToString(), "Nothing you did wrong; please report it with the text above."),
    };

    /// <summary>What the platform answered, as it said it.</summary>
    /// <param name="details">The problem details, or null when the answer had none.</param>
    public static CliProblem Of(int status, JsonObject? details, string url)
    {
        details ??= new JsonObject
        {
            ["code"] = CliCodes.UnexpectedAnswer,
            ["title"] = $"The platform answered {status}, without saying why.",
            ["cure"] = "Check that the address is a Tarmac platform of about this version: tarmac whoami shows which it is.",
            ["docs"] = "docs/errors/" + CliCodes.UnexpectedAnswer + ".md",
        };
        details["status"] ??= status;
        if (details.Text("docs") is { } docs && docs.StartsWith('/')) details["docs"] = url + docs;
        return new CliProblem(ExitCodeOf(status, details.Text("code")), details);
    }

    public static JsonObject Json(InputProblem problem)
    {
        var json = new JsonObject { ["code"] = problem.Code, ["message"] = problem.Message };
        if (problem.File is not null) json["file"] = problem.File;
        if (problem.Line is { } line) json["line"] = line;
        if (problem.Column is { } column) json["column"] = column;
        if (problem.Field is not null) json["field"] = problem.Field;
        if (problem.Cure is not null) json["cure"] = problem.Cure;
        json["docs"] = "docs/errors/" + problem.Code + ".md";
        return json;
    }

    private static int ExitCodeOf(int status, string? code) => status switch
    {
        401 or 403 => Foundation.ExitCode.Forbidden,
        404 => Foundation.ExitCode.NotFound,
        // What was given as options and arguments does not fit the action.
        422 when code == "invalid-input" => Foundation.ExitCode.WrongUsage,
        502 or 503 or 504 => Foundation.ExitCode.Unreachable,
        _ => Foundation.ExitCode.Failure,
    };
}
