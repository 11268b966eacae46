using Tarmac.Model.Schemas;

namespace Tarmac.Model.Actions;

/// <summary>From a push to a running release, and everything one does with it afterwards.</summary>
public static class DeliveryActions
{
    private static readonly InputField Service = InputField.Text("service", "The service's name.", required: true) with { Pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", Example = "vouchers" };
    private static readonly InputField Environment = InputField.Text("environment", "Where.") with { Default = "dev", Pattern = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?" };

    public static readonly ActionDefinition Deploy = new(
        "service.deploy", "Deploy a service",
        "Builds and tests a commit, makes an immutable release of it and switches traffic once it is ready. The old release serves until then.",
        ActionRights.OwningTeam,
        InputSchema.Of(Service, Environment, InputField.Text("commit", "Commit, branch or tag; the newest of the default branch when empty.") with { MaxLength = 200 }),
        "tarmac deploy {service}");

    public static readonly ActionDefinition Rollback = new(
        "service.rollback", "Roll back to a release",
        "Runs an earlier release again, artifact and configuration, without building.", ActionRights.OwningTeam,
        InputSchema.Of(Service, Environment, new InputField("release", InputKind.Integer) { Description = "The release's number; the one before the current when empty.", Minimum = 1 }),
        "tarmac rollback {service}");

    public static readonly ActionDefinition Restart = new(
        "service.restart", "Restart a service",
        "Starts a fresh instance of the current release, switches to it when it is ready, and drains the old one.", ActionRights.OwningTeam,
        InputSchema.Of(Service, Environment), "tarmac service restart {service}");

    public static readonly ActionDefinition Stop = new(
        "service.stop", "Stop a service", "Takes its route away, waits for requests in flight and stops it. Its releases stay.", ActionRights.OwningTeam,
        InputSchema.Of(Service, Environment), "tarmac service stop {service}");

    public static readonly ActionDefinition Start = new(
        "service.start", "Start a service", "Starts the release that was current when it was stopped.", ActionRights.OwningTeam,
        InputSchema.Of(Service, Environment), "tarmac service start {service}");

    public static readonly ActionDefinition Remove = new(
        "service.remove", "Remove a service",
        "Stops it everywhere and takes its routes away. The repository and the releases are kept for 30 days, in which it can be restored.", ActionRights.OwningTeam,
        InputSchema.Of(Service, InputField.Text("confirm", "Type the service's name.", required: true)),
        "tarmac service remove {service}", Destructive: true);

    public static readonly ActionDefinition Restore = new(
        "service.restore", "Restore a removed service", "Brings a service back that was removed less than 30 days ago; start or deploy it afterwards.", ActionRights.OwningTeam,
        InputSchema.Of(Service), "tarmac service restore {service}");

    public static readonly ActionDefinition Commit = new(
        "repository.commit", "Change a file",
        "Commits a new version of one file to the service's default branch, as a push would, and so deploys it.", ActionRights.OwningTeam,
        InputSchema.Of(
            Service,
            InputField.Text("path", "The file, from the root of the repository.", required: true) with { MaxLength = 400, Example = "RUNBOOK.md" },
            InputField.Text("content", "The whole new text.", required: true) with { MaxLength = 1_000_000, Format = InputFormat.MultiLine },
            InputField.Text("message", "What and why, for the history.") with { MaxLength = 2000 },
            InputField.Text("expected", "The blob id this edit started from; when the file has changed since, the edit is refused.") with { MaxLength = 64 }));

    public static readonly IReadOnlyList<ActionDefinition> All = [Deploy, Rollback, Restart, Stop, Start, Remove, Restore, Commit];
}
