using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Catalog;

internal sealed class SourceAddCommand : ChangeVerb
{
    private readonly Argument<string> name;
    private readonly Argument<string> path;

    public SourceAddCommand() : base(CatalogActions.AddSource, "add", null, "tarmac source add legacy ./legacy-catalog")
    {
        CanBeLeft();
        name = With(new Argument<string>("name") { Description = "How the source is called." });
        path = With(new Argument<string>("path") { Description = "A folder or file on the platform's machine." });
    }

    protected override Task<int> Run(Invocation run) =>
        Perform(run, new JsonObject { ["name"] = run.Get(name), ["path"] = Path.GetFullPath(run.Get(path)!) });
}

internal sealed class SourceListCommand() : Verb("list", "Where the catalog's entities come from, and how each source did when last read.", "tarmac source list")
{
    protected override async Task<int> Run(Invocation run)
    {
        var sources = await run.Platform.Get("/api/v1/catalog/sources");
        run.Terminal.Document(sources);
        var table = new Table("NAME", "KIND", "ENTITIES", "PROBLEMS", "HEALTH", "READ", "FROM");
        foreach (var source in sources.List())
            table.Row(source.Text("name"), source.Text("kind"), source.Text("entities"), source.Text("problems"), source.Text("error") ?? source.Text("health"), Ago.Of(source.Time("readAt"), TimeProvider.System), source.Text("location"));
        if (table.Count == 0) run.Terminal.Line("No source yet. Add a folder with catalog-info.yaml files: tarmac source add NAME PATH.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}

internal sealed class SourceRefreshCommand : ChangeVerb
{
    private readonly Argument<string> name;

    public SourceRefreshCommand() : base(CatalogActions.RefreshSource, "refresh", null, "tarmac source refresh legacy")
    {
        CanBeLeft();
        name = With(new Argument<string>("name") { Description = "The source's name." });
    }

    protected override Task<int> Run(Invocation run) => Perform(run, new JsonObject { ["name"] = run.Get(name) });
}

internal sealed class SourceRemoveCommand : ChangeVerb
{
    private readonly Argument<string> name;

    public SourceRemoveCommand() : base(CatalogActions.RemoveSource, "remove", null, "tarmac source remove legacy --yes")
    {
        CanBeLeft();
        name = With(new Argument<string>("name") { Description = "The source's name." });
    }

    protected override Task<int> Run(Invocation run) => Perform(run, new JsonObject { ["name"] = run.Get(name) });
}
