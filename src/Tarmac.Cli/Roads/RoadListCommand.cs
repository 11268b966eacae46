using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Roads;

internal sealed class RoadListCommand() : Verb("list", "The paved roads, and what each makes.", "tarmac road list")
{
    protected override async Task<int> Run(Invocation run)
    {
        var roads = await run.Platform.Get("/api/roads");
        run.Terminal.Document(roads);
        var table = new Table("ROAD", "VERSION", "STAGE", "OWNER", "WHAT");
        foreach (var road in roads.List()) table.Row(road.Text("name"), road.Text("version"), road.Text("stage"), road.Text("owner"), road.Text("title") + ". " + road.Text("description"));
        run.Terminal.Show(table);
        return ExitCode.Ok;
    }
}
