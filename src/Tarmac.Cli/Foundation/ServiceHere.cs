using System.Text.RegularExpressions;
using Tarmac.Model.Catalog;
using Tarmac.Workloads;

namespace Tarmac.Cli.Foundation;

/// <summary>Which service a command means when it names none: the one whose repository the working directory is in.</summary>
internal static partial class ServiceHere
{
    private const long LargestFile = 1_000_000;

    [GeneratedRegex(@"^\s*url\s*=\s*\S*/git/([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)\.git\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex RemoteOfOurs { get; }

    /// <exception cref="CliProblem">None was named, and this is not a service's repository.</exception>
    public static string Or(string? named) => named ?? Find(Directory.GetCurrentDirectory()) ?? throw new CliProblem(
        ExitCode.WrongUsage, CliCodes.ServiceUnknownHere, "Which service?", "None is named, and neither score.yaml nor catalog-info.yaml nor a git remote says which one this folder is.",
        "Name it, or run the command in the service's repository.");

    public static string? Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (FromScore(Path.Combine(at.FullName, "score.yaml")) is { } workload) return workload;
            if (FromCatalog(Path.Combine(at.FullName, "catalog-info.yaml")) is { } component) return component;
            var git = Path.Combine(at.FullName, ".git");
            if (FromRemote(Path.Combine(git, "config")) is { } remote) return remote;
            // Beyond the root of a repository it is somebody else's folder.
            if (Directory.Exists(git) || File.Exists(git)) return null;
        }
        return null;
    }

    private static string? FromScore(string file) => Read(file) is { } text && Workload.Read(text).Workload is { } workload ? workload.Name : null;

    private static string? FromCatalog(string file) => Read(file) is { } text
        ? EntityReader.Read(text, file).Entities.FirstOrDefault(entity => entity.Ref.Kind.Equals("component", StringComparison.OrdinalIgnoreCase))?.Ref.Name
        : null;

    private static string? FromRemote(string file) => Read(file) is { } text && RemoteOfOurs.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    private static string? Read(string file)
    {
        var info = new FileInfo(file);
        return info.Exists && info.Length <= LargestFile ? File.ReadAllText(file) : null;
    }
}
