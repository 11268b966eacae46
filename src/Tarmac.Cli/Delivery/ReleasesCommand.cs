using System.CommandLine;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Delivery;

internal sealed class ReleasesCommand : Verb
{
    private readonly Argument<string?> service;

    public ReleasesCommand() : base("releases", "The releases of a service, newest first.", "tarmac releases vouchers", "tarmac releases --json") =>
        service = With(ServiceOptions.Service());

    protected override async Task<int> Run(Invocation run)
    {
        var name = ServiceHere.Or(run.Get(service));
        var releases = await run.Platform.Get($"/api/services/{Uri.EscapeDataString(name)}/releases");
        run.Terminal.Document(releases);
        var table = new Table("RELEASE", "STATE", "COMMIT", "MESSAGE", "BY", "WHEN");
        foreach (var release in releases.List())
            table.Row(release.Text("number"), release.Text("state"), Short(release.Text("commit")), release.Text("message"), release.Text("createdBy"), Ago.Of(release.Time("createdAt"), TimeProvider.System));
        if (table.Count == 0) run.Terminal.Line($"{name} has no release yet. Push to it, or deploy it: tarmac deploy {name}.");
        else run.Terminal.Show(table);
        return ExitCode.Ok;
    }

    public static string? Short(string? commit) => commit is { Length: > 10 } ? commit[..10] : commit;
}
