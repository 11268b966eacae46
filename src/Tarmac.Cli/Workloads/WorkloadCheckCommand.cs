using Tarmac.Cli.Foundation;
using Tarmac.Workloads;

namespace Tarmac.Cli.Workloads;

internal sealed class WorkloadCheckCommand() : FileCheck("Score files", "score.yaml", "tarmac workload check", "tarmac workload check score.yaml --json")
{
    protected override CheckedFile Check(string text, string file)
    {
        var read = Workload.Read(text, file);
        return new(read.Problems, read.Warnings, $"workload {read.Workload?.Name}");
    }
}
