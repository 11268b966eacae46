using System.Collections;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Hosting;

internal sealed class ServeCommand : Verb
{
    private readonly Option<string?> listen;
    private readonly Option<string?> gatewayListen;
    private readonly Option<string?> database;
    private readonly Option<string[]> organisation;
    private readonly Option<string[]> catalog;
    private readonly Option<string?> roads;
    private readonly Option<string?> owner;
    private readonly Option<bool> detach;
    private readonly Option<bool> stop;
    private readonly Option<bool> withServices;

    public ServeCommand() : base("serve", "Run a platform on this machine: portal, API and git on 7080, services on 7081.",
        "tarmac serve", "tarmac serve --detach --organisation org.yaml", "tarmac serve --stop --with-services", "tarmac serve status")
    {
        // What this version does not know is the server's to judge.
        TreatUnmatchedTokensAsErrors = false;
        listen = Having(new Option<string?>("--listen") { Description = "Where portal, API and git are served; 127.0.0.1:7080 when not said, port 0 takes a free one.", HelpName = "ADDRESS:PORT" });
        gatewayListen = Having(new Option<string?>("--gateway-listen") { Description = "Where services are served; 127.0.0.1:7081 when not said.", HelpName = "ADDRESS:PORT" });
        database = Having(new Option<string?>("--database") { Description = "A PostgreSQL connection; SQLite in the home when not said.", HelpName = "CONNECTION" });
        organisation = Having(new Option<string[]>("--organisation") { Description = "A file or folder with the groups and people whose membership gives rights; repeated for several.", HelpName = "PATH" });
        catalog = Having(new Option<string[]>("--catalog") { Description = "A file or folder with everything else of the catalog; repeated for several.", HelpName = "PATH" });
        roads = Having(new Option<string?>("--roads") { Description = "The folder of paved roads; those shipped when not said.", HelpName = "FOLDER" });
        owner = Having(new Option<string?>("--owner") { Description = "The person who operates it; you when not said.", HelpName = "USER" });
        detach = Having(new Option<bool>("--detach", "-d") { Description = "Run it in the background, wait until it is ready, and print its address." });
        stop = Having(new Option<bool>("--stop") { Description = "Stop the platform of the home. Services and gateway go on." });
        withServices = Having(new Option<bool>("--with-services") { Description = "With --stop: stop services and gateway too." });
        Subcommands.Add(new ServeStatusCommand());
    }

    protected override async Task<int> Run(Invocation run)
    {
        var home = run.Connections().Home;
        if (run.Get(stop)) return await LocalPlatform.Stop(run, home, run.Get(withServices));
        var command = Command(run, home);
        if (run.Get(detach)) return await LocalPlatform.Detach(run, home, command);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        if (!OperatingSystem.IsWindows()) PosixExec.Become(command, environment);
        using var server = Process.Start(new ProcessStartInfo(command[0], command[1..])) ?? throw new IOException($"{command[0]} cannot be started.");
        await server.WaitForExitAsync(run.Cancellation);
        return server.ExitCode;
    }

    private List<string> Command(Invocation run, string home)
    {
        List<string> command = [.. ServerProgram.Command(), "platform", "--home", home];
        foreach (var option in (Option<string?>[])[listen, gatewayListen, database, owner])
            if (run.Get(option) is { } value) command.AddRange([option.Name, value]);
        foreach (var path in run.Get(organisation) ?? []) command.AddRange([organisation.Name, Path.GetFullPath(path)]);
        foreach (var path in run.Get(catalog) ?? []) command.AddRange([catalog.Name, Path.GetFullPath(path)]);
        if ((run.Get(roads) ?? Environment.GetEnvironmentVariable("TARMAC_ROADS")) is { Length: > 0 } folder) command.AddRange([roads.Name, Path.GetFullPath(folder)]);
        if (!run.Unmatched.Contains("--program")) command.AddRange(["--program", ServerProgram.Self]);
        command.AddRange(run.Unmatched);
        return command;
    }
}

internal sealed class ServeStatusCommand() : Verb("status", "Whether a platform runs on this home, where, and since when.", "tarmac serve status --json")
{
    protected override Task<int> Run(Invocation run)
    {
        var home = run.Connections().Home;
        var found = LocalPlatform.Find(home);
        var status = new JsonObject { ["running"] = found is not null, ["home"] = home };
        if (found is { } platform)
        {
            status["pid"] = platform.Pid;
            status["url"] = platform.Announced.Text("url");
            status["gateway"] = platform.Announced.Text("gateway");
            status["version"] = platform.Announced.Text("version");
            status["supervised"] = platform.Supervised;
            run.Terminal.Line($"Running at {status.Text("url")} (process {platform.Pid}{(platform.Supervised ? ", in the background" : "")}), home {home}.");
        }
        else
        {
            run.Terminal.Line($"No platform runs on {home}. Start one: tarmac serve --detach.");
        }
        run.Terminal.Document(status);
        return Task.FromResult(found is null ? ExitCode.Unreachable : ExitCode.Ok);
    }
}
