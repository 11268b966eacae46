using System.Globalization;
using System.Text;

namespace Tarmac.Model.Runbooks;

/// <summary>Every property a runbook may have, in the order a runbook is best read; the only place they are declared.</summary>
public static class RunbookProperties
{
    private static readonly string[] Processes = Enum.GetNames<ProcessType>();

    public static IReadOnlyList<RunbookProperty> All { get; } =
    [
        Of("code", "Code", "general", RunbookType.Code, "The system's code: lower-case words joined by dashes, never changed."),
        Of("primaryURL", "Primary URL", "general", RunbookType.Url, "The main address the system serves."),
        Choice<ServiceTier>("serviceTier", "Service tier", "general", "The support promised: Platinum, Gold, Silver, Bronze or Unsupported."),
        Choice<SystemLifecycle>("lifecycleStage", "Lifecycle stage", "general", "How far the system is through its life."),
        Of("description", "Description", "general", RunbookType.Paragraph, "What the system does and why, as its users see it."),

        Refers("deliveredBy", "Delivered by team", "ownership", "Team", many: false, "The team that builds it."),
        Refers("supportedBy", "Supported by team", "ownership", "Team", many: false, "The team that is called when it breaks."),
        Refers("technicalOwner", "Technical owner", "ownership", "Person", many: false, "The person who answers for its technology."),
        Refers("knownAboutBy", "Known about by", "ownership", "Person", many: true, "People who know it well, also when they have moved on."),
        Refers("stakeholders", "Stakeholders", "ownership", "Person", many: true, null) with { OwnedElsewhere = true },

        Of("hostPlatform", "Host platform", "technicalOverview", RunbookType.Word, "Where it runs."),
        Of("architecture", "Architecture", "technicalOverview", RunbookType.Document, "The parts, how requests and data flow through them, and what each part needs."),
        Of("apiDocumentationLink", "API documentation", "technicalOverview", RunbookType.Url, "Where its API is described."),
        Refers("repositories", "Source code repositories", "technicalOverview", "Repository", many: true, null) with { OwnedElsewhere = true },
        Of("architectureDiagram", "Architecture Diagram", "technicalOverview", RunbookType.Document, null) with { ReplacedBy = "architecture" },

        Refers("dependencies", "Dependencies", "network", "System", many: true, "The systems it calls directly; say under each what happens when that one is gone."),
        Refers("dependents", "Dependents", "network", "System", many: true, null) with { OwnedElsewhere = true },
        Refers("recursiveDependencies", "Recursive dependencies", "network", "System", many: true, null) with { OwnedElsewhere = true },
        Refers("recursiveDependents", "Recursive dependents", "network", "System", many: true, null) with { OwnedElsewhere = true },
        Refers("dependentProducts", "Dependent products", "network", "Product", many: true, null) with { OwnedElsewhere = true },
        Refers("recursiveDependentProducts", "Recursive dependent products", "network", "Product", many: true, null) with { OwnedElsewhere = true },
        Refers("dependentCapabilities", "Dependent capabilities", "network", "BusinessCapability", many: true, null) with { OwnedElsewhere = true },
        Refers("installsPackages", "Installs packages", "network", "Package", many: true, "Shared packages it is built from."),
        Refers("replaces", "Replaces systems", "network", "System", many: true, "Systems it replaces, at least in part."),
        Refers("replacedBy", "Replaced by systems", "network", "System", many: true, null) with { OwnedElsewhere = true },

        Of("firstLineTroubleshooting", "First line troubleshooting", "troubleshooting", RunbookType.Document,
            "What somebody who has never seen the system can try, step by step, before waking the team."),
        Of("secondLineTroubleshooting", "Second line troubleshooting", "troubleshooting", RunbookType.Document,
            "How the team itself finds and mends what is wrong: where to look, what is usual, what to restart and in what order."),
        Of("troubleshooting", "Troubleshooting", "troubleshooting", RunbookType.Document, null) with { ReplacedBy = "firstLineTroubleshooting" },

        Of("monitoring", "Bespoke Monitoring", "monitoring", RunbookType.Document, "Dashboards, logs and alerts, what each shows and what is normal."),
        Refers("healthchecks", "Healthchecks", "monitoring", "Healthcheck", many: true, "The health checks that watch it."),
        Refers("monitoredBy", "Monitored by", "monitoring", "Healthcheck", many: true, null) with { ReplacedBy = "healthchecks" },

        Choice<FailoverArchitecture>("failoverArchitectureType", "Type of Failover Architecture", "failover", "What stands ready when one place fails."),
        Process("failoverProcessType", "Type of Failover Process", "failover", "How failing over is done."),
        Process("failbackProcessType", "Type of Failback Process", "failover", "How failing back is done."),
        Of("failoverDetails", "Failover Details", "failover", RunbookType.Document, "The steps to fail over and back, or why there are none."),

        Process("dataRecoveryProcessType", "Type of Data Recovery Process", "dataRecovery", "How lost data is brought back."),
        Of("dataRecoveryDetails", "Data Recovery Details", "dataRecovery", RunbookType.Document, "The steps to restore its data, how old the backup may be, or why there is nothing to restore."),

        Process("releaseProcessType", "Type of Release Process", "release", "How a release is made."),
        Process("rollbackProcessType", "Type of Rollback Process", "release", "How a release is undone."),
        Of("releaseDetails", "Release Details", "release", RunbookType.Document, "The steps to release and to roll back."),
        Of("herokuPipelineName", "Heroku pipeline Name", "release", RunbookType.Code, null),

        Process("keyManagementProcessType", "Type of Key Management Process", "keyManagement", "How keys are created and rotated."),
        Of("keyManagementDetails", "Key Management Details", "keyManagement", RunbookType.Document, "Which keys and secrets it uses and the steps to rotate each."),
        Process("credentialsRefreshProcessType", "Type of Credentials Refresh Process", "keyManagement", null) with { ReplacedBy = "keyManagementProcessType" },
        Of("credentialsRefreshDetails", "Credentials Refresh Details", "keyManagement", RunbookType.Document, null) with { ReplacedBy = "keyManagementDetails" },

        Of("containsPersonalData", "Does this system handle Personal Data?", "dataGovernance", RunbookType.YesNo, "Yes when it handles data by which a person can be identified."),
        Of("containsSensitiveData", "Does this system handle Sensitive Data?", "dataGovernance", RunbookType.YesNo, "Yes when it handles special categories of personal data, such as health."),
        Of("canDownloadPersonalData", "Downloadable personal data", "dataGovernance", RunbookType.YesNo, "Yes when its users can download personal data."),
        Of("canContactIndividuals", "Contactable individuals", "dataGovernance", RunbookType.YesNo, "Yes when people can be contacted through it."),
        Refers("piiDestinations", "PII destinations", "dataGovernance", "System", many: true, "Systems that take personal data from it."),
        Of("risk", "Data - more information", "dataGovernance", RunbookType.Paragraph, "What kind of data it holds and what could go wrong with it."),
        Refers("dataOwner", "GDPR data owner", "dataGovernance", "Person", many: false, null) with { OwnedElsewhere = true },
        Of("gdprRetentionProcess", "Retention process", "dataGovernance", RunbookType.Word, null) with { OwnedElsewhere = true },
        Of("gdprErasureProcess", "Erasure process", "dataGovernance", RunbookType.Word, null) with { OwnedElsewhere = true },
        Refers("piiSources", "PII sources", "dataGovernance", "System", many: true, null) with { OwnedElsewhere = true },
        Refers("updatesData", "Updates data", "dataGovernance", "AuditableData", many: true, null) with { OwnedElsewhere = true },

        Of("lastServiceReviewDate", "Last review date", "review", RunbookType.Word, null) with { OwnedElsewhere = true },
        Of("sosTrafficLight", "SOS Traffic light", "review", RunbookType.Word, null) with { OwnedElsewhere = true },
        Of("lastSOSReport", "Last SOS Report", "review", RunbookType.Url, null) with { OwnedElsewhere = true },
        Of("SF_ID", "Salesforce ID", "review", RunbookType.Word, null) with { OwnedElsewhere = true },
        Of("runbookMdUrl", "Runbook URL", "review", RunbookType.Url, null) with { OwnedElsewhere = true },

        Of("moreInformation", "More Information", "moreInformation", RunbookType.Document, "Anything else worth knowing at three in the morning."),
    ];

