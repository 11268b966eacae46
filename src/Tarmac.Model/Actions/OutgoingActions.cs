using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>Telling teams of what concerns them.</summary>
public static class OutgoingActions
{
    public static readonly ActionDefinition AddWebhook = new(
        "webhook.add", "Tell a team by webhook",
        "Sends signed CloudEvents about what the team owns to an address: failed deploys, opened findings, broken glass. The signing secret is shown once.", ActionRights.Anyone,
        InputSchema.Of(
            InputField.Text("team", "The team; you must be a member.", required: true) with { Format = InputFormat.EntityRef, EntityKind = "Group" },
            InputField.Text("url", "An http or https address without a user name in it. Only your team and operators see more of it than its host.", required: true) with { MaxLength = 1000, Example = "https://chat.example.test/hooks/tarmac" },
            new InputField("types", InputKind.TextList) { Description = "Event types; those that concern a team when empty." }),
        "tarmac webhook add {team} {url}", GivesSecret: true);

    public static readonly ActionDefinition RemoveWebhook = new(
        "webhook.remove", "Remove a webhook", "Stops telling this address.", ActionRights.Anyone,
        InputSchema.Of(InputField.Text("id", "The webhook's id.", required: true)), "tarmac webhook remove {id}", Destructive: true);

    public static readonly IReadOnlyList<ActionDefinition> All = [AddWebhook, RemoveWebhook];
}
