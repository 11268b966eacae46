using System.Collections.Frozen;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>
/// Everything in the catalog at one revision, in memory. Never changes: a change makes a new one, and readers who hold an
/// old one keep a consistent view. Every reference is taken in any case; lists are in a stable order.
/// </summary>
public sealed class CatalogIndex
{
    public static readonly CatalogIndex Empty = new([], 0, DateTimeOffset.UnixEpoch);

    private readonly Dictionary<string, CatalogEntry> byRef;
    private readonly Dictionary<string, List<RelationEnd>> relations;
    private readonly ILookup<string?, CatalogProblem> problemsOf;
    private readonly FrozenDictionary<string, IReadOnlyList<string>> teamsOf;

    public CatalogIndex(IReadOnlyList<SourceState> sources, long revision, DateTimeOffset asOf)
    {
        Revision = revision;
        AsOf = asOf;
        Sources = [.. sources.OrderBy(source => source.Source.Kind).ThenBy(source => source.Source.Name, StringComparer.Ordinal)];
        var declared = sources.SelectMany(source => source.Entries).ToLookup(entry => entry.Ref);
        byRef = new Dictionary<string, CatalogEntry>(declared.Count, StringComparer.OrdinalIgnoreCase);
        var conflicts = new List<CatalogProblem>();
        foreach (var same in declared)
        {
            var holder = CatalogRules.Winner(same);
            byRef.Add(same.Key, holder);
            foreach (var other in same)
            {
                if (other == holder) continue;
                conflicts.Add(new(holder.Source.Name, holder.Entity.Ref, CatalogRules.Conflict(holder, other, mineHolds: true)));
                conflicts.Add(new(other.Source.Name, other.Entity.Ref, CatalogRules.Conflict(other, holder, mineHolds: false)));
            }
        }
        All = [.. byRef.Values.OrderBy(entry => entry.Ref, StringComparer.Ordinal)];
        Problems = [.. Sources.SelectMany(source => source.Problems), .. conflicts];
        problemsOf = Problems.ToLookup(problem => problem.Entity?.ToString());
        relations = Relate();
        teamsOf = Memberships();
    }

    /// <summary>The revision of the event log that this state belongs to.</summary>
    public long Revision { get; }

    /// <summary>When the catalog last changed.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>Every entity, by reference.</summary>
    public IReadOnlyList<CatalogEntry> All { get; }

    public IReadOnlyList<SourceState> Sources { get; }

    /// <summary>What is wrong in the sources, clashes between them included.</summary>
    public IReadOnlyList<CatalogProblem> Problems { get; }

    /// <summary>The entity of a full reference such as <c>component:default/vouchers</c>.</summary>
    public CatalogEntry? Find(string reference) => byRef.GetValueOrDefault(reference);

    public CatalogEntry? Find(EntityRef reference) => byRef.GetValueOrDefault(reference.ToString());

    public CatalogEntry? Find(string kind, string entityNamespace, string name) => byRef.GetValueOrDefault($"{kind}:{entityNamespace}/{name}");

    public bool Exists(string reference) => byRef.ContainsKey(reference);

    /// <summary>The relations of an entity, both those it declares and those that follow from others; also of one that is only referred to.</summary>
    public IReadOnlyList<RelationEnd> RelationsOf(string reference) => relations.TryGetValue(reference, out var ends) ? ends : [];

    /// <summary>The entities at the other end of one type of relation, as far as they exist.</summary>
    public IEnumerable<CatalogEntry> Related(string reference, string type) => RelationsOf(reference)
        .Where(end => end.Type == type && end.Exists).Select(end => byRef[end.Target.ToString()]);

    public IReadOnlyList<CatalogProblem> ProblemsOf(string reference) => [.. problemsOf[reference.ToLowerInvariant()]];

    public RunbookFile? RunbookOf(string reference) => Find(reference)?.Runbook;

    /// <summary>The canonical reference of the owner an entity names, whether or not the catalog knows that owner.</summary>
    public string? OwnerOf(string reference) => Find(reference)?.Owner;

    public Ownership OwnershipOf(CatalogEntry entry) => CatalogRules.OwnershipOf(entry.Entity, Exists);

    public string DisplayName(string reference) => Find(reference) is { } entry ? entry.Title
        : EntityRef.TryParse(reference, null, null, out var parsed, out _) ? parsed.Name : reference;

