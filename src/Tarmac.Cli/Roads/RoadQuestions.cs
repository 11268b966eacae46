using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Roads;

/// <summary>Completes the input of a creation: the only road or team is taken, a person at a terminal is asked for the rest.</summary>
internal sealed class RoadQuestions(Invocation run, JsonObject input)
{
    /// <summary>Answers the chosen road as the platform describes it.</summary>
    /// <exception cref="CliProblem">Something is missing and nobody is there to be asked.</exception>
    public async Task<JsonNode> Complete()
    {
        var roads = (await run.Platform.Get("/api/roads")).List().ToList();
        if (input.Text("road") is null && roads is [var only]) input["road"] = only.Text("name");
        Demand("road", "Which road?", () =>
        {
            foreach (var road in roads) run.Terminal.Progress($"  {road.Text("name"),-12} {road.Text("title")}. {road.Text("description")}");
        });
        var chosen = roads.FirstOrDefault(road => road.Text("name") == input.Text("road"))
            ?? throw new CliProblem(ExitCode.NotFound, "not-found", $"There is no road named {input.Text("road")}.", null, "The roads are: " + string.Join(", ", roads.Select(road => road.Text("name"))) + ".");
        Demand("name", "Name of the service (lower-case letters, digits, dashes)?");
        if (input.Text("owner") is null)
        {
            var teams = (await run.Platform.Get("/api/whoami")).List("teams").Select(team => team.Text()).ToList();
            if (teams is [var mine]) input["owner"] = mine;
            Demand("owner", teams.Count == 0 ? "Which team will own it?" : $"Which team will own it ({string.Join(", ", teams)})?");
        }
        foreach (var field in chosen.List("parameters", "required").Select(field => field.Text()!)) DemandAnswer(chosen, field);
        return chosen;
    }

    private void DemandAnswer(JsonNode road, string field)
    {
        var parameter = road.At("parameters", "properties", field);
        var question = $"{parameter.Text("title") ?? field}? {parameter.Text("description")}\n ";
        if (RoadActions.Create.Input.Fields.Any(known => known.Name == field))
        {
            if (parameter.At("default") is null) Demand(field, question);
            return;
        }
        var answers = input["answers"]!.AsArray();
        if (parameter.At("default") is not null || answers.Any(answer => answer.Text()!.StartsWith(field + "=", StringComparison.Ordinal))) return;
        answers.Add((JsonNode)$"{field}={Answer(question, $"--set {field}=VALUE")}");
    }

    private void Demand(string field, string question, Action? before = null)
    {
        if (input.Text(field) is { Length: > 0 }) return;
        if (run.Terminal.CanAsk) before?.Invoke();
        input[field] = Answer(question, field == "name" ? "tarmac new NAME" : "--" + field);
    }

    private string Answer(string question, string option)
    {
        if (!run.Terminal.CanAsk) throw CliProblem.WrongUsage($"Something is missing: {question.Trim().ReplaceLineEndings(" ")}", $"Give it as {option}, or in a file: --file answers.yaml.");
        for (var attempt = 0; attempt < 3; attempt++)
            if (run.Terminal.Ask(question) is { Length: > 0 } answer) return answer;
        throw CliProblem.WrongUsage("There was no answer.", $"Give it as {option}.");
    }
}
