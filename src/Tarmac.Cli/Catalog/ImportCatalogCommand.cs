using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;
using Tarmac.Model.Catalog;
using Tarmac.Model.Yaml;

namespace Tarmac.Cli.Catalog;

/// <summary>Files are the truth, so an import makes files and names their folder as a source.</summary>
internal sealed class ImportCatalogCommand : ChangeVerb
{
    private readonly Argument<string> file;
    private readonly Option<string> into;
    private readonly Option<string> name;

    public ImportCatalogCommand() : base(CatalogActions.AddSource, "import", "Writes each entity of an export into a file of its own, and adds their folder as a source.",
        "tarmac catalog import catalog.yaml --into ./catalog", "tarmac catalog import catalog.ndjson --into ./catalog --name legacy")
    {
        CanBeLeft();
        file = With(new Argument<string>("file") { Description = "YAML documents, or a JSON object a line." });
        into = Having(new Option<string>("--into") { Description = "A folder on the platform's machine, new or empty.", Required = true, HelpName = "FOLDER" });
        name = Having(new Option<string>("--name") { Description = "How the source is called.", DefaultValueFactory = _ => "imported", HelpName = "NAME" });
    }

    protected override Task<int> Run(Invocation run)
    {
        var folder = Path.GetFullPath(run.Get(into)!);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw CliProblem.WrongUsage($"{folder} is not an empty folder.", "Name a new one with --into.");
        var entities = new Dictionary<string, Entity>(StringComparer.Ordinal);
        try
        {
            foreach (var entity in Entities(run.Get(file)!))
                if (!entities.TryAdd(entity.Ref.ToString(), entity)) throw CliProblem.WrongUsage($"{entity.Ref} is in the file twice.", "Take one of the two out.");
        }
        catch (Exception why) when (why is IOException or UnauthorizedAccessException)
        {
            throw CliProblem.Unreadable(run.Get(file)!, why.Message);
        }
        var count = entities.Count == 1 ? "1 entity" : $"{entities.Count} entities";
        if (Planning(run))
        {
            run.Terminal.Line($"{count} would be written below {folder}, which would be the catalog source {run.Get(name)}.");
            run.Terminal.Document(new JsonObject { ["name"] = run.Get(name), ["path"] = folder, ["entities"] = entities.Count });
            return Task.FromResult(ExitCode.Ok);
        }
        foreach (var entity in entities.Values) Write(folder, entity);
        run.Terminal.Progress($"{count} written below {folder}.");
        return Perform(run, new JsonObject { ["name"] = run.Get(name), ["location"] = folder });
    }

    private static IEnumerable<Entity> Entities(string file)
    {
        foreach (var (text, line) in Documents(file))
        {
            var read = EntityReader.Read(text, file);
            if (read.Problems.Count > 0) throw CliProblem.WrongUsage($"{file} has a document from line {line} on that is no entity: {read.Problems[0].Message}", "tarmac catalog check describes every problem of a file.");
            foreach (var entity in read.Entities) yield return entity;
        }
    }

    // A file of a whole catalog may be larger than one that is written by hand ever is: it is read a document at a time.
    private static IEnumerable<(string Text, int Line)> Documents(string file)
    {
        var (text, begins, number, lines) = (new StringBuilder(), 1, 0, false);
        foreach (var line in File.ReadLines(file))
        {
            number++;
            // JSON a line, as long as nothing else came before.
            lines |= number == 1 && line.StartsWith('{');
            if (lines || line.TrimEnd() == "---")
            {
                if (text.Length > 0) yield return (text.ToString(), begins);
                (text, begins) = (new StringBuilder(), number);
            }
            text.Append(line).Append('\n');
        }
        if (text.Length > 0) yield return (text.ToString(), begins);
    }

    private static void Write(string folder, Entity entity)
    {
        var place = Path.Combine(folder, entity.Ref.Kind.ToLowerInvariant(), entity.Ref.Namespace.ToLowerInvariant(), entity.Ref.Name.ToLowerInvariant());
        Directory.CreateDirectory(place);
        File.WriteAllText(Path.Combine(place, "catalog-info.yaml"), YamlText.Document(entity.ToJson()));
    }
}
