using System.Text.Json.Nodes;
using Tarmac.Catalog.Sources;
using Tarmac.Model.Runbooks;

namespace Tarmac.Catalog;

/// <summary>One line of a list.</summary>
public sealed record EntitySummary(
    string Ref, string Kind, string Namespace, string Name, string Title, string? Description, string? Type, string? Owner, string? OwnerTitle,
    string Ownership, string? Lifecycle, string? System, string? Tier, IReadOnlyList<string> Tags, string Source, bool Stale, bool HasRunbook, DateTimeOffset ChangedAt)
{
    public static EntitySummary Of(CatalogIndex index, CatalogEntry entry) => new(
        entry.Ref, entry.Entity.Kind, entry.Entity.Metadata.Namespace, entry.Name, entry.Title, entry.Entity.Metadata.Description, entry.Entity.Type,
        entry.Owner, entry.Owner is { } owner ? index.DisplayName(owner) : null, CatalogSearch.NameOf(index.OwnershipOf(entry)),
        entry.Entity.Lifecycle, entry.System, entry.Tier, entry.Entity.Metadata.Tags, entry.Source.Name, entry.Stale, entry.Runbook is not null, entry.ChangedAt);
}

/// <param name="Meant">The words that were looked for instead, when nothing is spelt like those asked for; else null.</param>
public sealed record EntityList(
    IReadOnlyList<EntitySummary> Items, int Total, IReadOnlyDictionary<string, IReadOnlyList<FacetValue>> Facets, string? Next, DateTimeOffset AsOf, long Revision, string? Meant);

/// <param name="Direction"><c>declared</c> when this entity's file says so, <c>inferred</c> when the other end's does.</param>
/// <param name="Kind"><c>declared</c>: files say so.</param>
/// <param name="DeclaredBy"><c>this</c> end, the <c>other</c>, or <c>both</c>.</param>
/// <param name="Origins">Where it is written.</param>
public sealed record RelationAnswer(string Type, string Target, string TargetTitle, string Direction, bool Exists, string Kind, string DeclaredBy, IReadOnlyList<RelationOrigin> Origins)
{
    internal static RelationAnswer Of(CatalogIndex index, CatalogEntry entry, RelationEnd end)
    {
        var origins = RelationOrigins.Of(index, entry, end);
        return new(end.Type, end.Target.ToString(), index.DisplayName(end.Target.ToString()), end.Declared ? "declared" : "inferred", end.Exists, RelationOrigins.Declared, RelationOrigins.By(end, origins), origins);
    }
}

/// <summary>Where an entity comes from.</summary>
/// <param name="Description">How the source is described, for example by a commit.</param>
/// <param name="Since">When this source first declared it.</param>
/// <param name="Stale">True when the file now says something that cannot be read; this is the last good version.</param>
/// <param name="OrphanSince">Since when no source declares it any more; null while one does.</param>
public sealed record OriginAnswer(string Source, string SourceKind, string Location, string? Description, string File, int Line, DateTimeOffset Since, DateTimeOffset ChangedAt, bool Stale, DateTimeOffset? OrphanSince);

public sealed record ProblemAnswer(string Source, string? Entity, string Code, string Message, string? File, int? Line, int? Column, string? Field, string? Cure, string Docs)
{
    public static ProblemAnswer Of(CatalogProblem found) => new(
        found.Source, found.Entity?.ToString(), found.Problem.Code, found.Problem.Message, found.Problem.File, found.Problem.Line, found.Problem.Column,
        found.Problem.Field, found.Problem.Cure, "/docs/errors/" + found.Problem.Code);
}

/// <param name="Sections">The headings of its sections that say something, in order.</param>
public sealed record RunbookAnswer(string File, int Characters, IReadOnlyList<string> Sections)
{
    public static RunbookAnswer? Of(RunbookFile? runbook) => runbook is null ? null : new(
        runbook.File, runbook.Text.Length,
        [.. Runbook.Parse(runbook.Text, runbook.File).Sections.Select(section => section.Heading)]);
}

