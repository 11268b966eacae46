using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Actions;

internal sealed class ActionListCommand() : Verb("list", "Every action, what it does, who may, and the everyday command for it.", "tarmac action list")
{
    protected override Task<int> Run(Invocation run)
    {
        run.Terminal.Document(new JsonArray([.. ActionList.All.Select(action => (JsonNode)new JsonObject
        {
            ["name"] = action.Name,
            ["title"] = action.Title,
            ["summary"] = action.Summary,
            ["rights"] = action.Rights.ToString(),
            ["destructive"] = action.Destructive,
            ["command"] = action.Command,
            ["input"] = action.Input.ToJson(),
        })]));
        var table = new Table("ACTION", "WHAT", "WHO", "COMMAND");
        foreach (var action in ActionList.All)
            table.Row(action.Name, action.Title, Who(action.Rights), action.Command ?? "tarmac action " + action.Name);
        run.Terminal.Show(table);
        return Task.FromResult(ExitCode.Ok);
    }

    private static string Who(ActionRights rights) => rights switch
    {
        ActionRights.Anyone => "anyone",
        ActionRights.OwningTeam => "the owning team",
        ActionRights.OwningTeamOrOperator => "the owning team, operators",
        ActionRights.Person => "any person",
        _ => "operators",
    };
}
