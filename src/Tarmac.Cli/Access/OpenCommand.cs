using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Cli.Foundation;
using Tarmac.Model.Actions;

namespace Tarmac.Cli.Access;

internal sealed class OpenCommand : Verb
{
    private readonly Option<bool> noBrowser;

    public OpenCommand() : base("open", "Open the portal, signed in: makes a link that works once, within ten minutes.", "tarmac open", "tarmac open --no-browser") =>
        noBrowser = Having(new Option<bool>("--no-browser") { Description = "Only print the link." });

    protected override async Task<int> Run(Invocation run)
    {
        var answer = await run.Platform.Act(AccessActions.SignInLink, []);
        var link = run.Platform.Url + answer.Text("secret");
        run.Terminal.Line(link);
        run.Terminal.Document(new JsonObject { ["signIn"] = link, ["url"] = run.Platform.Url });
        if (!run.Terminal.Json && !run.Get(noBrowser) && !Console.IsOutputRedirected && !Browse(link))
            run.Terminal.Progress("No browser could be started here; open the link in yours.");
        return ExitCode.Ok;
    }

    private static bool Browse(string link)
    {
        var program = OperatingSystem.IsMacOS() ? "open" : OperatingSystem.IsWindows() ? "explorer" : "xdg-open";
        var hasDisplay = !OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
        if (!hasDisplay) return false;
        try
        {
            using var started = Process.Start(new ProcessStartInfo(program, [link]) { RedirectStandardOutput = true, RedirectStandardError = true });
            return started is not null;
        }
        catch (Win32Exception)
        {
            return false; // there is no such program
        }
    }
}
