using System.Text.Json.Nodes;
using Tarmac.Model.Schemas;

namespace Tarmac.Tests.Roads;

public sealed class RoadAnswersTests
{
    [Fact]
    public void Defaults_fill_in_and_empty_is_no_answer()
    {
        using var folder = new RoadFolder();

        var (answers, problems) = folder.Read().Parameters.Validate(new JsonObject { ["name"] = "x", ["note"] = "", ["size"] = null });

        Assert.Empty(problems);
        Assert.Equal("""{"name":"x","size":3,"loud":false}""", answers.ToJsonString());
    }

    [Fact]
    public void All_wrong_answers_are_reported_at_once_by_name()
    {
        using var folder = new RoadFolder();

        var (_, problems) = folder.Read().Parameters.Validate(new JsonObject { ["size"] = 12, ["colour"] = "red" });

        Assert.Equal([("name", InputCodes.Required), ("size", InputCodes.Range), ("colour", InputCodes.Unknown)], problems.Select(problem => (problem.Field!, problem.Code)));
    }
}
