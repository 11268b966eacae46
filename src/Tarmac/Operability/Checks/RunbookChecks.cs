using Tarmac.Facts;

namespace Tarmac.Operability.Checks;

/// <summary>Its runbook helps somebody who has never seen it, and says so in words rather than by being there.</summary>
internal static class RunbookChecks
{
    // Under this a section of real runbooks was an address and a greeting.
    private const int Steps = 25;
    private const int Words = 15;
    private const int Reason = 4;

    private static readonly (string Name, string[] Types, string Details)[] Processes =
    [
        ("Failover", ["failoverArchitectureType", "failoverProcessType", "failbackProcessType"], "failoverDetails"),
        ("Data recovery", ["dataRecoveryProcessType"], "dataRecoveryDetails"),
        ("Release", ["releaseProcessType", "rollbackProcessType"], "releaseDetails"),
        ("Key management", ["keyManagementProcessType"], "keyManagementDetails"),
    ];

    public static readonly IReadOnlyList<Check> All =
    [
        new("RBK-08", "runbook", "There is a runbook", "A RUNBOOK.md stands beside its descriptor and has a name.",
            "At three in the morning it is the one page everybody opens.",
            "Add a RUNBOOK.md beside catalog-info.yaml: a # heading with the name, then ## headings with the fields.",
            Severities.Of("E/E/W/W"), Present),
        new("RBK-01", "firstLineTroubleshooting", "First line can help itself", $"The first line section has {Steps} words or more of its own: symptoms, what to do, how to verify, when to escalate.",
            "Whoever is on call reads it alone, at night, maybe without the repository.",
            "Write the steps into the section itself; a link alone is not there when it is needed.",
            Severities.Of("E/E/W/I"), of => Section(of, "firstLineTroubleshooting", "First line troubleshooting", Steps)),
        new("RBK-02", "secondLineTroubleshooting", "Second line goes deeper", $"The second line section has {Steps} words or more of its own, beyond “see the README”.",
            "The team's experts need logs, usual causes and the order of restarts when the first line is through.",
            "Write where to look, what is usual, and what the last incident taught.",
            Severities.Of("E/W/I/I"), of => Section(of, "secondLineTroubleshooting", "Second line troubleshooting", Steps)),
        new("RBK-06", "architecture", "The architecture is described", $"The architecture section has {Words} words or more of its own.",
            "One cannot reason about a failure of parts one does not know.",
            "Describe the parts, how requests and data flow through them, and what each needs.",
            Severities.Of("W/W/I/I"), of => Section(of, "architecture", "Architecture", Words)),
        new("OBS-06", "monitoring", "Monitoring is described", $"The monitoring section has {Words} words or more of its own.",
            "An alarm or a graph nobody can read is noise.",
            "Say what is watched, where one sees it, and what is normal.",
            Severities.Of("W/W/I/I"), of => Section(of, "monitoring", "Monitoring", Words)),
        new("RBK-07", "failover", "Each process has its details", "Failover, data recovery, release and key management each have a type and details; NotApplicable and None have their reason.",
            "“Manual” without the steps, or “none” without the reason, helps nobody in the middle of it.",
            "Choose a type for each and write the steps, or why there are none.",
            Severities.Of("E/W/W/I"), ProcessDetails),
        new("DAT-02", "piiData", "Personal data: answered", "The runbook answers whether it handles personal and sensitive data.",
            "The law asks at every tier, and an answer given in an incident comes too late.",
            "Write Yes or No under “Contains Personal Data” and “Contains Sensitive Data”.",
            Severities.Of("C/C/C/C"), PersonalData),
    ];

    private static Verdict Present(Examined of) => of.Runbook switch
    {
        null => Verdict.Unknown("Nobody has looked for a runbook yet."),
        { File: null } => Verdict.Failing("There is no RUNBOOK.md beside its descriptor.", of.FromRunbook, FixPlaces.Runbook(of)),
        { Name: null } => Verdict.Failing("The runbook has no name: no # heading.", of.FromRunbook, FixPlaces.Runbook(of)),
        _ => Verdict.Ok($"It is in {of.Runbook.File}.", of.FromRunbook),
    };

    private static Verdict Section(Examined of, string property, string label, int words)
    {
        if (of.Runbook is null) return Verdict.Unknown("Nobody has looked for a runbook yet.");
        var why = of.Runbook.File is null ? "There is no runbook." : of.Runbook.Sections.GetValueOrDefault(property) switch
        {
            null => $"{label} is not written.",
            { Placeholder: true } => $"{label} is a placeholder.",
            { LinkOnly: true } => $"{label} is nothing but a link.",
            var section when section.Words < words => $"{label} has {section.Words} of {words} words.",
            _ => null,
        };
        return why is null ? Verdict.Ok($"{label} is written.", of.FromRunbook) : Verdict.Failing(why, of.FromRunbook, FixPlaces.Runbook(of, property));
    }

    private static Verdict ProcessDetails(Examined of)
    {
        if (of.Runbook is not { } runbook) return Verdict.Unknown("Nobody has looked for a runbook yet.");
        if (runbook.File is null) return Verdict.Failing("There is no runbook.", of.FromRunbook, FixPlaces.Runbook(of));
        var missing = new List<(string Message, string Property)>();
        foreach (var (name, types, details) in Processes)
        {
            if (!types.Any(type => runbook.Sections.GetValueOrDefault(type)?.Choice is not null)) missing.Add(($"{name} has no type.", types[0]));
            else if (runbook.Sections.GetValueOrDefault(details) is not { Placeholder: false, Words: >= Reason }) missing.Add(($"{name} has a type but no details.", details));
        }
        return missing.Count == 0
            ? Verdict.Ok("Failover, data recovery, release and key management have their details.", of.FromRunbook)
            : Verdict.Failing(string.Join(" ", missing.Select(each => each.Message)), of.FromRunbook, FixPlaces.Runbook(of, missing[0].Property));
    }

    private static Verdict PersonalData(Examined of)
    {
        if (of.Runbook is not { } runbook) return Verdict.Unknown("Nobody has looked for a runbook yet.");
        if (runbook.File is null) return Verdict.Failing("There is no runbook to answer it.", of.FromRunbook, FixPlaces.Runbook(of, "containsPersonalData"));
        var open = ((string[])["containsPersonalData", "containsSensitiveData"]).Where(property => runbook.Sections.GetValueOrDefault(property)?.Yes is null).ToList();
        return open.Count == 0
            ? Verdict.Ok($"Personal data: {Answer("containsPersonalData")}. Sensitive data: {Answer("containsSensitiveData")}.", of.FromRunbook)
            : Verdict.Failing(
                $"Nobody has said whether it handles {string.Join(" or ", open.Select(property => property == "containsPersonalData" ? "personal data" : "sensitive data"))}.",
                of.FromRunbook, FixPlaces.Runbook(of, open[0]));

        string Answer(string property) => runbook.Sections[property].Yes == true ? "yes" : "no";
    }
}
