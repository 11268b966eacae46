using System.Text.Json.Nodes;

namespace Tarmac.Tests.Operability;

/// <summary>A team that can be reached, a component that does everything right, and a platform that scores it.</summary>
internal sealed class ScoredFolder : IAsyncDisposable
{
    public const string Entity = "component:default/till";
    public const string Score = "/api/scores/component/default/till";

    public const string Organisation = """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: {name: promotions, title: Promotions}
        spec: {type: team, children: [], members: [noor], profile: {email: promotions@example.com}}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata: {name: noor}
        spec: {memberOf: [promotions]}
        """;

    public const string Descriptor = """
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: till
          description: Takes payments in shops; without it nobody can buy anything.
          annotations:
            tarmac.dev/service-tier: gold
        spec:
          type: service
          lifecycle: production
          owner: promotions
          system: shops
          dependsOn: [component:ledger]
        ---
        apiVersion: backstage.io/v1alpha1
        kind: System
        metadata: {name: shops}
        spec: {owner: promotions}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata: {name: ledger}
        spec: {type: library, lifecycle: experimental, owner: promotions}
        """;

    public const string Runbook = """
        # Till

        Takes payments in shops; without it nobody can buy anything at all.

        ## First Line Troubleshooting

        When shops report that payments hang, look whether the bank's line is up on the wall display. Restart one instance, wait half a minute and buy
        the test article. If it still hangs after ten minutes, call the team.

        ## Second Line Troubleshooting

        The log has one line for every payment with its number; search for the number on the receipt. Slow answers usually come from the ledger's
        index; the query at the end of this page shows it, and rebuilding takes a minute.

        ## Architecture

        One process takes requests from the shops and writes them to the ledger, which keeps every payment twice. The bank is asked last.

        ## Bespoke Monitoring

        The wall display shows payments per minute and how many failed; under five failures a minute is usual on a working day.

        ## Failover Architecture Type

        ActivePassive

        ## Failover Details

        Start it in the second hall and switch the address.

        ## Data Recovery Process Type

        NotApplicable

        ## Data Recovery Details

        It keeps no data of its own; the ledger does.

        ## Release Process Type

        FullyAutomated

        ## Release Details

        Every commit is built, tested and put into service.

        ## Key Management Process Type

        Manual

        ## Key Management Details

        The bank's key is replaced each March by two people.

        ## Contains Personal Data

        No

        ## Contains Sensitive Data

        Yes

        """;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("tarmac-score-");
    private TestPlatform? platform;

    public TestPlatform Platform => platform ?? throw new InvalidOperationException("Not started.");

    public static async Task<ScoredFolder> Start(string? descriptor = null, string? runbook = Runbook, string? organisation = null, bool allowPrivate = false, string? platformTeam = null)
    {
        var folder = new ScoredFolder();
        folder.Write("organisation.yaml", organisation ?? Organisation);
        folder.Write("till/catalog-info.yaml", descriptor ?? Descriptor);
        if (runbook is not null) folder.Write("till/RUNBOOK.md", runbook);
        folder.platform = await TestPlatform.Start(options: options => options with
        {
            Organisation = [Path.Combine(folder.root.FullName, "organisation.yaml")],
            Catalog = [Path.Combine(folder.root.FullName, "till")],
            AllowPrivateAddresses = allowPrivate,
            PlatformTeam = platformTeam ?? options.PlatformTeam,
        });
        return folder;
    }

    public void Write(string path, string text)
    {
        var full = Path.Combine(root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full + ".new", text);
        File.Move(full + ".new", full, overwrite: true);
    }

    public void Delete(string path) => File.Delete(Path.Combine(root.FullName, path));

    /// <summary>Looks at everything again and answers the result of the action.</summary>
    public async Task<JsonNode> Rescore() => (await Platform.Act("score.rescore", new JsonObject { ["entity"] = Entity }))["result"]!;

    /// <summary>The score now, judged anew.</summary>
    public async Task<JsonNode> Judged()
    {
        await Rescore();
        return await Platform.Get(Score);
    }

    public async Task<JsonNode> Finding(string check) => FindingOf(await Judged(), check);

    public static JsonNode FindingOf(JsonNode score, string check) =>
        Assert.Single((JsonArray)score["findings"]!, finding => finding!["check"]!.GetValue<string>() == check)!;

    /// <summary>Reports a fact as Noor, whose team owns the till.</summary>
    public async Task<JsonObject> Report(string key, string value, string? observed = null, string? expires = null)
    {
        var input = new JsonObject { ["entity"] = Entity, ["key"] = key, ["value"] = value };
        if (observed is not null) input["observed"] = observed;
        if (expires is not null) input["expires"] = expires;
        using var noor = await Platform.ClientOf("user:default/noor");
        return await TestPlatform.Act(noor, "fact.report", input);
    }

    public async ValueTask DisposeAsync()
    {
        if (platform is not null) await platform.DisposeAsync();
        root.Delete(recursive: true);
    }
}
