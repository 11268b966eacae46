using System.Text;
using System.Text.Json.Nodes;
using Tarmac.Roads;

namespace Tarmac.Tests.Roads;

/// <summary>The roads in the repository, and services made from them.</summary>
internal static class ShippedRoads
{
    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Path.Combine(PublicData.Repository, "roads")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static Road Read(string name)
    {
        var reading = RoadFile.Read(Path.Combine(PublicData.Repository, "roads", name));
        Assert.Empty(reading.Problems);
        return reading.Road!;
    }

    public static RenderedTree Render(string road, params (string Name, JsonNode Value)[] answers)
    {
        var read = Read(road);
        var given = new JsonObject
        {
            ["name"] = "price-feed",
            ["description"] = "Tells shops what everything costs today.",
            ["owner"] = "promotions",
        };
        foreach (var (name, value) in answers) given[name] = value;
        var (checkedAnswers, problems) = read.Parameters.Validate(given);
        Assert.Empty(problems);
        var rendering = RoadTemplate.Render(read, checkedAnswers);
        Assert.Empty(rendering.Problems);
        return rendering.Tree!;
    }

    public static string Text(this RenderedTree tree, string path) =>
        Encoding.UTF8.GetString(Assert.Single(tree.Files, file => file.Path == path).Content.Span);
}
