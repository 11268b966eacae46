using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Catalog;

namespace Tarmac.Tests.Catalog;

/// <summary>An organisation and a catalog in temporary folders, and a platform that reads them.</summary>
internal sealed class CatalogFolder : IAsyncDisposable
{
    public const string OrganisationText = """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: {name: retail, title: Retail}
        spec: {type: business-unit, children: [promotions]}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: {name: promotions, title: Promotions}
        spec: {type: team, parent: retail, children: [], members: [noor]}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata: {name: stock, title: Stock Management}
        spec: {type: team, parent: retail, children: []}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata: {name: noor}
        spec: {profile: {displayName: Noor Haddad}, memberOf: []}
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata: {name: sam}
        spec: {profile: {displayName: Sam Okafor}, memberOf: [stock]}
        """;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("tarmac-catalog-");
    private readonly List<TestPlatform> platforms = [];

    public CatalogFolder()
    {
        Directory.CreateDirectory(Organisation);
        Directory.CreateDirectory(Catalog);
        File.WriteAllText(Path.Combine(Organisation, "people.yaml"), OrganisationText);
    }

    public string Organisation => Path.Combine(root.FullName, "organisation");

    public string Catalog => Path.Combine(root.FullName, "catalog");

    public string Outside => root.FullName;

    public static string Component(string name, string owner = "promotions", string? description = null, string more = "") => $$"""
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: {{name}}
          description: {{description ?? "What " + name + " does."}}
          tags: [till]
          annotations: {tarmac.dev/service-tier: Gold}
        spec:
          type: service
          lifecycle: production
          owner: {{owner}}
          {{more}}
        """;

    /// <summary>Writes a file below the catalog's folder the way a careful editor does: whole, then renamed into place.</summary>
    public string Write(string path, string text)
    {
        var full = Path.Combine(Catalog, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full + ".new", text);
        File.Move(full + ".new", full, overwrite: true);
        return full;
    }

    public async Task<TestPlatform> Start(string? home = null)
    {
        var platform = await TestPlatform.Start(home, options => options with { Organisation = [Organisation], Catalog = [Catalog] });
        platforms.Add(platform);
        return platform;
    }

    public static CatalogSources Sources(TestPlatform platform) => platform.Services.GetRequiredService<CatalogSources>();

    public static CatalogIndex Index(TestPlatform platform) => platform.Services.GetRequiredService<CurrentCatalog>().Index;

    /// <summary>Waits on the event stream until the catalog has read a source once more.</summary>
    public static async Task<JsonNode> NextEvent(TestPlatform platform, long after, Func<JsonNode, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/events?after={after}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        while (await reader.ReadLineAsync(patience.Token) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonNode.Parse(line["data: ".Length..])! is var happened && wanted(happened))
                return happened;
        throw new InvalidOperationException("The event stream ended.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var platform in platforms) await platform.DisposeAsync();
        root.Delete(recursive: true);
    }
}