    private static readonly Dictionary<string, RunbookProperty> ByKey = All
        .SelectMany(property => new[] { (Key: Normalise(property.Name), property), (Key: Normalise(property.Label), property) })
        .DistinctBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.property, StringComparer.Ordinal);

    /// <summary>Finds a property by its name or label; case, spaces and Unicode form do not matter.</summary>
    public static RunbookProperty? Find(string heading) => ByKey.GetValueOrDefault(Normalise(heading));

    // By hand, because invariant globalization has no Unicode compatibility forms; all names here are ASCII.
    internal static string Normalise(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (char.IsWhiteSpace(character) || char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.NonSpacingMark) continue;
            var folded = character is >= '\uFF01' and <= '\uFF5E' ? (char)(character - FullWidth) : character;
            result.Append(char.ToLowerInvariant(folded));
        }
        return result.ToString();
    }

    private const int FullWidth = 0xFEE0;

    private static RunbookProperty Of(string name, string label, string group, RunbookType type, string? hint) => new(name, label, group, type) { Hint = hint };

    private static RunbookProperty Refers(string name, string label, string group, string to, bool many, string? hint) =>
        new(name, label, group, RunbookType.Reference) { RefersTo = to, Many = many, Hint = hint };

    private static RunbookProperty Choice<T>(string name, string label, string group, string hint) where T : struct, Enum =>
        new(name, label, group, RunbookType.Choice) { Choices = Enum.GetNames<T>(), Hint = hint };

    private static RunbookProperty Process(string name, string label, string group, string? hint) =>
        new(name, label, group, RunbookType.Choice) { Choices = Processes, Hint = hint };
}
