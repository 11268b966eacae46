using System.Diagnostics;
using System.Text.Json.Nodes;
using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>Files that strangers wrote are reported and never fatal.</summary>
public sealed class HostileCatalogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every code the catalog's sources use.</summary>
    public static TheoryData<string> Codes { get; } =
        [.. typeof(CatalogSourceCodes).GetFields().Select(field => (string)field.GetRawConstantValue()!), "source-not-added"];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_problem_of_a_source_has_a_page(string code) =>
        Assert.Equal("# " + code, File.ReadLines(Path.Combine(PublicData.Repository, "docs", "errors", code + ".md")).First());

    [Fact]
    public async Task A_folder_of_hostile_files_loads_what_is_sound_and_reports_the_rest_with_place_and_cure()
    {
        await using var folder = new CatalogFolder();
        folder.Write("good/catalog-info.yaml", CatalogFolder.Component("good"));
        folder.Write("bomb/catalog-info.yaml", "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(level =>
            $"{(char)('a' + level)}: &{(char)('a' + level)} [{string.Join(',', Enumerable.Repeat("*" + (char)('a' + level - 1), 10))}]\n")));
        folder.Write("twice/catalog-info.yaml", CatalogFolder.Component("twice").Replace("kind: Component", "kind: Component\nkind: Component", StringComparison.Ordinal));
        folder.Write("types/catalog-info.yaml", CatalogFolder.Component("types").Replace("owner: promotions", "owner: 7", StringComparison.Ordinal));
        folder.Write("many/catalog-info.yaml", CatalogFolder.Component("many", more: $"dependsOn: [{string.Join(',', Enumerable.Range(0, 190_000).Select(number => "a:" + number))}]"));
        folder.Write("own-kind/catalog-info.yaml", "apiVersion: retail.example/v1\nkind: Till\nmetadata: {name: front}\nspec: {owner: stock}\n");
        folder.Write("case/catalog-info.yaml", CatalogFolder.Component("case").Replace("kind: Component", "kind: component", StringComparison.Ordinal));
        folder.Write("template/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {{ name }}\n");
        await File.WriteAllBytesAsync(folder.Write("binary/catalog-info.yaml", ""), [0, 1, 0xed, 0xa0, 0x80, 0xff, (byte)'"'], Cancellation);
        folder.Write("ring/catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: ring}\nspec: {targets: [./catalog-info.yaml, ../../../etc/passwd, ./none.yaml, 'https://example.com/x.yaml', './*.yaml']}\n");
        await using (var huge = File.Create(Path.Combine(folder.Catalog, "huge.yaml"))) huge.SetLength(100L * 1024 * 1024);
        await File.WriteAllTextAsync(Path.Combine(folder.Outside, "secret.yaml"), CatalogFolder.Component("secret"), Cancellation);
        File.CreateSymbolicLink(Path.Combine(folder.Catalog, "link.yaml"), Path.Combine(folder.Outside, "secret.yaml"));
        File.CreateSymbolicLink(Path.Combine(folder.Catalog, "loop"), folder.Catalog);
        using (var pipe = Process.Start("mkfifo", Path.Combine(folder.Catalog, "pipe.yaml"))) await pipe.WaitForExitAsync(Cancellation);
        var platform = await folder.Start();

        var index = CatalogFolder.Index(platform);
        Assert.NotNull(index.Find("component:default/good"));
        Assert.Equal("group:default/stock", index.OwnerOf("till:default/front"));
        Assert.Null(index.Find("component:default/secret"));
        var problems = ((JsonArray)await platform.Get("/api/v1/catalog/problems?source=catalog:catalog")).Select(problem => problem!).ToList();
        Assert.All(problems, problem => Assert.NotNull(problem["cure"]));
        var codes = problems.Select(problem => (problem["file"]!.GetValue<string>().Split('/')[0], problem["code"]!.GetValue<string>())).ToHashSet();
        Assert.Superset(new HashSet<(string, string)>
        {
            ("bomb", "yaml-too-many-nodes"), ("twice", "yaml-duplicate-key"), ("types", "entity-field-type"), ("case", "entity-kind-unrecognised"),
            ("huge.yaml", "yaml-too-large"), ("many", "entity-too-many-references"), ("link.yaml", "source-link-leaves"), ("ring", "location-target-leaves"), ("ring", "location-target-missing"), ("ring", "location-target-not-read"), ("ring", "location-ring"), ("template", "entity-not-rendered"),
        }, codes);
        Assert.Contains(codes, found => found.Item1 == "binary");
    }

    [Fact]
    public async Task A_named_file_that_goes_away_keeps_its_entities_and_is_called_unreadable_until_it_is_back()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        Directory.Move(folder.Organisation, folder.Organisation + ".away");
        await CatalogFolder.Sources(platform).Refresh("organisation:organisation", "user:default/operator", anyway: true, Cancellation);
        var source = ((JsonArray)await platform.Get("/api/v1/catalog/sources")).Single(source => source!["kind"]!.GetValue<string>() == "organisation")!;
        Assert.Equal("unreadable", source["health"]!.GetValue<string>());
        Assert.Equal(["group:default/promotions"], CatalogFolder.Index(platform).TeamsOf("user:default/noor"));

        Directory.Move(folder.Organisation + ".away", folder.Organisation);
        await CatalogFolder.Sources(platform).Refresh("organisation:organisation", "user:default/operator", anyway: true, Cancellation);
        source = ((JsonArray)await platform.Get("/api/v1/catalog/sources")).Single(source => source!["kind"]!.GetValue<string>() == "organisation")!;
        Assert.Equal(("ok", 5), (source["health"]!.GetValue<string>(), source["entities"]!.GetValue<int>()));
    }

    [Fact]
    public async Task The_sample_organisation_loads_with_only_the_mistake_it_means_to_show()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        await using var platform = await TestPlatform.Start(options: options => options with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample] });
        var problem = Assert.Single((JsonArray)await platform.Get("/api/v1/catalog/problems"))!;
        Assert.Equal(("entity-field-missing", "services/leaflet-printer/catalog-info.yaml", "spec.owner"),
            (problem["code"]!.GetValue<string>(), problem["file"]!.GetValue<string>(), problem["field"]!.GetValue<string>()));
        var index = CatalogFolder.Index(platform);
        Assert.True(index.Find("group:default/promotions")!.Source.GivesRights);
        Assert.NotNull(index.RunbookOf("component:default/stock-levels"));
        Assert.Equal(Ownership.Unknown, index.OwnershipOf(index.Find("component:default/loyalty-points")!));
    }
}
