using System.Text.Json.Nodes;
using Tarmac.Workloads;

namespace Tarmac.Tests.Workloads;

/// <summary>Our reading against the published cases and examples of Score.</summary>
public sealed class ScoreSchemaTests
{
    [Fact]
    public void Every_published_schema_case_agrees()
    {
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(PublicData.Folder("score"), "schema_cases.json")))!.AsArray();

        var disagreements = new List<string>();
        foreach (var published in cases)
        {
            var expected = published!["valid"]!.GetValue<bool>();
            var reading = Workload.Read(published["workload"]!.ToJsonString());
            if (expected != (reading.Workload is not null)) disagreements.Add($"{published["name"]}: expected {expected}; {string.Join(" | ", reading.Problems)}");
            if (!expected && reading.Problems.Any(problem => problem.Line is null || problem.File is null)) disagreements.Add($"{published["name"]}: a problem without its place");
        }

        Assert.True(cases.Count >= 60);
        Assert.Empty(disagreements);
    }

    [Fact]
    public void Every_problem_of_a_published_case_names_the_field_the_case_is_about()
    {
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(PublicData.Folder("score"), "schema_cases.json")))!.AsArray();

        foreach (var published in cases.Where(published => !published!["valid"]!.GetValue<bool>()))
        {
            // The published text holds a JSON pointer, for example "/containers/hello/image".
            var pointer = published!["error_contains"]!.GetValue<string>();
            if (!pointer.StartsWith('/')) continue;
            var first = pointer.Split('/')[1];
            var problems = Workload.Read(published["workload"]!.ToJsonString()).Problems;
            Assert.Contains(problems, problem => problem.Field?.StartsWith(first, StringComparison.Ordinal) == true);
        }
    }

    [Theory]
    [InlineData("score-full.yaml", 0)]
    [InlineData("score-deprecated-files-and-volumes.yaml", 2)]
    public void The_published_samples_read(string name, int warnings)
    {
        var reading = Workload.Read(File.ReadAllText(Path.Combine(PublicData.Folder("score"), name)), name);

        Assert.Empty(reading.Problems);
        Assert.Equal(warnings, reading.Warnings.Count(warning => warning.Code == WorkloadCodes.Deprecated));
    }

    [Fact]
    public void Every_published_example_reads()
    {
        var files = Directory.GetFiles(Path.Combine(PublicData.Folder("score"), "examples"), "score*.yaml", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Empty(Workload.Read(File.ReadAllText(file), file).Problems));
    }
}
