using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

public static class OperabilityActions
{
    public static readonly ActionDefinition Rescore = new(
        "score.rescore", "Rescore", "Collects what can be collected now and judges the component again.", ActionRights.Anyone,
        InputSchema.Of(InputField.Text("entity", "The component.", required: true) with { Format = InputFormat.EntityRef, Example = "component:default/vouchers" }),
        "tarmac score {entity} --rescore");
}
