using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>Evidence that any team supplies, by whatever means it came by it.</summary>
public static class FactActions
{
    public static readonly ActionDefinition Report = new(
        "fact.report", "Report a fact",
        "Records something you know of an entity: a deploy made elsewhere, readiness seen by your own monitoring, a drill. It counts like what Tarmac sees itself.",
        ActionRights.OwningTeam,
        InputSchema.Of(
            InputField.Text("entity", "What it is about.", required: true) with { Format = InputFormat.EntityRef, Example = "component:default/vouchers" },
            InputField.Text("key", "Which fact.", required: true) with { Pattern = "[a-z][a-z0-9]*([.-][a-z0-9]+)*", MaxLength = 64, Example = "release" },
            InputField.Text("value", "A JSON object; docs/guides/operability-score.md says what the checks ask for.", required: true) with
            {
                Format = InputFormat.MultiLine,
                MaxLength = 65_536,
                Example = """{"at": "2026-11-20T09:30:00Z", "release": "1.4.2"}""",
            },
            InputField.Text("observed", "When it was seen; now when empty.") with { MaxLength = 40, Example = "2026-11-20T09:30:00Z" },
            InputField.Text("expires", "Until when it says something; never when empty.") with { MaxLength = 40, Example = "2027-05-20T00:00:00Z" }),
        "tarmac action fact.report --entity {entity} --key {key} --value {value}");
}
