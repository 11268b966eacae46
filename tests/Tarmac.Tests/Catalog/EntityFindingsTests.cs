using System.Text.Json.Nodes;
using Tarmac.Tests.Web;

namespace Tarmac.Tests.Catalog;

public sealed class EntityFindingsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_owner_that_is_missing_unknown_or_empty_is_said_on_the_entity()
    {
        await using var folder = new CatalogFolder();
        folder.Write("groups.yaml", """
            apiVersion: backstage.io/v1alpha1
            kind: Group
            metadata: {name: ghosts}
            spec: {type: team, children: []}
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Template
            metadata: {name: nobodys}
            spec: {type: service, steps: []}
            """.Replace("backstage.io/v1alpha1\nkind: Template", "scaffolder.backstage.io/v1beta3\nkind: Template", StringComparison.Ordinal));
        folder.Write("all.yaml", string.Join("\n---\n", CatalogFolder.Component("known"), CatalogFolder.Component("lost", "nobody"), CatalogFolder.Component("haunted", "ghosts"), CatalogFolder.Component("above", "retail")));
        var platform = await folder.Start();
        Assert.Empty(await Codes(platform, "component/default/known"));
        Assert.Equal(["owner-unknown"], await Codes(platform, "component/default/lost"));
        Assert.Equal(["owner-empty"], await Codes(platform, "component/default/haunted"));
        // A group without members of its own stands for the teams below it.
        Assert.Empty(await Codes(platform, "component/default/above"));
        Assert.Equal(["owner-missing"], await Codes(platform, "template/default/nobodys"));
        Assert.Contains("has no members", (await platform.Client.Page("/catalog/component/default/haunted")).QuerySelector("#problems")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_descriptors_tier_counts_before_the_runbooks_and_a_difference_is_shown()
    {
        await using var folder = new CatalogFolder();
        var platform = await folder.Start();
        const string Runbook = "# Vouchers\n\nSells vouchers.\n\n## Service Tier\n\nSilver\n\n## Lifecycle Stage\n\nPreproduction\n\n## Delivered By\n\nstock\n";
        await CatalogFolder.Sources(platform).Provide("one", "commit 1", [("catalog-info.yaml", CatalogFolder.Component("vouchers")), ("RUNBOOK.md", Runbook)], cancellation: Cancellation);
        var answer = await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        Assert.Equal("Gold", answer["summary"]!["tier"]!.GetValue<string>());
        Assert.Equal(["service tier is Gold", "lifecycle is production", "owner is group:default/promotions"],
            answer["problems"]!.AsArray().Where(problem => problem!["code"]!.GetValue<string>() == "runbook-disagrees").Select(problem => problem!["message"]!.GetValue<string>()["The ".Length..].Split(" by its")[0]));
        using var noor = await platform.ClientOf("user:default/noor");
        Assert.Contains("vouchers is told in two ways", (await noor.Page("/")).QuerySelector("#needs")!.TextContent, StringComparison.Ordinal);

        var untold = CatalogFolder.Component("vouchers").Replace("  annotations: {tarmac.dev/service-tier: Gold}\n", "", StringComparison.Ordinal);
        await CatalogFolder.Sources(platform).Provide("one", "commit 2", [("catalog-info.yaml", untold), ("RUNBOOK.md", Runbook)], cancellation: Cancellation);
        answer = await platform.Get("/api/v1/catalog/entities/component/default/vouchers");
        Assert.Equal("Silver", answer["summary"]!["tier"]!.GetValue<string>());
        Assert.Equal(1, (await platform.Get("/api/v1/catalog/entities?tier=Silver"))["total"]!.GetValue<int>());
        await CatalogFolder.Sources(platform).Provide("one", "commit 3", [("catalog-info.yaml", untold), ("RUNBOOK.md", "# Vouchers\n\nSells vouchers.\n")], cancellation: Cancellation);
        Assert.Null((await platform.Get("/api/v1/catalog/entities/component/default/vouchers"))["summary"]!["tier"]);
    }

    private static async Task<string[]> Codes(TestPlatform platform, string path) =>
        [.. ((JsonArray)(await platform.Get("/api/v1/catalog/entities/" + path))["problems"]!).Select(problem => problem!["code"]!.GetValue<string>())];
}
