using System.CommandLine;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Hosting;

internal sealed class ServeCommand : Verb
{
    private readonly Option<string?> listen;
    private readonly Option<string?> gatewayListen;
    private readonly ServerOptions server;
    private readonly Option<string?> platformTeam;
    private readonly Option<string?> allowPrivateAddresses;
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
        server = new ServerOptions(this);
        platformTeam = Having(new Option<string?>("--platform-team") { Description = "The group that answers questions, named on every page; group:default/platform when not said.", HelpName = "GROUP" });
        allowPrivateAddresses = Having(new Option<string?>("--allow-private-addresses") { Description = "Whether webhooks and health probes may go to this machine and to private networks: yes or no; no when not said.", HelpName = "YES|NO" });
        detach = Having(new Option<bool>("--detach", "-d") { Description = "Run it in the background, wait until it is ready, and print its address." });
        stop = Having(new Option<bool>("--stop") { Description = "Stop the platform of the home. Services and gateway go on." });
        withServices = Having(new Option<bool>("--with-services") { Description = "With --stop: stop services and gateway too." });
        Subcommands.Add(new ServeStatusCommand());
    }

    protected override async Task<int> Run(Invocation run)
    {
        var home = run.Connections().Home;
        if (run.Get(stop)) return await LocalPlatform.Stop(run, home, run.Get(withServices));
        var command = Command(run);
        if (run.Get(detach)) return await LocalPlatform.Detach(run, home, command);
        return await ServerProgram.Become(command, run.Cancellation);
    }

    private List<string> Command(Invocation run)
    {
        var command = server.Command(run, "platform");
        foreach (var option in (Option<string?>[])[listen, gatewayListen, platformTeam, allowPrivateAddresses])
            if (run.Get(option) is { } value) command.AddRange([option.Name, value]);
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
