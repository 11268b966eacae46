using System.CommandLine;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Hosting;

/// <summary>The options that say which platform the server is, for every command that starts it.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> database = new("--database")
    {
        Description = "A PostgreSQL connection without a password; with one, put it into the variable TARMAC_DATABASE. SQLite in the home when neither is said.",
        HelpName = "CONNECTION",
    };

    private readonly Option<string[]> organisation = new("--organisation")
    {
        Description = "A file or folder with the groups and people whose membership gives rights; repeated for several.",
        HelpName = "PATH",
    };

    private readonly Option<string[]> catalog = new("--catalog") { Description = "A file or folder with everything else of the catalog; repeated for several.", HelpName = "PATH" };
    private readonly Option<string?> roads = new("--roads") { Description = "The folder of paved roads; those shipped when not said.", HelpName = "FOLDER" };
    private readonly Option<string?> owner = new("--owner") { Description = "The person who operates it; you when not said.", HelpName = "USER" };

    public ServerOptions(Command command)
    {
        foreach (var option in (Option[])[database, organisation, catalog, roads, owner]) command.Options.Add(option);
    }

    /// <summary>The command that starts the server in a role.</summary>
    public List<string> Command(Invocation run, string role)
    {
        List<string> command = [.. ServerProgram.Command(), role, "--home", run.Connections().Home];
        foreach (var option in (Option<string?>[])[database, owner])
            if (run.Get(option) is { } value) command.AddRange([option.Name, value]);
        foreach (var path in run.Get(organisation) ?? []) command.AddRange([organisation.Name, Path.GetFullPath(path)]);
        foreach (var path in run.Get(catalog) ?? []) command.AddRange([catalog.Name, Path.GetFullPath(path)]);
        if ((run.Get(roads) ?? Environment.GetEnvironmentVariable("TARMAC_ROADS")) is { Length: > 0 } folder) command.AddRange([roads.Name, Path.GetFullPath(folder)]);
        return command;
    }
}
