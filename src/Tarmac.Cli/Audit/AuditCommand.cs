using System.CommandLine;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Audit;

internal sealed class AuditCommand : Verb
{
    private readonly Option<string?> subject;
    private readonly Option<string?> principal;
    private readonly Option<string?> action;
    private readonly Option<int> limit;

    public AuditCommand() : base("audit", "Who changed what, for whom, newest first.", "tarmac audit --subject vouchers", "tarmac audit --by user:noor --json")
    {
        subject = Having(new Option<string?>("--subject") { Description = "Only changes of this service or entity.", HelpName = "ENTITY" });
        principal = Having(new Option<string?>("--by") { Description = "Only changes by this person, service or agent.", HelpName = "PRINCIPAL" });
        action = Having(new Option<string?>("--action") { Description = "Only this action, such as service.deploy.", HelpName = "ACTION" });
        limit = Having(new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 50, HelpName = "COUNT" });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var entries = await run.Platform.Get(new Query("/api/audit")
            .Add("subject", run.Get(subject) is { } entity ? Refs.Full(entity, "component") : null)
            .Add("principal", run.Get(principal) is { } who ? Refs.Full(who, "user") : null)
            .Add("action", run.Get(action)).Add("limit", run.Get(limit).ToString()).ToString());
        run.Terminal.Document(entries);
        var table = new Table("WHEN", "WHO", "ACTION", "SUBJECT", "WHAT");
        foreach (var entry in entries.List())
            table.Row(entry.Time("at")?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss"), entry.Text("principal") + (entry.Text("onBehalfOf") is { } person ? " for " + person : ""), entry.Text("action"), entry.Text("subject"),
                entry.Text("summary") + (entry.Text("breakGlass") is { } reason ? $" [broke glass: {reason}]" : ""));
        if (table.Count == 0) run.Terminal.Line("No change matches.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}
