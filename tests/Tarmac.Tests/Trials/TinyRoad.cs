using Tarmac.Tests.Delivery;

namespace Tarmac.Tests.Trials;

/// <summary>A road whose service needs no build: what is tried is the platform, not a compiler.</summary>
public static class TinyRoad
{
    public const string Organisation = """
        apiVersion: backstage.io/v1alpha1
        kind: Group
        metadata:
          name: promotions
        spec:
          type: stream-aligned
          children: []
        ---
        apiVersion: backstage.io/v1alpha1
        kind: User
        metadata:
          name: operator
        spec:
          memberOf: [promotions]
        """;

    public static string WriteTo(string folder)
    {
        var road = Path.Combine(folder, "tiny");
        Write(road, "road.yaml", """
            apiVersion: tarmac.dev/v1alpha1
            kind: Road
            metadata:
              name: tiny
              title: Tiny
              description: A Node service of one file that needs no build.
              version: 1.0.0
            spec:
              owner: group:default/platform
              stage: alpha
              parameters:
                type: object
                required: [name, owner]
                properties:
                  name: { title: Name, description: The name., type: string, pattern: "^[a-z][a-z0-9-]*$" }
                  owner: { title: Owner, description: The team., type: string, format: entity-ref, x-entity-kind: Group }
              whatYouGet: [One file]
              whatItCosts: [Nothing]
              howToLeave: Delete it.
              then: [Push]
            """);
        Write(road, "skeleton/score.yaml.liquid", ServiceRepository.Score.Replace("name: tiny", "name: {{ name }}", StringComparison.Ordinal));
        Write(road, "skeleton/catalog-info.yaml.liquid", """
            apiVersion: backstage.io/v1alpha1
            kind: Component
            metadata:
              name: {{ name }}
              description: A tiny service that a trial makes and releases many times over.
            spec:
              type: service
              lifecycle: experimental
              owner: {{ owner }}
            """);
        Write(road, "skeleton/RUNBOOK.md.liquid", "# {{ name }}\n\nA tiny service.\n");
        Write(road, "skeleton/app/server.js", ServiceRepository.Server("0"));
        return folder;
    }

    private static void Write(string root, string path, string text)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
