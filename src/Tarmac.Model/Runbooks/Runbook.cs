using System.Text.RegularExpressions;
using Tarmac.Model.Problems;

namespace Tarmac.Model.Runbooks;

/// <summary>
/// A RUNBOOK.md as read. A property that is not there is null or an empty list, never a default: what a runbook leaves out
/// may be known from the catalog and must not be overwritten.
/// </summary>
/// <param name="File">The file as its author knows it.</param>
/// <param name="Name">The H1; null when there is none.</param>
/// <param name="Description">The text under the name as Markdown; null when there is none.</param>
/// <param name="Sections">Every H2 that has a text, in the order of the file, unknown and repeated ones too.</param>
/// <param name="Problems">What is wrong, by line.</param>
public sealed partial record Runbook(string File, string? Name, string? Description, IReadOnlyList<RunbookSection> Sections, IReadOnlyList<InputProblem> Problems)
{
    /// <summary>Longest runbook that is read, in characters.</summary>
    public const int MostCharacters = 512 * 1024;

    /// <summary>Reads a runbook. Never throws for any text.</summary>
    public static Runbook Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new RunbookParser(file).Parse(text);
    }

    /// <summary>True for every path that ends in <c>runbook.md</c>, whatever the case and whatever stands before it.</summary>
    public static bool IsRunbookPath(string path) => RunbookPath().IsMatch(path);

    /// <summary>The system's code when the file is called <c>CODE_RUNBOOK.md</c>; else null.</summary>
    public static string? CodeOfPath(string path) => CodePath().Match(path) is { Success: true } match ? match.Groups["code"].Value : null;

    /// <summary>The section of a property, by its name; of repeated ones the first. Null when there is none.</summary>
    public RunbookSection? this[string property] => Sections.FirstOrDefault(section => section.Property?.Name == property);

    public string? Code => Word("code");

    public Uri? PrimaryUrl => this["primaryURL"]?.Url;

    public ServiceTier? ServiceTier => Choice<ServiceTier>("serviceTier");

    public SystemLifecycle? Lifecycle => Choice<SystemLifecycle>("lifecycleStage");

    public string? HostPlatform => Word("hostPlatform");

    public string? DeliveredBy => One("deliveredBy");

    public string? SupportedBy => One("supportedBy");

    public string? TechnicalOwner => One("technicalOwner");

    public IReadOnlyList<RunbookReference> KnownAboutBy => Many("knownAboutBy");

    public IReadOnlyList<RunbookReference> Dependencies => Many("dependencies");

    public IReadOnlyList<RunbookReference> Healthchecks => Many("healthchecks");

    public FailoverArchitecture? FailoverArchitecture => Choice<FailoverArchitecture>("failoverArchitectureType");

    public ProcessType? FailoverProcess => Choice<ProcessType>("failoverProcessType");

    public ProcessType? FailbackProcess => Choice<ProcessType>("failbackProcessType");

    public ProcessType? DataRecoveryProcess => Choice<ProcessType>("dataRecoveryProcessType");

    public ProcessType? ReleaseProcess => Choice<ProcessType>("releaseProcessType");

    public ProcessType? RollbackProcess => Choice<ProcessType>("rollbackProcessType");

    public ProcessType? KeyManagementProcess => Choice<ProcessType>("keyManagementProcessType");

    public bool? ContainsPersonalData => this["containsPersonalData"]?.YesNo;

    public bool? ContainsSensitiveData => this["containsSensitiveData"]?.YesNo;

    private string? Word(string property) => this[property]?.PlainText is { Length: > 0 } text ? text : null;

    private T? Choice<T>(string property) where T : struct, Enum => Enum.TryParse<T>(this[property]?.Choice, out var value) ? value : null;

    private string? One(string property) => this[property]?.References is [var only, ..] ? only.Code : null;

    private IReadOnlyList<RunbookReference> Many(string property) => this[property]?.References ?? [];

    [GeneratedRegex(@"runbook\.md\z", RegexOptions.IgnoreCase)]
    private static partial Regex RunbookPath();

    [GeneratedRegex(@"(?:\A|[/\\])(?<code>[a-z0-9]+(?:-[a-z0-9]+)*)_runbook\.md\z", RegexOptions.IgnoreCase)]
    private static partial Regex CodePath();
}
