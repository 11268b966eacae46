using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Hosting;

internal sealed class RebuildCommand : Verb
{
    private readonly ServerOptions server;

    public RebuildCommand() : base("rebuild", "Derive catalog, release facts and scores anew, on a home that no platform uses. Give it the options of serve.",
        "tarmac rebuild --organisation org.yaml --catalog services") => server = new ServerOptions(this);

    protected override Task<int> Run(Invocation run) => ServerProgram.Become(server.Command(run, "rebuild"), run.Cancellation);
}
