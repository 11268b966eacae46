using System.Text.Json.Nodes;
using Tarmac.Foundation.Web;
using Tarmac.Model.Actions;
using Tarmac.Model.Problems;
using Tarmac.Model.Schemas;

namespace Tarmac.Roads;

/// <summary>A road's questions as a form, and the form's answers as the input of the action that creates.</summary>
public static class RoadForm
{
    private const string Deploy = "deploy";
    private const string Answers = "answers";

    /// <param name="teams">The teams there are; with none, the owner is typed and checked later.</param>
    public static InputSchema SchemaOf(Road road, IReadOnlyList<string> teams) => new(
    [
        .. road.Parameters.Fields.Select(parameter => parameter.Name == "owner" && teams.Count > 0 ? parameter with { Choices = teams } : parameter),
        RoadActions.Create.Input[Deploy]! with { Title = "Deploy it to dev at once", Description = null },
    ]);

    /// <summary>What the action is asked: its own fields by name, and the road's alone as name=value.</summary>
    public static JsonObject InputOf(Road road, JsonObject form)
    {
        var input = new JsonObject { ["road"] = road.Name, [Deploy] = form[Deploy]?.DeepClone() ?? true };
        var answers = new JsonArray();
        foreach (var parameter in road.Parameters.Fields)
        {
            if (form[parameter.Name] is not { } value || Text(value).Length == 0) continue;
            var field = RoadActions.Create.Input[parameter.Name];
            if (field is null) answers.Add((JsonNode)$"{parameter.Name}={Text(value)}");
            // The action writes choices with a capital where roads may not.
            else input[parameter.Name] = field.Choices.FirstOrDefault(choice => choice.Equals(Text(value), StringComparison.OrdinalIgnoreCase)) ?? Text(value);
        }
        if (answers.Count > 0) input[Answers] = answers;
        return input;
    }

    /// <summary>A refusal as problems at the fields of the form; a clash of names is the name's.</summary>
    public static IReadOnlyList<InputProblem> ProblemsOf(Problem refused) => refused switch
    {
        { Problems.Count: > 0 } => refused.Problems,
        { Code: "service-exists" or "service-name" or "service-name-reserved" } => [new(refused.Code, refused.Detail is null ? refused.Title : refused.Title + " " + refused.Detail, Field: "name", Cure: refused.Cure)],
        _ => [],
    };

    private static string Text(JsonNode value) => value is JsonValue scalar && scalar.TryGetValue<string>(out var text) ? text : value.ToJsonString();
}
