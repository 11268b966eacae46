using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;
using Tarmac.Delivery;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Home;
using Tarmac.Tests.Catalog;
using Tarmac.Tests.Foundation.Operations;
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
        var services = (await platform.Get("/api/v1/catalog/entities?kind=Component&type=service&limit=1"))["total"]!.GetValue<int>();
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
    public async Task A_failed_operation_of_mine_is_shown_however_much_others_do()
    {
        const string mine = "component:default/offer-engine";
        var kind = new TestKind("work", run => run.Operation.Subject == mine ? throw new Problem(422, "test", "The tests failed.") : Task.CompletedTask);
        var sample = Path.Combine(PublicData.Repository, "sample");
        await using var platform = await TestPlatform.Start(
            options: o => o with { Organisation = [Path.Combine(sample, "org.yaml")], Catalog = [sample] }, configure: builder => builder.Services.AddSingleton<OperationKind>(kind));
        var operations = platform.Services.GetRequiredService<OperationStore>();
        var ids = await platform.Services.GetRequiredService<Database>().Write(async session =>
        {
            var queued = new List<string> { await operations.Enqueue(session, new OperationRequest("work", mine, "Deploy offer-engine", [], "user:default/noor")) };
            for (var number = 0; number < 230; number++)
                queued.Add(await operations.Enqueue(session, new OperationRequest("work", $"component:default/other-{number}", $"Deploy other_{number}", [], "user:default/ivo")));
            return queued;
        }, TestContext.Current.CancellationToken);
        await platform.Finished(ids[0]);
        using var noor = await platform.ClientOf("user:default/noor");
        var page = await noor.Page("/");
        var need = page.QuerySelectorAll("#needs li").Single(item => item.TextContent.Contains("Failed: Deploy offer-engine", StringComparison.Ordinal));
        Assert.Contains("Urgent", need.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector($".panel a[href='/operations/{ids[0]}']"));
        Assert.NotNull((await noor.Page("/teams/default/promotions")).QuerySelector($"a[href='/operations/{ids[0]}']"));

        page = await noor.Page("/deliveries?page=5");
        Assert.Contains("231 operations", page.QuerySelector(".filter-result")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["Deploy offer-engine"], page.QuerySelectorAll("tbody th a").TakeLast(1).Select(link => link.TextContent));
        page = await noor.Page("/deliveries?q=OTHER_22");
        Assert.Equal(11, page.QuerySelectorAll("tbody th a").Length);
    }

    [Fact]
    public async Task Nothing_is_claimed_of_what_was_not_looked_at()
    {
        await using var platform = await CatalogPagesTests.WithSample();
        var entry = platform.Services.GetRequiredService<CurrentCatalog>().Index.Find("component:default/offer-engine")!;
        ServiceShown Hosted(params string[] states) => new("offer-engine", entry.Ref, "group:default/promotions", Service.Active, "", null, null,
            [.. states.Select((state, number) => new EnvironmentShown("env" + number, state, 1, null, "", "", null, [], DateTimeOffset.UnixEpoch, ""))], null, DateTimeOffset.UnixEpoch, null);
        Assert.Equal("Hosted elsewhere, so known by their checks only: 1. Nothing is scored yet.", Needs.Looked([new OwnedEntry(entry, null, null)]));
        Assert.Equal("Stopped by its team: 1. Nothing's last operation failed. Nothing is scored yet.", Needs.Looked([new OwnedEntry(entry, Hosted("stopped"), null)]));
        Assert.Equal("Never deployed: 1. Nothing's last operation failed. Nothing is scored yet.", Needs.Looked([new OwnedEntry(entry, Hosted(), null)]));
        Assert.StartsWith("What was deployed here and not stopped runs (1).", Needs.Looked([new OwnedEntry(entry, Hosted("running"), null)]), StringComparison.Ordinal);
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
