using System.CommandLine;
using Tarmac.Cli.Foundation;
using Tarmac.Workloads;

namespace Tarmac.Cli.Workloads;

internal sealed class WorkloadCheckCommand : Verb
{
    private readonly Argument<string[]> files;

    public WorkloadCheckCommand() : base("check", "Checks Score files; 1 with findings. Needs no platform.", "tarmac workload check", "tarmac workload check score.yaml --json") =>
        files = With(new Argument<string[]>("files") { Description = "The files; score.yaml when none is named.", Arity = ArgumentArity.ZeroOrMore });

    protected override Task<int> Run(Invocation run)
    {
        var findings = new FileFindings(run.Terminal);
        foreach (var file in run.Get(files) is { Length: > 0 } named ? named : ["score.yaml"])
        {
            var read = Workload.Read(FileFindings.Text(file), file);
            findings.Add(file, read.Problems, read.Warnings, $"workload {read.Workload?.Name}");
        }
        return Task.FromResult(findings.Tell());
    }
}