    /// <summary>The groups whose rights a person has: stated by an organisation source, either by the person or by the group.</summary>
    public IReadOnlyList<string> TeamsOf(string person) => teamsOf.GetValueOrDefault(person.ToLowerInvariant(), []);

    /// <summary>All entities a group or person owns.</summary>
    public IReadOnlyList<CatalogEntry> OwnedBy(string owner) => [.. Related(owner, RelationTypes.OwnerOf)];

    /// <summary>A group with the groups and people around it; null when there is no such group.</summary>
    public Team? Team(string reference) => Find(reference) is { Entity.Kind: EntityKinds.Group } entry ? TeamOf(entry) : null;

    public IEnumerable<Team> Teams() => All.Where(entry => entry.Entity.Kind == EntityKinds.Group).Select(TeamOf);

    /// <summary>A page of what a query asks for, with totals and facets.</summary>
    public CatalogListing List(CatalogQuery query) => CatalogSearch.List(this, query);

    private Team TeamOf(CatalogEntry entry) => new(
        entry, [.. Ancestors(entry.Ref)],
        [.. Related(entry.Ref, RelationTypes.ParentOf)],
        [.. Related(entry.Ref, RelationTypes.HasMember).OrderBy(member => member.Title, StringComparer.OrdinalIgnoreCase)
            .Select(member => new TeamMember(member, TeamsOf(member.Ref).Contains(entry.Ref)))],
        OwnedBy(entry.Ref));

    // The nearest first. Files may declare a ring; each group is then named once.
    private IEnumerable<CatalogEntry> Ancestors(string reference)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { reference };
        for (var current = reference; Related(current, RelationTypes.ChildOf).FirstOrDefault() is { } parent && seen.Add(parent.Ref); current = parent.Ref)
            yield return parent;
    }

    private Dictionary<string, List<RelationEnd>> Relate()
    {
        var ends = new Dictionary<string, List<RelationEnd>>(byRef.Count, StringComparer.OrdinalIgnoreCase);
        var declared = new HashSet<Relation>();
        foreach (var entry in All)
            foreach (var relation in entry.Relations)
                if (declared.Add(relation)) Add(ends, entry.Ref, new RelationEnd(relation.Type, relation.To, true, Exists(relation.To.ToString())));
        // A relation that both ends declare is one relation.
        foreach (var reversed in declared.Select(relation => relation.Reversed()).Where(reversed => !declared.Contains(reversed)))
            Add(ends, reversed.From.ToString(), new RelationEnd(reversed.Type, reversed.To, false, true));
        return ends;
    }

    private static void Add(Dictionary<string, List<RelationEnd>> ends, string of, RelationEnd end)
    {
        if (!ends.TryGetValue(of, out var list)) ends[of] = list = [];
        list.Add(end);
    }

    private FrozenDictionary<string, IReadOnlyList<string>> Memberships()
    {
        var pairs = new HashSet<(string Person, string Team)>();
        foreach (var entry in All.Where(entry => entry.Source.GivesRights))
            foreach (var relation in entry.Relations)
            {
                if (relation.Type is not (RelationTypes.MemberOf or RelationTypes.HasMember)) continue;
                var (person, team) = relation.Type == RelationTypes.MemberOf ? (entry.Ref, relation.To.ToString()) : (relation.To.ToString(), entry.Ref);
                pairs.Add((person, team));
            }
        return pairs.GroupBy(pair => pair.Person).ToFrozenDictionary(
            person => person.Key, person => (IReadOnlyList<string>)[.. person.Select(pair => pair.Team).Order(StringComparer.Ordinal)]);
    }
}

/// <summary>A group and what is around it.</summary>
/// <param name="Ancestors">The group it is part of, that one's, and so on.</param>
public sealed record Team(
    CatalogEntry Entry, IReadOnlyList<CatalogEntry> Ancestors, IReadOnlyList<CatalogEntry> Children, IReadOnlyList<TeamMember> Members,
    IReadOnlyList<CatalogEntry> Owns)
{
    public CatalogEntry? Parent => Ancestors.Count > 0 ? Ancestors[0] : null;
}

/// <param name="HasRights">True when an organisation source says so; otherwise the membership is only told.</param>
public sealed record TeamMember(CatalogEntry Person, bool HasRights);
