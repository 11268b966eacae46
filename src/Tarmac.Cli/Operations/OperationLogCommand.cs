using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Operations;

internal sealed class OperationLogCommand : Verb
{
    private readonly Argument<string> id;
    private readonly Option<bool> follow;

    public OperationLogCommand() : base("log", "The log of an operation; with --follow until it ends, and then with its exit code.", "tarmac operation log op-0198c0ffee --follow")
    {
        id = With(new Argument<string>("id") { Description = "The operation's id." });
        follow = Having(new Option<bool>("--follow", "-f") { Description = "Go on until the operation ends; 1 when it fails." });
    }

    protected override async Task<int> Run(Invocation run)
    {
        var operation = run.Get(id)!;
        var lines = new JsonArray();
        if (run.Get(follow))
        {
            var shown = await OperationFollower.Follow(run, operation, line =>
            {
                run.Terminal.Line(OperationFollower.Shown(line));
                if (run.Terminal.Json) lines.Add(line.DeepClone());
            });
            run.Terminal.Document(lines);
            return OperationFollower.Outcome(run, shown);
        }
        for (var after = 0L; ;)
        {
            var page = (await run.Platform.Get($"/api/operations/{Uri.EscapeDataString(operation)}/log?after={after}")).List().ToList();
            if (page.Count == 0) break;
            foreach (var line in page)
            {
                after = Math.Max(after + 1, (long)(line.Number("line") ?? 0));
                run.Terminal.Line(OperationFollower.Shown(line));
                lines.Add(line.DeepClone());
            }
        }
        run.Terminal.Document(lines);
        return ExitCode.Ok;
    }
}
