using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Audit;

internal sealed class ExportAuditCommand() : Verb("audit", "The whole audit, newest first, one JSON object a line.", "tarmac export audit > audit.jsonl")
{
    private const int Page = 1000;

    protected override async Task<int> Run(Invocation run)
    {
        string? before = null, beforeId = null;
        while (true)
        {
            var entries = (await run.Platform.Get(new Query("/api/audit").Add("limit", Page.ToString()).Add("before", before).Add("beforeId", beforeId).ToString())).List().ToList();
            foreach (var entry in entries) Console.Out.WriteLine(entry.OnOneLine());
            if (entries.Count < Page) return ExitCode.Ok;
            (before, beforeId) = (entries[^1].Text("at"), entries[^1].Text("id"));
        }
    }
}