/// <param name="Entity">The descriptor: apiVersion, kind, metadata, spec.</param>
public sealed record EntityAnswer(
    EntitySummary Summary, JsonObject Entity, IReadOnlyList<RelationAnswer> Relations, OriginAnswer Origin, IReadOnlyList<ProblemAnswer> Problems,
    RunbookAnswer? Runbook, DateTimeOffset AsOf, long Revision)
{
    public static EntityAnswer Of(CatalogIndex index, CatalogEntry entry) => new(
        EntitySummary.Of(index, entry), entry.Entity.ToJson(),
        [.. index.RelationsOf(entry.Ref).Select(end => RelationAnswer.Of(index, entry, end))],
        new(entry.Source.Name, Lower(entry.Source.Kind), entry.Source.Location, entry.Source.Description, entry.Entity.Origin.File, entry.Entity.Origin.Line, entry.Since, entry.ChangedAt, entry.Stale, entry.OrphanSince),
        [.. EntityFindings.Of(index, entry).Select(ProblemAnswer.Of)], RunbookAnswer.Of(entry.Runbook), index.AsOf, index.Revision);

    internal static string Lower(SourceKind kind) => kind.ToString().ToLowerInvariant();
}

/// <param name="Health"><c>ok</c>, <c>problems</c>, <c>gone</c> (its entities are orphans), or <c>unreadable</c>: then <paramref name="Error"/> says why and the entities are those of the last reading.</param>
/// <param name="ReadAt">When it last said something new.</param>
/// <param name="CheckedAt">When it was last asked whether it has news, since the platform started; for registered sources that are fetched.</param>
/// <param name="NextAt">When it is asked again.</param>
/// <param name="Owner">Who may change the registration; null for what is not registered.</param>
/// <param name="Kinds">The kinds of entities that may come from it; any when empty.</param>
public sealed record SourceAnswer(
    string Name, string Kind, string Location, string? Description, bool GivesRights, string Health, string? Error, DateTimeOffset? ReadAt,
    int Files, int Entities, int Refused, int Problems, string AddedBy, DateTimeOffset AddedAt, DateTimeOffset? CheckedAt, DateTimeOffset? NextAt, string? Owner, string? Branch, IReadOnlyList<string>? Patterns, IReadOnlyList<string>? Kinds)
{
    internal static SourceAnswer Of(CatalogIndex index, SourceState state, Registration? registered, SourceTurn? turn) => new(
        state.Source.Name, EntityAnswer.Lower(state.Source.Kind), state.Source.Location, state.Source.Description, state.Source.GivesRights, state.Health, state.Error, state.ReadAt,
        state.Files, state.Entries.Count, state.Refused, index.Problems.Count(problem => problem.Source == state.Source.Name), state.Source.AddedBy, state.Source.AddedAt,
        turn?.CheckedAt, turn?.NextAt, registered?.Owner, registered?.Branch, registered?.Patterns, registered?.Kinds);
}

public sealed record TeamSummary(string Ref, string Name, string Title, string? Type, string? Description, string? Parent, int Members, int Owns)
{
    public static TeamSummary Of(Team team) => new(
        team.Entry.Ref, team.Entry.Name, team.Entry.Title, team.Entry.Entity.Type, team.Entry.Entity.Metadata.Description, team.Parent?.Ref, team.Members.Count, team.Owns.Count);
}

/// <param name="HasRights">True when an organisation source says so; else the membership gives no rights.</param>
public sealed record MemberAnswer(string Ref, string Title, bool HasRights);

public sealed record NamedRef(string Ref, string Title);

public sealed record TeamAnswer(
    TeamSummary Summary, IReadOnlyList<NamedRef> Ancestors, IReadOnlyList<TeamSummary> Children, IReadOnlyList<MemberAnswer> Members, IReadOnlyList<EntitySummary> Owns,
    DateTimeOffset AsOf, long Revision)
{
    public static TeamAnswer Of(CatalogIndex index, Team team) => new(
        TeamSummary.Of(team), [.. team.Ancestors.Select(entry => new NamedRef(entry.Ref, entry.Title))],
        [.. team.Children.Select(child => index.Team(child.Ref)).OfType<Team>().Select(TeamSummary.Of)],
        [.. team.Members.Select(member => new MemberAnswer(member.Person.Ref, member.Person.Title, member.HasRights))],
        [.. team.Owns.Select(entry => EntitySummary.Of(index, entry))], index.AsOf, index.Revision);
}

/// <summary>What the command palette offers, the best first.</summary>
public sealed record SearchResults(IReadOnlyList<SearchResult> Results);

/// <summary>A line of the command palette.</summary>
/// <param name="Ref">Null for what is no entity: an action.</param>
public sealed record SearchResult(string Title, string Kind, string? Detail, string Href, string? Ref);
