using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Operations;

internal sealed class ExportEventsCommand() : Verb("events", "Everything that happened, oldest first: CloudEvents 1.0, one a line.", "tarmac export events > events.jsonl")
{
    protected override async Task<int> Run(Invocation run)
    {
        for (var after = 0L; ;)
        {
            var page = (await run.Platform.Get($"/api/events?after={after}&limit=1000")).List().ToList();
            if (page.Count == 0) return ExitCode.Ok;
            foreach (var item in page)
            {
                Console.Out.WriteLine(item.OnOneLine());
                after = Math.Max(after + 1, (long)(item.Number("revision") ?? 0));
            }
        }
    }
}
