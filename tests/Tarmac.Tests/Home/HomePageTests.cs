using System.Text.Json.Nodes;
using Tarmac.Tests.Catalog;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Home;

/// <summary>The first page as each sort of person sees it.</summary>
public sealed class HomePageTests
{
    [Fact]
    public async Task An_operator_without_a_team_sees_the_whole_organisation_and_its_numbers()
    {
        await using var platform = await CatalogPagesTests.WithSample();
        var page = await platform.Client.Page("/");
        var services = (await platform.Get("/api/catalog/entities?kind=Component&type=service&limit=1"))["total"]!.GetValue<int>();
        Assert.Equal("The whole organisation", page.QuerySelector("h1")!.TextContent);
        Assert.Contains($"{services} services", page.QuerySelector("a[href='/catalog?kind=Component&type=service']")!.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.QuerySelectorAll("#owned tbody tr"));
        // The sample has one file that is refused; what was refused has no page to lead to.
        Assert.NotNull(page.QuerySelector("#needs a[href='/catalog/problems']"));
    }

    [Fact]
    public async Task A_member_sees_what_the_team_owns_and_broken_glass_as_what_needs_them()
    {
        await using var platform = await CatalogPagesTests.WithSample();
        using var noor = await platform.ClientOf("user:default/noor");
        var page = await noor.Page("/");
        Assert.Equal("Promotions", page.QuerySelector("h1")!.TextContent);
        Assert.Equal(["Basket discounts", "Offer engine"], page.QuerySelectorAll("#owned tbody th a").Select(link => link.TextContent).Order(StringComparer.Ordinal));
        Assert.NotNull(page.QuerySelector("#teams a[href='/teams/default/promotions']"));

        await platform.Act("break-glass.start", new JsonObject { ["subject"] = "component:default/offer-engine", ["reason"] = "Tills cannot redeem" });
        page = await noor.Page("/");
        var need = page.QuerySelectorAll("#needs li").Single(item => item.TextContent.Contains("broke glass", StringComparison.Ordinal));
        Assert.Contains("Tills cannot redeem", need.TextContent, StringComparison.Ordinal);
        Assert.Equal(1, page.QuerySelectorAll("#needs .primary").Length);
    }

    [Fact]
    public async Task Somebody_in_no_team_is_told_how_to_get_into_one()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        var newcomer = Path.Combine(Directory.CreateTempSubdirectory("tarmac-test-").FullName, "newcomer.yaml");
        await File.WriteAllTextAsync(newcomer, """
            apiVersion: backstage.io/v1alpha1
            kind: User
            metadata:
              name: stranger
            spec:
              memberOf: []
            """, TestContext.Current.CancellationToken);
        await using var platform = await TestPlatform.Start(options: o => o with { Organisation = [Path.Combine(sample, "org.yaml"), newcomer], Catalog = [sample] });
        using var stranger = await platform.ClientOf("user:default/stranger");
        var page = await stranger.Page("/");
        var empty = page.QuerySelector(".empty")!;
        Assert.Contains("user:default/stranger", empty.TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(empty.QuerySelectorAll("a[href^='/teams/']"));
        Assert.NotNull(empty.QuerySelector("a.primary[href='/create']"));
        Directory.Delete(Path.GetDirectoryName(newcomer)!, recursive: true);
    }
}
