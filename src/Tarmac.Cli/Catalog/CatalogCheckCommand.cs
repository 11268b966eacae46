using System.CommandLine;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Catalog;

namespace Tarmac.Cli.Catalog;

internal sealed class CatalogCheckCommand : Verb
{
    private readonly Argument<string[]> files;

    public CatalogCheckCommand() : base("check", "Checks entity descriptors; 1 with findings. Needs no platform.", "tarmac catalog check catalog-info.yaml", "tarmac catalog check services/*/catalog-info.yaml --json") =>
        files = With(new Argument<string[]>("files") { Description = "The files; catalog-info.yaml when none is named.", Arity = ArgumentArity.ZeroOrMore });

    protected override Task<int> Run(Invocation run)
    {
        var findings = new FileFindings(run.Terminal);
        foreach (var file in run.Get(files) is { Length: > 0 } named ? named : ["catalog-info.yaml"])
        {
            var read = EntityReader.Read(FileFindings.Text(file), file);
            findings.Add(file, read.Problems, [], $"{read.Entities.Count} {(read.Entities.Count == 1 ? "entity" : "entities")}");
        }
        return Task.FromResult(findings.Tell());
    }
}
