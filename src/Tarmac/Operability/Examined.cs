using Tarmac.Catalog;
using Tarmac.Facts;
using Tarmac.Model.Runbooks;

namespace Tarmac.Operability;

/// <summary>A component with everything that checks may look at.</summary>
public sealed class Examined
{
    public Examined(CatalogEntry entry, CatalogIndex catalog, FactSet facts, DateTimeOffset now)
    {
        (Entry, Catalog, Facts, Now) = (entry, catalog, facts, now);
        RunbookFact = facts.Find(FactKeys.Runbook, Tarmac.Facts.RunbookFact.Source);
        Runbook = Tarmac.Facts.RunbookFact.Of(RunbookFact);
        // The descriptor's word counts before the runbook's.
        DeclaredTier = Read<ServiceTier>(entry.Tier) ?? Read<ServiceTier>(Runbook?.Sections.GetValueOrDefault("serviceTier")?.Choice);
        Lifecycle = entry.Entity.Lifecycle?.Trim().ToLowerInvariant() switch
        {
            "experimental" => SystemLifecycle.Preproduction,
            var other => Read<SystemLifecycle>(other),
        };
    }

    public CatalogEntry Entry { get; }

    public CatalogIndex Catalog { get; }

    public FactSet Facts { get; }

    public DateTimeOffset Now { get; }

    /// <summary>What its runbook says; null when nobody has looked.</summary>
    public RunbookFact? Runbook { get; }

    public Fact? RunbookFact { get; }

    /// <summary>Null when neither the descriptor nor the runbook says, or what they say is no tier.</summary>
    public ServiceTier? DeclaredTier { get; }

    /// <summary>The tier it is judged by.</summary>
    public ServiceTier Tier => DeclaredTier ?? ServiceTier.Bronze;

    /// <summary>Null when it names none of the known ones.</summary>
    public SystemLifecycle? Lifecycle { get; }

    /// <summary>Whether it is something that runs and answers, rather than something others build in or read.</summary>
    public bool Serves => Entry.Entity.Type?.ToLowerInvariant() is not ("library" or "documentation" or "template" or "package");

    public Evidence FromCatalog => new("catalog: " + Entry.Source.Name, Entry.ChangedAt, Entry.Stale);

    public Evidence FromRunbook => new($"{Runbook?.File ?? "RUNBOOK.md"} in {Entry.Source.Name}", RunbookFact?.ObservedAt, Entry.Stale);

    public Evidence From(Fact fact) => new(fact.Source, fact.ObservedAt, fact.IsStale(Now));

    private static T? Read<T>(string? text) where T : struct, Enum =>
        text is { Length: > 0 } && !char.IsAsciiDigit(text[0]) && Enum.TryParse<T>(text.Trim(), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}
