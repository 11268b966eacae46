using System.Text.Json.Nodes;
using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>Getting in, letting tools in, and acting in an emergency.</summary>
public static class AccessActions
{
    public static readonly ActionDefinition CreateToken = new(
        "token.create", "Create a token",
        "Makes a token for yourself, or for a service or an agent that answers to you and one of your teams. It is shown once.",
        ActionRights.Person,
        InputSchema.Of(
            InputField.Text("name", "What it is for, so that you recognise it later.", required: true) with { MaxLength = 80, Example = "laptop" },
            new InputField("kind", InputKind.Text) { Description = "Whom it lets in.", Choices = ["person", "service", "agent"], Default = "person" },
            InputField.Text("team", "The team a service or agent belongs to; one of yours.") with { Format = InputFormat.EntityRef, EntityKind = "Group", Example = "group:default/promotions" },
            InputField.Text("person", "For whom, when not for yourself. Only an operator may, and it is written in the audit.") with { Format = InputFormat.EntityRef, EntityKind = "User", Example = "user:default/noor" },
            new InputField("scopes", InputKind.TextList) { Description = "What it allows. Every token may read.", Choices = ["read", "write", "operate"], Default = new JsonArray("read", "write") },
            new InputField("days", InputKind.Integer) { Description = "Days until it expires.", Minimum = 1, Maximum = 365, Default = 90 }),
        "tarmac token create {name}", GivesSecret: true, ListedAt: "/tokens");

    public static readonly ActionDefinition RevokeToken = new(
        "token.revoke", "Revoke a token", "Makes a token useless at once, with the tokens and the browser sessions that were made with it.", ActionRights.Anyone,
        InputSchema.Of(InputField.Text("id", "The token's id, as tarmac token list shows it.", required: true)),
        "tarmac token revoke {id}", Destructive: true, ListedAt: "/tokens");

    public static readonly ActionDefinition SignInLink = new(
        "access.link", "Make a sign-in link", "Makes a link that signs one browser in as you, once, within ten minutes.", ActionRights.Person,
        InputSchema.Empty, "tarmac open", GivesSecret: true);

    public static readonly ActionDefinition StartBreakGlass = new(
        "break-glass.start", "Break glass",
        "Lets you act on a service you do not own for 60 minutes. A banner shows it, and the owning team is told.", ActionRights.Person,
        InputSchema.Of(
            InputField.Text("subject", "The service.", required: true) with { Format = InputFormat.EntityRef, Example = "component:default/vouchers" },
            InputField.Text("reason", "Why; everyone can read it.", required: true) with { MinLength = 10, MaxLength = 500 }),
        "tarmac break-glass start {subject} --reason {reason}");

    public static readonly ActionDefinition EndBreakGlass = new(
        "break-glass.end", "End break-glass", "Gives the right back before the hour is over.", ActionRights.Person,
        InputSchema.Of(InputField.Text("subject", "The service.", required: true) with { Format = InputFormat.EntityRef }),
        "tarmac break-glass end {subject}");
}
