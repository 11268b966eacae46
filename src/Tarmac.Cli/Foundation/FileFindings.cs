using System.Text.Json.Nodes;

namespace Tarmac.Cli.Foundation;

/// <summary>What offline checks of files found: problems make the exit code 1, warnings do not.</summary>
internal sealed class FileFindings(Terminal terminal)
{
    private const long LargestFile = 100_000_000;
    private readonly JsonArray files = [];
    private bool clean = true;

    /// <exception cref="CliProblem">The file cannot be read.</exception>
    public static string Text(string file)
    {
        try
        {
            var info = new FileInfo(file);
            if (info.Exists && info.Length > LargestFile) throw CliProblem.Unreadable(file, $"It has {info.Length} bytes; nothing anybody wrote by hand has.");
            return File.ReadAllText(file);
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException)
        {
            throw CliProblem.Unreadable(file, why.Message);
        }
    }

    public void Add(string file, CheckedFile found)
    {
        var (problems, warnings, sound) = found;
        clean &= problems.Count == 0;
        files.Add((JsonNode)new JsonObject
        {
            ["file"] = file,
            ["ok"] = problems.Count == 0,
            ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)CliProblem.Json(problem))]),
            ["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)CliProblem.Json(warning))]),
        });
        foreach (var problem in problems) terminal.Line($"{problem} [{problem.Code}]");
        foreach (var warning in warnings) terminal.Line($"{warning} [{warning.Code}, a warning]");
        if (problems.Count == 0) terminal.Line($"{file}: {sound}, no problems.");
    }

    public int Tell()
    {
        terminal.Document(new JsonObject { ["ok"] = clean, ["files"] = files });
        return clean ? ExitCode.Ok : ExitCode.Failure;
    }
}
