using System.CommandLine;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Runbooks;

namespace Tarmac.Cli.Runbooks;

internal sealed class RunbookCheckCommand : Verb
{
    private readonly Argument<string[]> files;

    public RunbookCheckCommand() : base("check", "Checks runbooks; 1 with findings. Needs no platform.", "tarmac runbook check", "tarmac runbook check RUNBOOK.md --json") =>
        files = With(new Argument<string[]>("files") { Description = "The files; RUNBOOK.md when none is named.", Arity = ArgumentArity.ZeroOrMore });

    protected override Task<int> Run(Invocation run)
    {
        var findings = new FileFindings(run.Terminal);
        foreach (var file in run.Get(files) is { Length: > 0 } named ? named : ["RUNBOOK.md"])
        {
            var runbook = Runbook.Parse(FileFindings.Text(file), file);
            findings.Add(file, runbook.Problems, [], $"{runbook.Name ?? "a runbook"}, {runbook.Sections.Count} sections");
        }
        return Task.FromResult(findings.Tell());
    }
}
