using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Catalog;

internal sealed class SourceAddCommand : ChangeVerb
{
    private readonly Argument<string> name;
    private readonly Argument<string?> location;
    private readonly Option<string?> type = new("--type") { Description = "What the location is, when it does not look like it: folder, git or url; push for what tools hand in." };
    private readonly Option<string[]> kind = new("--kind") { Description = "A kind of entity that may come from it; repeat it for several, leave it out for any." };
    private readonly Option<string?> branch = new("--branch") { Description = "The branch of a repository." };
    private readonly Option<string[]> pattern = new("--pattern") { Description = "Which files of a repository are read; repeat it for several." };
    private readonly Option<string?> credential = new("--credential") { Description = "Where the platform finds a token: env:NAME or file:/path." };
    private readonly Option<string?> owner = new("--owner") { Description = "The group that may change and remove the source." };

    public SourceAddCommand() : base(CatalogActions.AddSource, "add", null, "tarmac source add shop https://git.example.test/shop/catalog.git --branch main", "tarmac source add legacy ./legacy-catalog")
    {
        CanBeLeft();
        name = With(new Argument<string>("name") { Description = "How the source is called." });
        location = With(new Argument<string?>("location") { Description = "An https address of a git repository or YAML file, or a path on the platform's machine; none for what tools push.", Arity = ArgumentArity.ZeroOrOne });
        foreach (var option in (Option[])[type, kind, branch, pattern, credential, owner]) Options.Add(option);
    }

    protected override Task<int> Run(Invocation run)
    {
        var input = new JsonObject { ["name"] = run.Get(name) };
        if (run.Get(location) is { } place) input["location"] = place.Contains("://", StringComparison.Ordinal) ? place : Path.GetFullPath(place);
        foreach (var (field, option) in new[] { ("type", type), ("branch", branch), ("credential", credential), ("owner", owner) })
            if (run.Get(option) is { } value) input[field] = value;
        foreach (var (field, option) in new[] { ("patterns", pattern), ("kinds", kind) })
            if (run.Get(option) is { Length: > 0 } several) input[field] = new JsonArray([.. several.Select(each => (JsonNode)each)]);
        return Perform(run, input);
    }
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

internal sealed class SourceWebhookCommand : ChangeVerb
{
    private readonly Argument<string> name;

    public SourceWebhookCommand() : base(CatalogActions.MakeWebhook, "webhook", null, "tarmac source webhook shop") =>
        name = With(new Argument<string>("name") { Description = "The source's name." });

    protected override Task<int> Run(Invocation run) => Perform(run, new JsonObject { ["name"] = run.Get(name) }, answer =>
    {
        run.Terminal.Line($"Have pushes announced to {answer.Text("result", "path")} of this platform.");
        if (answer.Text("secret") is { } secret) run.Terminal.Line($"Secret: {secret} (it is not shown again)");
    });
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
