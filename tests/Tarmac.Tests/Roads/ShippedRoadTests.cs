using System.Text.Json.Nodes;
using CsCheck;
using Tarmac.Model.Catalog;
using Tarmac.Model.Runbooks;
using Tarmac.Model.Yaml;
using Tarmac.Roads;
using Tarmac.Workloads;

namespace Tarmac.Tests.Roads;

public sealed class ShippedRoadTests
{
    private static readonly string[] Expected =
    [
        ".dockerignore", ".editorconfig", ".gitattributes", ".github/workflows/ci.yaml", ".gitignore", RenderedTree.AnswersPath, "Dockerfile", "README.md",
        "RUNBOOK.md", "catalog-info.yaml", "score.yaml",
    ];

    public static TheoryData<string> Roads => ShippedRoads.Names;

    [Fact]
    public void Two_roads_are_shipped() => Assert.Equal(["node-api", "web-api"], Roads.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Roads))]
    public void A_service_has_all_that_is_promised(string road)
    {
        var tree = ShippedRoads.Render(road);

        Assert.Empty(Expected.Except(tree.Files.Select(file => file.Path)));
        Assert.DoesNotContain(tree.Files, file => file.Path.Contains('{', StringComparison.Ordinal) || file.Path.EndsWith(".liquid", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public void Its_Score_file_is_sound_and_says_how_to_build_test_start_and_probe(string road)
    {
        var reading = Workload.Read(ShippedRoads.Render(road, ("port", 9000)).Text("score.yaml"));

        Assert.Empty(reading.Problems);
        Assert.Empty(reading.Warnings);
        var workload = reading.Workload!;
        Assert.Equal("price-feed", workload.Name);
        Assert.Equal(("out", true, true), (workload.Hints.Output, workload.Hints.Build is not null, workload.Hints.Test is not null));
        Assert.Equal(9000, Assert.Single(workload.Ports).Value.Port);
        var container = Assert.Single(workload.Containers).Value;
        Assert.True(container.IsBuilt);
        Assert.NotEmpty(container.Command);
        Assert.Equal(("/health/ready", 9000), (container.ReadinessProbe!.HttpGet!.Path, container.ReadinessProbe.HttpGet.Port));
        Assert.NotNull(container.Limits?.MemoryBytes);
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public void Its_catalog_entry_is_sound_and_owned(string road)
    {
        var tree = ShippedRoads.Render(road, ("system", "pricing"), ("tier", "gold"), ("lifecycle", "production"));

        var reading = EntityReader.Read(tree.Text("catalog-info.yaml"), "catalog-info.yaml");

        Assert.Empty(reading.Problems);
        var entity = Assert.Single(reading.Entities);
        Assert.Equal("component:default/price-feed", entity.Ref.ToString());
        var yaml = Root(tree.Text("catalog-info.yaml"));
        Assert.Equal("group:default/promotions", yaml["spec"]!["owner"]!.GetValue<string>());
        Assert.Equal("system:default/pricing", yaml["spec"]!["system"]!.GetValue<string>());
        Assert.Equal("production", yaml["spec"]!["lifecycle"]!.GetValue<string>());
        Assert.Equal("gold", yaml["metadata"]!["annotations"]!["tarmac.dev/service-tier"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public void Its_runbook_says_what_the_road_knows_and_claims_nothing_else(string road)
    {
        var runbook = Runbook.Parse(ShippedRoads.Render(road, ("tier", "silver")).Text("RUNBOOK.md"), "RUNBOOK.md");

        Assert.Empty(runbook.Problems);
        Assert.Equal(("price-feed", "price-feed", "promotions"), (runbook.Name, runbook.Code, runbook.DeliveredBy));
        Assert.Equal("Tells shops what everything costs today.", runbook.Description);
        Assert.Equal((ServiceTier.Silver, SystemLifecycle.Preproduction), (runbook.ServiceTier, runbook.Lifecycle));
        Assert.All(["architecture", "firstLineTroubleshooting", "secondLineTroubleshooting", "monitoring", "releaseDetails", "failoverDetails", "dataRecoveryDetails"],
            (string property) => Assert.NotNull(runbook[property]));
        // Only the team knows these; the prompts that ask for them are no content.
        Assert.All(["supportedBy", "knownAboutBy", "primaryURL", "hostPlatform", "containsPersonalData", "containsSensitiveData", "moreInformation"],
            (string property) => Assert.Null(runbook[property]));
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public void What_was_not_answered_is_not_written(string road) =>
        Assert.Null(Root(ShippedRoads.Render(road).Text("catalog-info.yaml"))["spec"]!["system"]);

    [Theory]
    [MemberData(nameof(Roads))]
    public void The_answers_are_recorded_with_the_road_and_its_version(string road)
    {
        var record = Root(ShippedRoads.Render(road).Text(RenderedTree.AnswersPath));

        Assert.Equal((road, ShippedRoads.Read(road).Version), (record["road"]!.GetValue<string>(), record["version"]!.GetValue<string>()));
        Assert.Equal("""{"name":"price-feed","description":"Tells shops what everything costs today.","owner":"group:default/promotions","tier":"bronze","lifecycle":"experimental","port":8080}""",
            record["answers"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public void Rendering_again_gives_the_same_bytes(string road)
    {
        var (first, second) = (ShippedRoads.Render(road), ShippedRoads.Render(road));

        Assert.Equal(first.Files.Select(file => (file.Path, Convert.ToHexString(file.Content.Span), file.Executable)),
            second.Files.Select(file => (file.Path, Convert.ToHexString(file.Content.Span), file.Executable)));
    }

    /// <summary>Names that are words of YAML, C# or Node must make a service like any other.</summary>
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("no")]
    [InlineData("task")]
    [InlineData("system")]
    [InlineData("prices-api")]
    public void Awkward_names_make_sound_files(string name)
    {
        foreach (var road in Roads.Select(row => row.Data))
        {
            var tree = ShippedRoads.Render(road, ("name", name));
            Assert.Equal(name, Workload.Read(tree.Text("score.yaml")).Workload?.Name);
            Assert.Equal(name, Root(tree.Text("catalog-info.yaml"))["metadata"]!["name"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("x-")]
    [InlineData("a")]
    [InlineData("Vouchers")]
    [InlineData("a--b")]
    [InlineData("../vouchers")]
    [InlineData("a/b")]
    [InlineData("a.git")]
    [InlineData("vouchers\n")]
    [InlineData("9lives")]
    [InlineData("{{ owner }}")]
    [InlineData("thisnameislongerthantheforty-characters-x")]
    public void Names_that_are_no_DNS_label_are_refused(string name)
    {
        foreach (var road in Roads.Select(row => ShippedRoads.Read(row.Data)))
        {
            var reading = road.Parameters.Validate(new JsonObject { ["name"] = name, ["description"] = "Long enough.", ["owner"] = "promotions" });
            Assert.Equal("name", Assert.Single(reading.Problems).Field);
        }
    }

    /// <summary>Whatever people write into the description arrives unchanged in every file that carries it, and breaks none.</summary>
    [Fact]
    public void Any_description_arrives_unchanged()
    {
        var roads = Roads.Select(row => ShippedRoads.Read(row.Data)).ToList();
        var texts = Gen.String[Gen.Char["ab c\"'\\`${}<>#&*-_:|%!@[](){}\u00e9\u20ac,.;/?+=~^"], 10, 60];

        texts.Where(text => text.Trim().Length > 0).Sample(description =>
        {
            foreach (var road in roads)
            {
                var answers = road.Parameters.Validate(new JsonObject { ["name"] = "vouchers", ["description"] = description, ["owner"] = "promotions" });
                var tree = RoadTemplate.Render(road, answers.Input).Tree!;
                Assert.Equal(description, Root(tree.Text("catalog-info.yaml"))["metadata"]!["description"]!.GetValue<string>());
                Assert.Equal(description, Root(tree.Text(RenderedTree.AnswersPath))["answers"]!["description"]!.GetValue<string>());
                if (road.Name == "node-api") Assert.Equal(description, JsonNode.Parse(tree.Text("package.json"))!["description"]!.GetValue<string>());
                Assert.DoesNotContain('\n' + description + '\n', description.AsSpan().IndexOfAny("<>`*#") >= 0 ? tree.Text("RUNBOOK.md") : "", StringComparison.Ordinal);
            }
        }, iter: 40);
    }

    private static JsonNode Root(string yaml)
    {
        var reading = YamlReader.Read(yaml, "file.yaml");
        Assert.Empty(reading.Problems);
        return Assert.Single(reading.Documents).Root.ToJson()!;
    }
}
