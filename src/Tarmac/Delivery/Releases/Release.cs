using System.Text.Json;
using System.Text.Json.Serialization;
using Tarmac.Foundation.Web;
using Tarmac.Model.Problems;
using Tarmac.Workloads;

namespace Tarmac.Delivery.Releases;

/// <summary>An immutable snapshot that can run: an artifact by its digest, and all its configuration resolved.</summary>
public sealed record Release(
    string Service, long Number, string Environment, string Commit, string Message, string Author, string Digest,
    ReleaseConfiguration Configuration, string Operation, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ServedAt = null);

/// <summary>Which releases one goes back to, and whose artifacts are kept for that.</summary>
public static class ReleaseRules
{
    /// <summary>So many of the newest releases of each environment keep their artifact.</summary>
    public const int Kept = 20;

    /// <summary>What a rollback goes to: the newest before the current that has served. Never forward, to the one just rolled back.</summary>
    public static Release? Previous(IEnumerable<Release> releases, string environment, long current) =>
        releases.Where(release => release.Environment == environment && release.Number < current && release.ServedAt is not null).MaxBy(release => release.Number);

    /// <summary>The digests that are kept: of what runs, of what a rollback goes to, and of the newest.</summary>
    public static HashSet<string> DigestsKept(IReadOnlyList<Release> releases, IReadOnlyList<Deployment> deployments)
    {
        var kept = releases.GroupBy(release => release.Environment).SelectMany(place => place.OrderByDescending(release => release.Number).Take(Kept)).Select(release => release.Digest).ToHashSet();
        foreach (var deployment in deployments)
        {
            if (deployment.Release is not { } current) continue;
            if (releases.FirstOrDefault(release => release.Number == current) is { } running) kept.Add(running.Digest);
            if (Previous(releases, deployment.Environment, current) is { } previous) kept.Add(previous.Digest);
        }
        return kept;
    }
}

/// <summary>What the Score file meant when the release was made, resolved. Nothing in it is looked up again later.</summary>
/// <param name="MemoryBytes">The limit, when there is one.</param>
/// <param name="CpuMillis">Thousandths of a core, when there is a limit.</param>
public sealed record ReleaseConfiguration(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Variables, ReadinessProbe Readiness,
    long? MemoryBytes, int? CpuMillis, int StartTimeoutSeconds, int DrainTimeoutSeconds)
{
    public string ToJson() => JsonSerializer.Serialize(this, ReleaseJson.Default.ReleaseConfiguration);

    public static ReleaseConfiguration FromJson(string text) => JsonSerializer.Deserialize(text, ReleaseJson.Default.ReleaseConfiguration)!;

    /// <summary>Resolves a workload for the local runtime.</summary>
    /// <exception cref="Problem">It asks for what this runtime cannot give; the message says where and what to do.</exception>
    public static ReleaseConfiguration Resolve(Workload workload, string file)
    {
        var problems = new List<InputProblem>();
        if (workload.Containers.Count > 1)
            problems.Add(new("workload-not-runnable", "The local runtime runs one container a workload, and this one has " + workload.Containers.Count + ".", file, Field: "containers", Cure: "Keep one container, or deploy elsewhere."));
        var (name, container) = workload.Containers.First();
        var at = "containers." + name;
        if (container.Command.Count == 0)
            problems.Add(new("workload-not-runnable", "The local runtime has no image to take the command from.", file, Field: at + ".command", Cure: "Give a command, for example [\"dotnet\", \"Vouchers.dll\"]."));
        if (!container.IsBuilt)
            problems.Add(new("workload-not-runnable", $"The local runtime runs what was built from this repository, not the image {container.Image}.", file, Field: at + ".image", Cure: "Use image: \".\"."));
        if (container.Files.Count > 0 || container.Volumes.Count > 0)
            problems.Add(new("workload-not-runnable", "The local runtime does not mount files or volumes yet.", file, Field: at, Cure: "Keep the files in the artifact."));
        if (workload.Resources.Count > 0)
            problems.Add(new("workload-not-runnable", "Resources are not provisioned yet.", file, Field: "resources", Cure: "Leave resources out for now."));
        if (workload.Ports.Count == 0)
            problems.Add(new("workload-not-runnable", "The service opens no port, so no route can lead to it.", file, Field: "service.ports", Cure: "Name the port it listens on."));
        var scope = new PlaceholderScope(workload.Metadata, new Dictionary<string, ResourceOutputs>());
        var variables = new Dictionary<string, string>();
        foreach (var (key, value) in container.Variables)
        {
            var expanded = Placeholders.Expand(value, scope);
            problems.AddRange(expanded.Errors.Select(error => new InputProblem("workload-placeholder", error, file, Field: $"{at}.variables.{key}")));
            variables[key] = expanded.Text ?? "";
        }
        if (problems.Count > 0) throw Problem.InvalidInput(problems);
        return new ReleaseConfiguration(
            [.. container.Command, .. container.Args], variables,
            ReadinessProbe.Of(workload),
            container.Limits?.MemoryBytes, (int?)container.Limits?.Cpu,
            Seconds(workload.Hints.StartTimeout ?? TimeSpan.FromSeconds(60)), Seconds(workload.Hints.DrainTimeout ?? TimeSpan.FromSeconds(30)));
    }

    // Up, so that half a second is not none.
    private static int Seconds(TimeSpan span) => (int)Math.Ceiling(span.TotalSeconds);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReleaseConfiguration))]
internal sealed partial class ReleaseJson : JsonSerializerContext;
