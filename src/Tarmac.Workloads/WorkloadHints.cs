using System.Text.RegularExpressions;
using Tarmac.Model.Problems;
using Tarmac.Model.Yaml;

namespace Tarmac.Workloads;

/// <summary>What a service may tell Tarmac beyond Score, in annotations. Null means: not said, use the default.</summary>
/// <param name="Build">Shell command that makes the output folder.</param>
/// <param name="Test">Shell command that must succeed.</param>
/// <param name="Output">Folder that is the artifact, relative to the repository.</param>
/// <param name="StartTimeout">How long it may take until ready.</param>
/// <param name="DrainTimeout">How long requests in flight may take when it is replaced.</param>
/// <param name="ReadinessPath">HTTP path that answers 200 when ready; the readiness probe of the Score file says the same to everybody.</param>
public sealed partial record WorkloadHints(
    string? Build, string? Test, string? Output, TimeSpan? StartTimeout, TimeSpan? DrainTimeout, string? ReadinessPath)
{
    public const string Prefix = "tarmac.dev/";

    private const string BuildName = Prefix + "build", TestName = Prefix + "test", OutputName = Prefix + "output",
        StartTimeoutName = Prefix + "start-timeout", DrainTimeoutName = Prefix + "drain-timeout", ReadinessPathName = Prefix + "readiness-path";

    private static readonly string[] Names = [BuildName, TestName, OutputName, StartTimeoutName, DrainTimeoutName, ReadinessPathName];

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    [GeneratedRegex(@"^(?<number>\d{1,7})(?<unit>ms|s|m)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration { get; }

    [GeneratedRegex(@"^/[^\s\x00-\x1f\\]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex UrlPath { get; }

    internal static WorkloadHints Read(YamlFields? annotations, List<InputProblem> warnings)
    {
        if (annotations is null) return new WorkloadHints(null, null, null, null, null, null);
        foreach (var entry in annotations.Mapping.Entries)
        {
            if (!entry.Key.StartsWith(Prefix, StringComparison.Ordinal) || Names.Contains(entry.Key, StringComparer.Ordinal)) continue;
            warnings.Add(new InputProblem(WorkloadCodes.Unknown, $"`{entry.Key}` is not an annotation Tarmac knows in a Score file; it is ignored.",
                annotations.File, entry.Line, entry.Column, annotations.PathOf(entry.Key), $"Tarmac knows {string.Join(", ", Names)}."));
        }
        return new WorkloadHints(
            Command(annotations, BuildName), Command(annotations, TestName), OutputFolder(annotations),
            Timeout(annotations, StartTimeoutName), Timeout(annotations, DrainTimeoutName), Path(annotations));
    }

    private static string? Value(YamlFields annotations, string name) =>
        annotations.Mapping[name] is YamlScalar { IsText: true } scalar ? scalar.Text : null;

    private static string? Command(YamlFields annotations, string name)
    {
        if (Value(annotations, name) is not { } command) return null;
        if (!string.IsNullOrWhiteSpace(command) && !command.Contains('\0', StringComparison.Ordinal)) return command;
        annotations.WrongValue(name, $"`{name}` is empty.", "Give a shell command, or remove the annotation to build by convention.");
        return null;
    }

    private static string? OutputFolder(YamlFields annotations)
    {
        if (Value(annotations, OutputName) is not { } folder) return null;
        var trimmed = folder.TrimEnd('/');
        var safe = trimmed.Length > 0 && !trimmed.StartsWith('/')
            && trimmed.Split('/').All(part => part is not ("" or ".." or ".git") && (part != "." || trimmed == "."))
            && !trimmed.Any(letter => char.IsControl(letter) || letter == '\\');
        if (safe) return trimmed;
        annotations.WrongValue(OutputName, $"\"{folder}\" is not a folder inside the repository.",
            "Name a folder by its path from the repository's root, for example out.");
        return null;
    }

    private static TimeSpan? Timeout(YamlFields annotations, string name)
    {
        if (Value(annotations, name) is not { } text) return null;
        if (Duration.Match(text) is { Success: true } match)
        {
            var number = int.Parse(match.Groups["number"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
            var span = match.Groups["unit"].Value switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                _ => TimeSpan.FromMinutes(number),
            };
            if (span > TimeSpan.Zero && span <= LongestTimeout) return span;
        }
        annotations.WrongValue(name, $"\"{text}\" is not a time from 1ms to 60m.", "Write a whole number and ms, s or m, for example 90s.");
        return null;
    }

    internal static bool IsUrlPath(string text) => UrlPath.IsMatch(text) && !text.StartsWith("//", StringComparison.Ordinal);

    private static string? Path(YamlFields annotations)
    {
        if (Value(annotations, ReadinessPathName) is not { } path) return null;
        if (IsUrlPath(path)) return path;
        annotations.WrongValue(ReadinessPathName, $"\"{path}\" is not the path of a URL.", "Begin it with one slash, for example /health/ready.");
        return null;
    }
}
