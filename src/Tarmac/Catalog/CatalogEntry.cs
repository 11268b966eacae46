using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>Why a source is read; the order is the order of precedence when two declare one entity.</summary>
public enum SourceKind
{
    /// <summary>Named by the operator as the organisation: the only kind whose groups and users give rights.</summary>
    Organisation,

    /// <summary>Tarmac itself: repositories, routes and instances it made.</summary>
    Tarmac,

    /// <summary>Named by the operator when the platform was started.</summary>
    Catalog,

    /// <summary>Added while it ran.</summary>
    Added,

    /// <summary>Files handed in by another part of the platform, such as those of a pushed commit.</summary>
    Provided,

    /// <summary>A git repository that somebody registered.</summary>
    Git,

    /// <summary>A descriptor on the web that somebody registered.</summary>
    Url,

    /// <summary>Files that tools push to a source that somebody registered.</summary>
    Push,

    /// <summary>What people declare by forms.</summary>
    Manual,
}

/// <summary>A place that entities are read from.</summary>
/// <param name="Location">A path on this machine, or words for people when the files were handed in.</param>
/// <param name="GoneAt">When it was removed or no longer named; what only it declared is kept for a time as orphans.</param>
public sealed record CatalogSource(
    string Name, SourceKind Kind, string Location, string? Description, string AddedBy, DateTimeOffset AddedAt, DateTimeOffset? GoneAt = null)
{
    public bool GivesRights => Kind == SourceKind.Organisation && !IsGone;

    public bool IsGone => GoneAt is not null;
}

/// <summary>The RUNBOOK.md that belongs to an entity.</summary>
/// <param name="File">Where it is, from the root of its source.</param>
public sealed record RunbookFile(string File, string Text)
{
    private string? tier;

    /// <summary>The service tier it names; null when it names none.</summary>
    public string? Tier
    {
        get
        {
            // Empty stands for none. Parsing is worth it only where the words are there at all.
            tier ??= Text.Contains("service tier", StringComparison.OrdinalIgnoreCase) ? Model.Runbooks.Runbook.Parse(Text, File).ServiceTier?.ToString() ?? "" : "";
            return tier.Length == 0 ? null : tier;
        }
    }

    public bool Equals(RunbookFile? other) => other is not null && File == other.File && Text == other.Text;

    public override int GetHashCode() => HashCode.Combine(File, Text);
}

/// <summary>Something wrong in a source, and the entity it keeps from being read, when that can be told.</summary>
public sealed record CatalogProblem(string Source, EntityRef? Entity, InputProblem Problem);

/// <summary>How a source did when it was last read.</summary>
/// <param name="Error">Why it could not be read at all; its entities are then those of the last time.</param>
public sealed record SourceState(
    CatalogSource Source, DateTimeOffset? ReadAt, string? Error, int Files, long Revision,
    IReadOnlyList<CatalogEntry> Entries, IReadOnlyList<CatalogProblem> Problems)
{
    /// <summary>How many documents were refused.</summary>
    public int Refused => Problems.Select(problem => (problem.Problem.File, problem.Entity, problem.Entity is null ? problem.Problem.Line : null)).Distinct().Count();

    public string Health => Source.IsGone ? "gone" : Error is not null ? "unreadable" : Problems.Count > 0 ? "problems" : "ok";
}

/// <summary>Whether something has an owner one can turn to.</summary>
public enum Ownership
{
    /// <summary>Owned by a group or person the catalog knows.</summary>
    Known,

    /// <summary>Names an owner that the catalog does not know.</summary>
    Unknown,

    /// <summary>Names none.</summary>
    Missing,

    /// <summary>People, groups and locations are not owned.</summary>
    NotOwned,
}

/// <summary>One entity as one source declares it. Immutable.</summary>
public sealed class CatalogEntry
{
    public const string TierAnnotation = "tarmac.dev/service-tier";

    public required Entity Entity { get; init; }

    public required CatalogSource Source { get; init; }

    /// <summary>The hash of the document and its runbook.</summary>
    public required string Hash { get; init; }

    /// <summary>When this source first declared it.</summary>
    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The revision at which this source first declared it: among equals the lowest holds the entity.</summary>
    public required long Claim { get; init; }

    /// <summary>True when the file now says something that cannot be read, and this is the last good version.</summary>
    public required bool Stale { get; init; }

    public RunbookFile? Runbook { get; init; }

    /// <summary>Since when no source declares it any more; null while one does.</summary>
    public DateTimeOffset? OrphanSince => Source.GoneAt;

    /// <summary>The same declaration in another state: of a source that is described anew, or with another claim.</summary>
    internal CatalogEntry In(CatalogSource source, long? claim = null) => new()
    {
        Entity = Entity,
        Source = source,
        Hash = Hash,
        Since = Since,
        ChangedAt = ChangedAt,
        Claim = claim ?? Claim,
        Stale = Stale,
        Runbook = Runbook,
    };

    public string Ref => Entity.Ref.ToString();

    public string Name => Entity.Metadata.Name;

    /// <summary>What to call it on a page.</summary>
    public string Title => Entity.DisplayName;

    public string? Owner => field ??= Entity.Owner?.ToString();

    // Empty stands for none, which is worth remembering too.
    public string? System => (field ??= CatalogRules.SystemOf(Relations) ?? "") is { Length: > 0 } system ? system : null;

    /// <summary>What the descriptor says, else what the runbook does; null when neither.</summary>
    public string? Tier => Entity.Metadata.Annotations.GetValueOrDefault(TierAnnotation) ?? Runbook?.Tier;

    internal IReadOnlyList<Relation> Relations => field ??= EntityRelations.Of(Entity);
}

/// <summary>A relation as one end sees it.</summary>
/// <param name="Declared">True when this end's own file says so; false when it follows from the other end's.</param>
/// <param name="Exists">Whether the other end is in the catalog.</param>
public sealed record RelationEnd(string Type, EntityRef Target, bool Declared, bool Exists);
