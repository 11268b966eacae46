using System.Text.Json.Nodes;
using Tarmac.Model.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>Real catalogs, with what the rules make of each file counted by hand.</summary>
public sealed class PublicCatalogTests
{
    // File: kinds | relations declared | problems. Why these numbers:
    // catalog-info.yaml (demo): the component has an owner and consumes an API: 2. The API's definition is an address on the web,
    //   which no source of files holds, so it is refused; its apiConsumedBy is no field that relates.
    // demo-template and template.yaml: an owner each. mkdocs.yml and package.json have no apiVersion and are not read.
    // ai-resources.yaml: six times owner and system. mcp-server-api.yaml: an owner; remotes stand in for the definition.
    // entities.yaml: a system's owner; a component's owner, system and API; an API's owner and system: 1 + 3 + 2.
    // org.yaml: the user's one group; a group without children or parent says nothing.
    // template/content: the skeleton of the template, not yet rendered.
    private const string Golden = """
        backstage-demo/catalog-info.yaml: 1 Component | 2 | 1
        backstage-demo/demo-template/template/template.yaml: 1 Template | 1 | 0
        backstage-demo/examples/ai-resources.yaml: 6 AiResource | 12 | 0
        backstage-demo/examples/mcp-server-api.yaml: 1 API | 1 | 0
        create-app/entities.yaml: 1 API 1 Component 1 System | 6 | 0
        create-app/org.yaml: 1 Group 1 User | 1 | 0
        create-app/template/content/catalog-info.yaml: - | 0 | 1
        create-app/template/template.yaml: 1 Template | 1 | 0
        """;

    [Fact]
    public void Each_file_gives_the_entities_relations_and_problems_that_the_rules_demand()
    {
        var reading = ReadFolder.Read(PublicData.Folder("catalog"));

        Assert.Equal(Golden.ReplaceLineEndings("\n"), reading.Table());
        Assert.Equal(
            [
                "backstage-demo/catalog-info.yaml:29:12 placeholder-not-read spec.definition",
                "create-app/template/content/catalog-info.yaml:4:9 entity-not-rendered metadata.name",
            ],
            reading.Problems().Select(problem => $"{problem.File}:{problem.Line}:{problem.Column} {problem.Code} {problem.Field}").Order(StringComparer.Ordinal));
        Assert.All(reading.Problems(), problem => Assert.NotNull(problem.Cure));
        Assert.Equal("group:backstage/maintainers", reading.Entity("template:default/demo-template").Owner!.ToString());
        Assert.Equal("user:default/guest", reading.Entity("template:default/example-nodejs-template").Owner!.ToString());
    }

    [Fact]
    public async Task A_platform_shows_every_entity_with_its_relations_from_both_ends()
    {
        var data = PublicData.Folder("catalog");
        await using var platform = await TestPlatform.Start(options: options => options with { Catalog = [data] });
        var list = await platform.Get("/api/v1/catalog/entities?limit=500");
        Assert.Equal(15, list["total"]!.GetValue<int>());
        Assert.Equal(2, ((JsonArray)await platform.Get("/api/v1/catalog/problems")).Count);
        var ends = new List<(string From, string Type, string To, bool Exists)>();
        foreach (var item in (JsonArray)list["items"]!)
        {
            var entity = await platform.Get($"/api/v1/catalog/entities/{item!["kind"]}/{item["namespace"]}/{item["name"]}");
            var from = entity["summary"]!["ref"]!.GetValue<string>();
            Assert.Equal(item["ref"]!.GetValue<string>(), from);
            ends.AddRange(((JsonArray)entity["relations"]!).Select(end =>
                (from, end!["type"]!.GetValue<string>(), end["target"]!.GetValue<string>(), end["exists"]!.GetValue<bool>())));
        }
        // The 24 that files declare, and the other end of the 8 whose target is here: guests own 3 and have a member, guest owns
        // a template, examples has 2 parts, example-grpc-api is provided.
        Assert.Equal(24 + 8, ends.Count);
        foreach (var (from, type, to, _) in ends.Where(end => end.Exists))
            Assert.Contains((to, RelationTypes.Reverse(type), from), ends.Select(end => (end.From, end.Type, end.To)));
    }
}
