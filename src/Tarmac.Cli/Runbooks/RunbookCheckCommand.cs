using Tarmac.Cli.Foundation;
using Tarmac.Model.Runbooks;

namespace Tarmac.Cli.Runbooks;

internal sealed class RunbookCheckCommand() : FileCheck("runbooks", "RUNBOOK.md", "tarmac runbook check", "tarmac runbook check services --json")
{
    protected override CheckedFile Check(string text, string file)
    {
        var runbook = Runbook.Parse(text, file);
        return new(runbook.Problems, [], $"{runbook.Name ?? "a runbook"}, {runbook.Sections.Count} sections");
    }
}
