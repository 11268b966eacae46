using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Foundation.Web;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog;

/// <summary>The catalog's pages on a real platform, read without script.</summary>
public sealed class CatalogPagesTests
{
    internal static Task<TestPlatform> WithSample()
    {
        var sample = Path.Combine(PublicData.Repository, "sample");
        return TestPlatform.Start(options: o => o with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample] });
    }

    [Fact]
    public async Task The_list_filters_counts_sorts_and_pages()
    {
        await using var platform = await WithSample();
        var page = await platform.Client.Page("/catalog?kind=Component&owner=group:default/promotions&type=&q=&sort=-title");
        var names = page.QuerySelectorAll("tbody th a").Select(link => link.TextContent).ToList();
        Assert.Equal(["Offer engine", "Basket discounts"], names);
        Assert.Contains("2 of ", page.QuerySelector(".filter-result")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Component", ((IHtmlSelectElement)page.QuerySelector("#f-kind")!).Value);
        Assert.Equal("descending", page.QuerySelector("th[aria-sort]")!.GetAttribute("aria-sort"));
        Assert.Contains("owner=group%3Adefault%2Fpromotions", page.QuerySelector("th[aria-sort] a")!.GetAttribute("href"), StringComparison.Ordinal);

        page = await platform.Client.Page("/catalog");
        var next = page.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        var second = await platform.Client.Page(next);
        var seen = page.QuerySelectorAll("tbody th a").Concat(second.QuerySelectorAll("tbody th a")).Select(link => link.GetAttribute("href")).ToList();
        Assert.Equal(seen.Count, seen.Distinct().Count());

        page = await platform.Client.Page("/catalog?q=offer engine&kind=Component&owner=group:default/promotions&owner=group:default/platform&lifecycle=production&tag=till");
        Assert.Equal("tarmac list offer engine --kind Component --owner group:default/promotions --owner group:default/platform --lifecycle production --tag till",
            page.QuerySelector("details.same pre")!.TextContent);
        Assert.Equal("group:default/platform", page.QuerySelector("input[type=hidden][name=owner]")!.GetAttribute("value"));
        Assert.DoesNotContain("tarmac list", (await platform.Client.Page("/catalog?owner=none")).QuerySelector("details.same")!.TextContent, StringComparison.Ordinal);

        page = await platform.Client.Page("/catalog?q=nothingofthatname");
        Assert.Contains("Nothing matches", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await platform.Client.TryPage("/catalog?sort=colour")).Status);
    }

    [Fact]
    public async Task An_entity_shows_its_owner_relations_origin_and_runbook()
    {
        await using var platform = await WithSample();
        var page = await platform.Client.Page("/catalog/component/default/offer-engine");
        Assert.Equal("Offer engine", page.QuerySelector("h1")!.TextContent);
        var text = page.QuerySelector("main")!.TextContent;
        Assert.Contains("promotions@hartwell.example", text, StringComparison.Ordinal);
        Assert.Contains("services/offer-engine/catalog-info.yaml:1", text, StringComparison.Ordinal);
        Assert.Contains("Platinum", text, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#relations a[href='/catalog/api/default/offers-api']"));
        Assert.Contains("First Line Troubleshooting", page.QuerySelector("#runbook")!.TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("tarmac show component:default/offer-engine", page.QuerySelector("details.same")!.TextContent, StringComparison.Ordinal);

        page = await platform.Client.Page("/catalog/component/default/loyalty-points");
        Assert.Contains("not in the catalog", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        page = await platform.Client.Page("/catalog/group/default/promotions");
        Assert.NotNull(page.QuerySelector(".actions a[href='/teams/default/promotions']"));

        var (status, missing) = await platform.Client.TryPage("/catalog/component/default/nothing-here");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("component:default/nothing-here", missing.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Teams_people_search_and_problems_are_shown()
    {
        await using var platform = await WithSample();
        var page = await platform.Client.Page("/teams");
        Assert.NotNull(page.QuerySelector("tbody a[href='/teams/default/promotions']"));
        page = await platform.Client.Page("/teams?q=promo");
        Assert.Equal(["Promotions"], page.QuerySelectorAll("tbody th a").Select(link => link.TextContent));
        page = await platform.Client.Page("/teams/default/promotions");
        Assert.Contains("Noor", page.QuerySelector("#members")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("a[href='mailto:promotions@hartwell.example']"));
        Assert.NotNull(page.QuerySelector("a[href='/catalog/component/default/offer-engine']"));
        page = await platform.Client.Page("/catalog/component/default/offer-engine");
        Assert.NotNull(page.QuerySelector(".facts a[href='/teams/default/promotions']"));
        page = await platform.Client.Page("/teams/default/promotions");
        Assert.Equal("Teams", page.QuerySelector(".crumbs a")!.TextContent);
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.TryPage("/teams/default/nobody")).Status);

        page = await platform.Client.Page("/people?q=noor");
        Assert.Equal(["Noor"], page.QuerySelectorAll("tbody th a").Select(link => link.TextContent));
        page = await platform.Client.Page("/search?q=off");
        Assert.Equal("Offer engine", page.QuerySelectorAll("tbody th a")[0].TextContent);
        page = await platform.Client.Page("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        Assert.Contains("<script>alert(1)</script>", page.QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await platform.Client.Page("/search")).QuerySelector(".empty"));
        var problems = (await platform.Client.Page("/catalog/problems")).QuerySelectorAll("tbody tr").Length;
        Assert.NotEqual(0, problems);
        Assert.Equal(0, (await platform.Client.Page("/catalog/problems?entity=component:default/offer-engine")).QuerySelectorAll("tbody tr").Length);
        page = await platform.Client.Page("/catalog/sources");
        Assert.NotNull(page.QuerySelector(".heading a[href^='/actions/source.add']"));
        Assert.NotNull(page.QuerySelector("tbody a[href^='/actions/source.refresh?name=']"));
        using var noor = await platform.ClientOf("user:default/noor");
        Assert.NotNull((await noor.Page("/catalog/sources")).QuerySelector("a[href^='/actions/source.add']"));
        Assert.Null((await noor.Page("/catalog/sources")).QuerySelector("a[href^='/actions/source.remove']"));
    }

    [Fact]
    public async Task The_organisation_is_a_tree_of_groups_people_and_what_they_own()
    {
        await using var folder = new CatalogFolder();
        folder.Write("shop.yaml", CatalogFolder.Component("vouchers"));
        // Two that name each other as parent, and a level that does not fit.
        folder.Write("ring.yaml", string.Join("\n---\n", Enumerable.Range(0, 150).Select(number => Group($"low-{number:000}", "stock")).Prepend(Group("hen", "egg")).Prepend(Group("egg", "hen"))));
        var platform = await folder.Start();
        var page = await platform.Client.Page("/teams/chart");
        var tree = page.QuerySelector(".tree")!;
        Assert.Equal(["Retail"], tree.Children.Select(top => top.QuerySelector("a")!.TextContent));
        Assert.Contains("team · 1 person · owns 1", tree.QuerySelector("li li summary")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(tree.QuerySelector(".people a[href='/catalog/user/default/noor']"));
        Assert.Contains("35 groups farther down", page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        page = await platform.Client.Page(tree.QuerySelector("a.more-below")!.GetAttribute("href")!);
        Assert.Equal("Below Stock Management", page.QuerySelector("h1")!.TextContent);
        page = await platform.Client.Page("/teams/chart?from=group:default/egg");
        Assert.Equal(["egg", "hen"], page.QuerySelectorAll(".tree summary > a, .tree .leaf > a").Select(link => link.TextContent));
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Client.TryPage("/teams/chart?from=group:default/nobody")).Status);

        static string Group(string name, string parent) => $"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {{name: {name}}}\nspec: {{type: squad, parent: {parent}, children: []}}";
    }

    [Fact]
    public async Task A_system_shows_its_parts_and_how_they_need_each_other()
    {
        await using var platform = await WithSample();
        var page = await platform.Client.Page("/catalog/system/default/promotions");
        var parts = page.QuerySelector("#parts")!;
        Assert.NotNull(parts.QuerySelector(".graph a[href='/catalog/component/default/offer-engine']"));
        Assert.Contains("Offer engine", parts.QuerySelector("tbody")!.TextContent, StringComparison.Ordinal);
        page = await platform.Client.Page("/catalog/domain/default/supply");
        Assert.Contains("Purchasing", page.QuerySelector("#parts tbody")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_catalog_says_how_to_fill_it()
    {
        await using var platform = await TestPlatform.Start();
        Assert.Contains("tarmac source add", (await platform.Client.Page("/catalog")).QuerySelector(".empty")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await platform.Client.Page("/teams")).QuerySelector(".empty"));
        Assert.NotNull((await platform.Client.Page("/scores")).QuerySelector(".empty"));
        Assert.NotNull((await platform.Client.Page("/people")).QuerySelector(".empty"));
    }

    [Theory]
    [InlineData("backstage-demo")]
    [InlineData("create-app")]
    public async Task Real_public_catalogs_show_on_every_page(string name)
    {
        var folder = Path.Combine(PublicData.Folder("catalog"), name);
        Assert.SkipUnless(Directory.Exists(folder), $"the public catalog {name} is not here");
        await using var platform = await TestPlatform.Start(options: o => o with { Organisation = [folder], Catalog = [folder] });
        var index = platform.Services.GetRequiredService<CurrentCatalog>().Index;
        Assert.NotEmpty(index.All);
        foreach (var path in (string[])["/", "/catalog", "/catalog/problems", "/teams", "/people", "/scores", "/search?q=a"])
            await platform.Client.Page(path);
        foreach (var entry in index.All)
        {
            var page = await platform.Client.Page(EntityAddress.Of(entry.Entity.Ref));
            Assert.Equal(entry.Title.Trim(), page.QuerySelector("h1")!.TextContent.Trim());
        }
        foreach (var team in index.Teams()) await platform.Client.Page(TeamAddress.Of(team.Entry.Entity.Ref));
    }
}
