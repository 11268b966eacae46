using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Audit;

internal sealed class ExportAuditCommand() : Verb("audit", "The whole audit, newest first, one JSON object a line.", "tarmac export audit > audit.jsonl")
{
    private const int Page = 1000;

    protected override async Task<int> Run(Invocation run)
    {
        var seen = new HashSet<string>();
        string? before = null;
        while (true)
        {
            var entries = (await run.Platform.Get(new Query("/api/audit").Add("limit", Page.ToString()).Add("before", before).ToString())).List().ToList();
            var fresh = entries.Where(entry => seen.Add(entry.Text("id") ?? "")).ToList();
            foreach (var entry in fresh) Console.Out.WriteLine(entry.OnOneLine());
            if (entries.Count < Page || fresh.Count == 0) return ExitCode.Ok;
            // Entries of the same millisecond may lie on both sides of a page: they are asked for again, and told once.
            before = entries[^1].Time("at")!.Value.AddMilliseconds(1).UtcDateTime.ToString("O");
        }
    }
}
