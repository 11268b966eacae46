using Tarmac.Model.Catalog;
using Tarmac.Model.Runbooks;

namespace Tarmac.Tests.Sample;

/// <summary>The sample organisation is sound but for what its README says is wrong on purpose.</summary>
public sealed class SampleOrganisationTests
{
    private static readonly string Root = Path.Combine(PublicData.Repository, "sample");

    private static readonly List<EntityReadResult> Files = [.. Directory.EnumerateFiles(Root, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => EntityReader.Read(File.ReadAllText(path), Path.GetRelativePath(Root, path)))];

    private static readonly Dictionary<EntityRef, Entity> Entities = Files.SelectMany(file => file.Entities).ToDictionary(entity => entity.Ref);

    private static IEnumerable<Entity> Of(string kind) => Entities.Values.Where(entity => entity.Kind == kind);

    private static IEnumerable<string> Names(IEnumerable<Entity> entities) => entities.Select(entity => entity.Metadata.Name).Order(StringComparer.Ordinal);

    private static Runbook RunbookOf(string service) => Runbook.Parse(File.ReadAllText(Path.Combine(Root, "services", service, "RUNBOOK.md")), "RUNBOOK.md");

    [Fact]
    public void Only_the_leaflet_printer_is_refused_for_it_names_no_owner()
    {
        var problem = Assert.Single(Files.SelectMany(file => file.Problems));
        Assert.Equal((CatalogCodes.FieldMissing, "spec.owner", "services/leaflet-printer/catalog-info.yaml"), (problem.Code, problem.Field, problem.File));
    }

    [Fact]
    public void Groups_and_people_are_declared_in_org_yaml_and_nothing_else_is()
    {
        foreach (var entity in Entities.Values)
            Assert.Equal(entity.Kind is EntityKinds.Group or EntityKinds.User, entity.Origin.File == "org.yaml");
        Assert.Equal(["delivery-enablement", "hartwell", "platform", "promotions", "purchase", "stock-management"], Names(Of(EntityKinds.Group)));
        Assert.Equal(3, Of(EntityKinds.Group).Count(group => group.Type == "stream-aligned"));
        Assert.Equal(14, Of(EntityKinds.User).Count());
        Assert.Contains("promotions", Entities[EntityRef.Parse("user:default/noor")].Spec["memberOf"]!.AsArray().Select(team => team!.GetValue<string>()));
    }

    [Fact]
    public void Every_reference_leads_somewhere_but_to_the_dissolved_customer_club()
    {
        var nowhere = Entities.Values.SelectMany(EntityRelations.Of).Select(relation => relation.To).Where(target => !Entities.ContainsKey(target)).Distinct();
        Assert.Equal(["group:default/customer-club"], nowhere.Select(target => target.ToString()));
    }

    [Fact]
    public void Each_service_has_a_folder_of_its_name_with_both_files()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Root, "services")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(14, folders.Count);
        Assert.Equal(folders.Where(folder => folder != "leaflet-printer"), Names(Of(EntityKinds.Component)));
        Assert.All(folders, folder => Assert.True(File.Exists(Path.Combine(Root, "services", folder, "RUNBOOK.md")), folder));
        Assert.DoesNotContain("vouchers", folders);
        Assert.Contains(EntityRef.Parse("system:default/promotions"), Entities.Keys);
    }

    [Fact]
    public void Some_services_are_on_the_road_and_some_elsewhere_and_only_one_has_no_tier()
    {
        const string road = "backstage.io/source-template", source = "backstage.io/source-location";
        Assert.Equal(["basket-discounts", "offer-engine", "stock-levels"], Names(Of(EntityKinds.Component).Where(c => c.Metadata.Annotations.ContainsKey(road))));
        Assert.All(Of(EntityKinds.Component), c => Assert.NotEqual(c.Metadata.Annotations.ContainsKey(road), c.Metadata.Annotations.ContainsKey(source)));
        Assert.Equal(["loyalty-points"], Names(Of(EntityKinds.Component).Where(c => !c.Metadata.Annotations.ContainsKey("tarmac.dev/service-tier"))));
        Assert.Equal(["shelf-labels"], Names(Of(EntityKinds.Component).Where(c => c.Lifecycle == "deprecated")));
        Assert.Empty(Entities[EntityRef.Parse("user:default/rolf")].Spec["memberOf"]!.AsArray());
        Assert.Equal("user:default/rolf", Entities[EntityRef.Parse("component:default/stock-count")].Owner!.ToString());
    }

    [Theory]
    [InlineData("stock-levels")]
    [InlineData("purchase-orders")]
    [InlineData("offer-engine")]
    public void The_exemplary_runbooks_have_no_problem_and_no_empty_words(string service)
    {
        var runbook = RunbookOf(service);
        Assert.Empty(runbook.Problems);
        Assert.DoesNotContain(runbook.Sections, section => section.IsPlaceholder || section.IsLinkOnly || section.ContainsHtml);
        Assert.Equal(service, runbook.Code);
        Assert.True(runbook.KnownAboutBy.Count >= 2);
        Assert.All(new[] { "firstLineTroubleshooting", "secondLineTroubleshooting", "architecture", "failoverDetails", "dataRecoveryDetails", "releaseDetails" },
            name => Assert.True(runbook[name]?.WordCount >= 20, name));
    }

    [Fact]
    public void The_other_runbooks_are_wanting_in_the_ways_the_readme_says()
    {
        Assert.Empty(RunbookOf("reorder-advice").Sections);
        Assert.True(RunbookOf("supplier-feed")["firstLineTroubleshooting"]!.IsLinkOnly);
        Assert.True(RunbookOf("supplier-feed")["architecture"]!.IsLinkOnly);
        Assert.True(RunbookOf("stock-count")["secondLineTroubleshooting"]!.WordCount < 25);
        Assert.True(RunbookOf("basket-discounts")["secondLineTroubleshooting"]!.IsPlaceholder);
        Assert.DoesNotContain(RunbookOf("supplier-portal").Sections, section => section.Property?.Name != "code" && section.WordCount > 0);
        foreach (var service in Directory.EnumerateDirectories(Path.Combine(Root, "services")).Select(folder => Path.GetFileName(folder)!))
            Assert.All(RunbookOf(service).KnownAboutBy, person => Assert.Contains(EntityRef.Of(EntityKinds.User, person.Code), Entities.Keys));
    }

    [Fact]
    public void The_runbook_and_the_catalog_agree_on_the_tier()
    {
        foreach (var component in Of(EntityKinds.Component))
        {
            if (RunbookOf(component.Metadata.Name).ServiceTier is { } tier)
                Assert.Equal(tier.ToString(), component.Metadata.Annotations["tarmac.dev/service-tier"], ignoreCase: true);
        }
    }
}
