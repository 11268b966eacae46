using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

public static class OperationActions
{
    public static readonly ActionDefinition Cancel = new(
        "operation.cancel", "Cancel an operation",
        "Stops an operation at its next safe point. What already serves goes on serving.", ActionRights.OwningTeam,
        InputSchema.Of(InputField.Text("id", "The operation's id.", required: true)),
        "tarmac operation cancel {id}");
}
