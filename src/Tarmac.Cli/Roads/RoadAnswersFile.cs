using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;
using Tarmac.Model.Yaml;

namespace Tarmac.Cli.Roads;

/// <summary>The answers of <c>tarmac new --file</c>: a YAML mapping; what is not a field of every road is an answer to this one.</summary>
internal static class RoadAnswersFile
{
    /// <exception cref="CliProblem">The file cannot be read or is no mapping.</exception>
    public static JsonObject Read(string file)
    {
        var read = YamlReader.Read(FileFindings.Text(file), file);
        if (read.Problems.Count > 0)
            throw new CliProblem(ExitCode.Failure, new JsonObject
            {
                ["code"] = CliCodes.FileUnreadable,
                ["title"] = $"{file} cannot be used.",
                ["docs"] = "docs/errors/" + CliCodes.FileUnreadable + ".md",
                ["problems"] = new JsonArray([.. read.Problems.Select(problem => (JsonNode)CliProblem.Json(problem))]),
            });
        if (read.Documents is not [var document] || document.Root.ToJson() is not JsonObject answers)
            throw CliProblem.Unreadable(file, "It must hold one mapping, such as name: vouchers.");
        var input = new JsonObject();
        var rest = new JsonArray();
        foreach (var (name, value) in answers)
        {
            if (name == "answers" && value is JsonObject named)
                foreach (var (answer, given) in named) rest.Add((JsonNode)$"{answer}={given.Text()}");
            else if (name == "answers" && value is JsonArray listed)
                foreach (var answer in listed) rest.Add((JsonNode)(answer.Text() ?? ""));
            else if (RoadActions.Create.Input.Fields.Any(field => field.Name == name)) input[name] = value?.DeepClone();
            else rest.Add((JsonNode)$"{name}={value.Text()}");
        }
        input["answers"] = rest;
        return input;
    }
}
