using System.Text.Json.Nodes;
using Tarmac.Tests.Roads;

namespace Tarmac.Tests.Operability;

public sealed class NewServiceTests
{
    /// <summary>What a team gets from a road is a good beginning with something left that only the team can say.</summary>
    [Theory]
    [InlineData("web-api", "bronze")]
    [InlineData("web-api", "gold")]
    [InlineData("node-api", "bronze")]
    public async Task A_service_fresh_from_a_road_has_less_than_100_and_rises_when_the_team_answers_a_prompt(string road, string tier)
    {
        var tree = ShippedRoads.Render(road, ("name", "till"), ("tier", tier));
        var runbook = tree.Text("RUNBOOK.md");
        await using var folder = await ScoredFolder.Start(tree.Text("catalog-info.yaml"), runbook);
        await folder.Report("readiness", """{"ready": true}""");
        var fresh = await folder.Judged();
        Assert.InRange(fresh["score"]!.GetValue<double>(), 50, 99.9);

        var finding = ScoredFolder.FindingOf(fresh, "DAT-02");
        Assert.Equal("critical", finding["outcome"]!.GetValue<string>());
        Assert.Equal("atRisk", fresh["band"]!.GetValue<string>());
        Assert.Equal("RUNBOOK.md", finding["fix"]!["file"]!.GetValue<string>());

        // The fix points at the heading under which the answer goes.
        var lines = runbook.Split('\n').ToList();
        var line = finding["fix"]!["line"]!.GetValue<int>();
        Assert.Equal("## Contains Personal Data", lines[line - 1]);
        lines.Insert(line, "\nNo");
        lines.Insert(lines.IndexOf("## Contains Sensitive Data") + 1, "\nNo");
        folder.Write("till/RUNBOOK.md", string.Join('\n', lines));

        var result = await folder.Rescore();
        Assert.True(result["after"]!.GetValue<double>() > fresh["score"]!.GetValue<double>(), result.ToJsonString());
        var mended = await folder.Platform.Get(ScoredFolder.Score);
        Assert.Equal(result["after"]!.GetValue<double>(), mended["score"]!.GetValue<double>());
        Assert.Equal("ok", ScoredFolder.FindingOf(mended, "DAT-02")["outcome"]!.GetValue<string>());
        var change = ((JsonArray)mended["history"]!)[0]!;
        Assert.Contains("DAT-02", change["changes"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
