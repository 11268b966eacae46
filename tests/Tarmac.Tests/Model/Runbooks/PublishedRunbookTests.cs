using System.Text.Json.Nodes;
using Tarmac.Model.Problems;
using Tarmac.Model.Runbooks;

namespace Tarmac.Tests.Model.Runbooks;

/// <summary>Runbooks and their schema as they were published, read as they are.</summary>
public sealed class PublishedRunbookTests
{
    [Fact]
    public void Real_runbooks_are_read()
    {
        var runbooks = Directory.GetFiles(PublicData.Folder("runbooks"), "*.md").Select(file => Runbook.Parse(File.ReadAllText(file), Path.GetFileName(file))).ToDictionary(runbook => runbook.File);
        Assert.All(runbooks.Values, runbook => Assert.NotNull(runbook.Name));
        Assert.All(runbooks.Values, runbook => Assert.InRange(runbook.Sections.Count, 15, 40));
        Assert.All(runbooks.Values, runbook => Assert.Equal(runbook.ServiceTier is null, runbook.Problems.Any(problem => problem.Field == "serviceTier")));

        var burrow = runbooks["burrow.md"];
        Assert.Equal(("UPP - Burrow", "burrow", ServiceTier.Platinum), (burrow.Name, burrow.Code, burrow.ServiceTier));
        Assert.Null(burrow["canDownloadPersonalData"]);
        Assert.Empty(burrow.Problems);

        var example = runbooks["runbook.md--example-runbook.md"];
        Assert.Equal(["ex-team-member", "another-ex-team-member"], example.KnownAboutBy.Select(person => person.Code));
        Assert.Equal([RunbookCodes.SectionElsewhere], example.Problems.Select(problem => problem.Code));
        Assert.True(example["failoverDetails"]!.IsPlaceholder);

        var kit = runbooks["service-kit.md"];
        Assert.Equal(["Pipelines", "Load Testing", "Test Coverage"], kit.Sections.Where(section => section.Property is null).Select(section => section.Heading));
        Assert.Equal([53, 83], kit.Problems.Where(problem => problem.Code == RunbookCodes.SectionEmpty).Select(problem => problem.Line!.Value));

        Assert.True(runbooks["origami-image-service.md"]["monitoring"]!.IsLinkOnly);
        Assert.False(runbooks["origami-image-service.md"]["secondLineTroubleshooting"]!.IsLinkOnly);
    }

    [Fact]
    public void Every_System_property_of_the_published_schema_is_in_the_table()
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(PublicData.Folder("biz-ops"), "biz-ops-schema-2020-03.json")))!;
        var system = json["schema"]!["types"]!.AsArray().Single(type => type!["name"]!.GetValue<string>() == "System")!["properties"]!.AsObject();
        // Never used, or of no use as the schema itself says; and what is the heading of the file.
        string[] leftOut = ["name", "systemType", "serviceType", "stores", "installs"];
        foreach (var (name, property) in system.Where(each => !leftOut.Contains(each.Key)))
        {
            var ours = RunbookProperties.All.SingleOrDefault(each => each.Name == name);
            Assert.True(ours is not null, $"{name} is missing");
            Assert.Same(ours, RunbookProperties.Find(property!["label"]!.GetValue<string>()));
        }
    }
}
