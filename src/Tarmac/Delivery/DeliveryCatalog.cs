using System.Globalization;
using System.Text;
using Tarmac.Catalog;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Hosting;

namespace Tarmac.Delivery;

/// <summary>
/// Tells the catalog what delivery knows: the descriptors in each hosted repository, and the repository, route and instances
/// that Tarmac itself made, each owned by the service's team.
/// </summary>
public sealed class DeliveryCatalog(Repositories repositories, DeliveryStore store, CatalogSources sources, PlatformOptions options)
{
    private const string Descriptor = "catalog-info.yaml";
    private const string Runbook = "RUNBOOK.md";

    public async Task Announce(string name, CancellationToken cancellation)
    {
        if (await store.Find(name, cancellation) is not { State: Service.Active } service || !repositories.Exists(name)) return;
        var head = await repositories.Head(name, cancellation);
        var files = new List<(string Path, string Text)>();
        if (head is not null)
            foreach (var path in (string[])[Descriptor, Runbook])
                if (await repositories.Read(name, head, path, cancellation) is { } file) files.Add((path, file.Text));
        if (files.All(file => file.Path != Descriptor)) files.Add((Descriptor, Minimal(service)));
        await sources.Provide(RepositorySource(name), $"Git repository of {name}, branch {Repositories.DefaultBranch}", files, cancellation: cancellation);
        await sources.Provide(MadeSource(name), $"What Tarmac made for {name}", [("made.yaml", Made(service, await store.Deployments(name, cancellation)))], cancellation: cancellation);
    }

    /// <summary>Whether the catalog was told of it.</summary>
    public bool Knows(string name) => sources.Has(RepositorySource(name));

    public async Task Withdraw(string name, CancellationToken cancellation)
    {
        await sources.Withdraw(RepositorySource(name), cancellation: cancellation);
        await sources.Withdraw(MadeSource(name), cancellation: cancellation);
    }

    private static string RepositorySource(string service) => "repository:" + service;

    private static string MadeSource(string service) => CatalogSources.Tarmac + ":" + service;

    // A repository without a descriptor is still somebody's.
    private static string Minimal(Service service) => $"""
        apiVersion: backstage.io/v1alpha1
        kind: Component
        metadata:
          name: {service.Name}
        spec:
          type: service
          lifecycle: experimental
          owner: {service.Owner}
        """;

    private string Made(Service service, IReadOnlyList<Deployment> deployments)
    {
        var yaml = new StringBuilder();
        Resource(yaml, service, $"{service.Name}-repository", "git-repository", $"Git repository of {service.Name}, hosted by Tarmac.", "git clone " + service.Name);
        foreach (var deployment in deployments.Where(deployment => deployment.Instance is not null))
        {
            var host = ServiceName.Host(service.Name, deployment.Environment);
            Resource(yaml, service, $"{service.Name}-{deployment.Environment}-route", "route", $"Route http://{host}:{options.GatewayListen.Port}/ to {service.Name}.", host);
            Resource(yaml, service, $"{service.Name}-{deployment.Environment}-instance", "instance",
                string.Create(CultureInfo.InvariantCulture, $"Local process that runs release {deployment.Release} of {service.Name} in {deployment.Environment}."), deployment.Instance!);
        }
        return yaml.ToString();
    }

    private static void Resource(StringBuilder yaml, Service service, string name, string type, string description, string identifier) =>
        yaml.Append(CultureInfo.InvariantCulture, $"""
            ---
            apiVersion: backstage.io/v1alpha1
            kind: Resource
            metadata:
              name: {name}
              description: "{description}"
              annotations:
                tarmac.dev/identifier: "{identifier}"
            spec:
              type: {type}
              owner: {service.Owner}
              dependencyOf: ["component:default/{service.Name}"]

            """);
}
