using System.Text.Json.Nodes;
using Tarmac.Roads;

namespace Tarmac.Tests.Roads;

/// <summary>A small sound road in a temporary folder, for a test to spoil.</summary>
internal sealed class RoadFolder : IDisposable
{
    public const string Sound = """
        apiVersion: tarmac.dev/v1alpha1
        kind: Road
        metadata:
          name: small
          title: Small
          description: The smallest road.
          version: 1.2.3
        spec:
          owner: group:default/platform
          stage: alpha
          parameters:
            type: object
            required: [name]
            properties:
              name: {type: string, maxLength: 200}
              note: {type: string}
              size: {type: integer, minimum: 1, maximum: 9, default: 3}
              loud: {type: boolean, default: false}
          derived:
            project: "{{ name | pascal_case }}"
          whatYouGet: [a file]
          whatItCosts: [nothing]
          howToLeave: Delete it.
        """;

    private readonly DirectoryInfo _above = Directory.CreateTempSubdirectory("road-");

    public RoadFolder(string? description = null)
    {
        Directory.CreateDirectory(Skeleton);
        File.WriteAllText(System.IO.Path.Combine(Path, "road.yaml"), description ?? Sound);
        Add("README.md.liquid", "# {{ name }}\n");
    }

    public string Path => System.IO.Path.Combine(_above.FullName, "small");

    public string Skeleton => System.IO.Path.Combine(Path, "skeleton");

    public RoadFolder Add(string path, string content)
    {
        var file = System.IO.Path.Combine(Skeleton, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return this;
    }

    public Road Read()
    {
        var reading = RoadFile.Read(Path);
        Assert.Empty(reading.Problems);
        return reading.Road!;
    }

    /// <summary>Renders with a name, and what else is given.</summary>
    public RenderReading Render(string name, params (string Name, JsonNode Value)[] more)
    {
        var road = Read();
        var given = new JsonObject { ["name"] = name };
        foreach (var (key, value) in more) given[key] = value;
        var (answers, problems) = road.Parameters.Validate(given);
        Assert.Empty(problems);
        return RoadTemplate.Render(road, answers);
    }

    public void Dispose() => _above.Delete(recursive: true);
}
