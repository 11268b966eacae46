namespace Tarmac.Model.Runbooks;

/// <summary>What a property's section holds.</summary>
public enum RunbookType { Code, Word, Url, Paragraph, Document, YesNo, Choice, Reference }

/// <summary>How much is promised, from most to none.</summary>
public enum ServiceTier { Platinum, Gold, Silver, Bronze, Unsupported }

/// <summary>How far a system is through its life.</summary>
public enum SystemLifecycle { Preproduction, Production, Deprecated, Discontinued, Decommissioned }

/// <summary>Who does the work of a process; NotApplicable asks for a reason in the details.</summary>
public enum ProcessType { FullyAutomated, PartiallyAutomated, Manual, NotApplicable, None }

/// <summary>What stands ready when one place fails.</summary>
public enum FailoverArchitecture { ActiveActive, ActivePassive, NotApplicable, None }

/// <summary>A property a runbook may have, from the System type of the Financial Times' Biz Ops schema.</summary>
/// <param name="Name">The name in lowerCamel case; a heading may use it or the label.</param>
/// <param name="Label">What people call it; the heading to write.</param>
/// <param name="Group">The group it is shown in.</param>
/// <param name="Type">What its section holds.</param>
public sealed record RunbookProperty(string Name, string Label, string Group, RunbookType Type)
{
    /// <summary>What to write, in one sentence, for a team that has not written it yet.</summary>
    public string? Hint { get; init; }

    /// <summary>True when the section is a bulleted list of references; false when it is a single one.</summary>
    public bool Many { get; init; }

    /// <summary>What a reference names: System, Team, Person, Healthcheck, Package, Product, Repository...</summary>
    public string? RefersTo { get; init; }

    /// <summary>The values of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>True when another source owns the value and a runbook's is not taken.</summary>
    public bool OwnedElsewhere { get; init; }

    /// <summary>For an old property, the name of the one that replaced it.</summary>
    public string? ReplacedBy { get; init; }
}
