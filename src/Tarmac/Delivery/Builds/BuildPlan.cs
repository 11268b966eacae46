using Tarmac.Foundation.Web;
using Tarmac.Workloads;

namespace Tarmac.Delivery.Builds;

/// <summary>How a checkout is built and tested, and which folder is the artifact.</summary>
/// <param name="Build">A shell command, or null when there is nothing to build.</param>
/// <param name="Because">Where the plan comes from, for the log.</param>
public sealed record BuildPlan(string? Build, string? Test, string Output, string Because)
{
    /// <summary>Decides from the Score file's annotations, else from what the repository's root holds.</summary>
    /// <param name="files">Paths of all files from the root of the repository.</param>
    /// <exception cref="Problem">Nothing says how to build it.</exception>
    public static BuildPlan Of(WorkloadHints hints, IReadOnlyCollection<string> files)
    {
        var convention = Convention(files);
        if (hints.Build is null && hints.Test is null && hints.Output is null)
            return convention ?? throw new Problem(422, "build-unknown", "Nothing says how to build this repository.",
                "There is no solution or project file and no package.json at its root.",
                "Say it in score.yaml under metadata.annotations: tarmac.dev/build, tarmac.dev/test and tarmac.dev/output.");
        return new BuildPlan(hints.Build ?? (hints.Output is null ? convention?.Build : null), hints.Test ?? (hints.Build is null ? convention?.Test : null),
            hints.Output ?? convention?.Output ?? ".", "annotations in score.yaml");
    }

    private static BuildPlan? Convention(IReadOnlyCollection<string> files)
    {
        var root = files.Where(file => !file.Contains('/', StringComparison.Ordinal)).ToList();
        bool Has(params string[] endings) => root.Any(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
        if (Has(".sln", ".slnx", ".csproj", ".fsproj"))
            return new BuildPlan("dotnet publish -c Release -o out", "dotnet test -c Release", "out", "a .NET solution or project at the root");
        if (root.Contains("package.json"))
            return new BuildPlan(root.Contains("package-lock.json") ? "npm ci" : "npm install", "npm test", ".", "package.json at the root");
        return null;
    }
}
