using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

public static class RoadActions
{
    /// <summary>Roads ask for more than these fields; what a road alone asks for goes into <c>answers</c> and is checked against its own schema.</summary>
    public static readonly ActionDefinition Create = new(
        "service.create", "Create a service",
        "Makes a repository with history from a paved road, registers its owner, and deploys it to dev.", ActionRights.Anyone,
        InputSchema.Of(
            InputField.Text("road", "The paved road.", required: true) with { Example = "web-api" },
            InputField.Text("name", "A DNS label of 2 to 40 characters: lower-case letters, digits and dashes.", required: true) with { Pattern = "[a-z]([a-z0-9-]{0,38}[a-z0-9])", Example = "vouchers" },
            InputField.Text("owner", "The team that will own it.", required: true) with { Format = InputFormat.EntityRef, EntityKind = "Group", Example = "group:default/promotions" },
            InputField.Text("description", "What it does, for whom; people find it by this.") with { MaxLength = 300 },
            InputField.Text("system", "The system it is part of.") with { Format = InputFormat.EntityRef, EntityKind = "System" },
            InputField.Text("tier", "How much depends on it.") with { Choices = ["Platinum", "Gold", "Silver", "Bronze", "Unsupported"], Default = "Bronze" },
            new InputField("answers", InputKind.TextList) { Description = "What this road asks for besides, each as name=value." },
            new InputField("deploy", InputKind.Flag) { Description = "Whether to deploy it to dev at once.", Default = true }),
        "tarmac new {name} --road {road} --owner {owner}");
}
