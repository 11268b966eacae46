using System.CommandLine;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Operations;

internal sealed class OperationListCommand : Verb
{
    private readonly Option<string?> subject;
    private readonly Option<string?> state;
    private readonly Option<int> limit;

    public OperationListCommand() : base("list", "The latest operations, newest first.", "tarmac operation list --subject vouchers", "tarmac operation list --state running --json")
    {
        subject = Having(new Option<string?>("--subject") { Description = "Only those that work on this service or entity.", HelpName = "ENTITY" });
        state = Having(new Option<string?>("--state") { Description = "Only those in this state." });
        state.AcceptOnlyFromAmong("pending", "running", "succeeded", "failed", "canceled");
        limit = Having(new Option<int>("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 20, HelpName = "COUNT" });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var query = new Query("/api/operations").Add("subject", run.Get(subject) is { } text ? Refs.Full(text, "component") : null)
            .Add("state", run.Get(state)).Add("limit", run.Get(limit).ToString());
        var operations = await run.Platform.Get(query.ToString());
        run.Terminal.Document(operations);
        var table = new Table("ID", "STATE", "WHAT", "SUBJECT", "BY", "WHEN", "TOOK");
        foreach (var operation in operations.List())
            table.Row(operation.Text("id"), operation.Text("state"), operation.Text("title"), operation.Text("subject"), operation.Text("principal"),
                Ago.Of(operation.Time("createdAt"), TimeProvider.System), operation.Time("finishedAt") - operation.Time("startedAt") is { } took ? Ago.Span(took) : null);
        if (table.Count == 0) run.Terminal.Line("No operation yet. tarmac new makes a service and is the first one.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}
