using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Access;

internal sealed class WhoamiCommand() : Verb("whoami", "Who you are to the platform, your teams, and which platform that is.", "tarmac whoami", "tarmac whoami --json")
{
    protected override async Task<int> Run(Invocation run)
    {
        var me = await run.Platform.Get("/api/whoami");
        me["platform"] = run.Platform.Url;
        run.Terminal.Document(me);
        run.Terminal.Line($"{me.Text("name")} ({me.Text("ref")}), {me.Text("kind")}");
        run.Terminal.Line("Teams:    " + (me.Texts("teams") is { Length: > 0 } teams ? teams : "none"));
        run.Terminal.Line("May:      " + me.Texts("scopes"));
        if (me.Text("onBehalfOf") is { } person) run.Terminal.Line("For:      " + person);
        run.Terminal.Line("Platform: " + run.Platform.Url);
        return ExitCode.Ok;
    }
}
