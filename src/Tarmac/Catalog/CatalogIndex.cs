using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>
/// Everything in the catalog at one revision, in memory. Never changes: <see cref="With"/> makes the next one, which shares
/// what is the same, and readers who hold an old one keep a consistent view. Every reference is taken in any case; lists
/// are in a stable order. Fields, orders and words are indexed when they are first asked for and kept up to date from then on.
/// </summary>
public sealed partial class CatalogIndex
{
    public static readonly CatalogIndex Empty = new();

    // Every entity has a number while it exists; a number that became free is given again.
    private readonly CatalogEntry?[] entries = [];
    private readonly ImmutableStack<int> free = [];
    private readonly ReferenceMap<int> numbers = ReferenceMap<int>.Empty;

    // All declarations of what more than one source declares, the one that counts among them.
    private readonly ImmutableSortedDictionary<string, ImmutableArray<CatalogEntry>> rivals = ImmutableSortedDictionary.Create<string, ImmutableArray<CatalogEntry>>(StringComparer.Ordinal);

    // What others declare about an entity, by its reference; also about one that does not exist.
    private readonly ReferenceMap<ImmutableArray<Relation>> incoming = ReferenceMap<ImmutableArray<Relation>>.Empty;

    // Whoever asks for more of these than anybody means to waits for each anew.
    private const int MostKept = 128;

    private readonly ConcurrentDictionary<string, Lazy<FieldIndex>> fields = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<SortOrder>> orders = new(StringComparer.Ordinal);
    private readonly Lazy<FrozenDictionary<string, IReadOnlyList<string>>> teamsOf;
    private readonly Lazy<IReadOnlyList<CatalogProblem>> problems;
    private readonly Lazy<ILookup<string?, CatalogProblem>> problemsOf;
    private readonly Lazy<IReadOnlyList<CatalogEntry>> all;
    private readonly Lazy<FieldIndex> ownerships;
    private readonly Lazy<CatalogAnswerBytes> answers = new();
    private WordIndex? words;

    private CatalogIndex()
    {
        teamsOf = new(Memberships);
        problems = new(() => [.. Sources.SelectMany(source => source.Problems), .. Conflicts()]);
        problemsOf = new(() => Problems.ToLookup(problem => problem.Entity?.ToString()));
        all = new(() => Order("ref").Page(Everything, null, false, int.MaxValue, entries));
        ownerships = new(() => FieldIndex.Of(OwnershipNames, StringComparer.Ordinal, Numbered()));
    }

    /// <summary>The revision of the event log that this state belongs to.</summary>
    public long Revision { get; private init; }

    /// <summary>When the catalog last changed.</summary>
    public DateTimeOffset AsOf { get; private init; } = DateTimeOffset.UnixEpoch;

    public IReadOnlyList<SourceState> Sources { get; private init; } = [];

    public int Count => numbers.Count;

    /// <summary>Every entity, by reference.</summary>
    public IReadOnlyList<CatalogEntry> All => all.Value;

    /// <summary>What is wrong in the sources, clashes between them included.</summary>
    public IReadOnlyList<CatalogProblem> Problems => problems.Value;

    /// <summary>The entity of a full reference such as <c>component:default/vouchers</c>.</summary>
    public CatalogEntry? Find(string reference) => numbers.TryGetValue(reference, out var number) ? entries[number] : null;

    public CatalogEntry? Find(EntityRef reference) => Find(reference.ToString());

    public CatalogEntry? Find(string kind, string entityNamespace, string name) => Find($"{kind}:{entityNamespace}/{name}");

    /// <summary>The entity of a reference as people write it, or of its parts.</summary>
    /// <exception cref="Problem">There is none.</exception>
    public CatalogEntry Demand(string reference) => EntityRef.TryParse(reference, "component", null, out var parsed, out _) && Find(parsed) is { } entry ? entry
        : throw Problem.NotFound("entity", reference.ToLowerInvariant(), "GET /api/v1/catalog/entities?q=TEXT finds entities.");

    public CatalogEntry Demand(string kind, string entityNamespace, string name) => Find(kind, entityNamespace, name) ?? Demand($"{kind}:{entityNamespace}/{name}");

    public bool Exists(string reference) => numbers.ContainsKey(reference);

    /// <summary>Every declaration of an entity, the one that counts first; empty when there is none.</summary>
    public IReadOnlyList<CatalogEntry> DeclarationsOf(string reference) => rivals.TryGetValue(reference.ToLowerInvariant(), out var several) ? several : Find(reference) is { } only ? [only] : [];

    /// <summary>The entities of one kind, by reference.</summary>
    public IReadOnlyList<CatalogEntry> OfKind(string kind) => [.. Field("kind")[kind].Numbers().Select(number => entries[number]!).OrderBy(entry => entry.Ref, StringComparer.Ordinal)];

    public int CountOfKind(string kind, string? type = null) => type is null ? Field("kind")[kind].Count : Field("kind")[kind].CountCommon(Field("type")[type]);

    /// <summary>The relations of an entity, both those it declares and those that follow from others; also of one that is only referred to.</summary>
    public IReadOnlyList<RelationEnd> RelationsOf(string reference)
    {
        var declared = Find(reference)?.Relations ?? [];
        var ends = declared.Select(relation => new RelationEnd(relation.Type, relation.To, true, Exists(relation.To.ToString()))).ToList();
        if (!incoming.TryGetValue(reference, out var others)) return ends;
        // A relation that both ends declare is one relation.
        var known = declared.ToHashSet();
        var follow = others.Select(relation => relation.Reversed()).Where(reversed => known.Add(reversed)).Select(reversed => new RelationEnd(reversed.Type, reversed.To, false, true)).ToList();
        follow.Sort((a, b) => a.Target.CompareTo(b.Target) is var order && order != 0 ? order : string.CompareOrdinal(a.Type, b.Type));
        ends.AddRange(follow);
        return ends;
    }

    /// <summary>The entities at the other end of one type of relation, as far as they exist.</summary>
    public IEnumerable<CatalogEntry> Related(string reference, string type) => RelationsOf(reference)
        .Where(end => end.Type == type && end.Exists).Select(end => Find(end.Target)!);

    public IReadOnlyList<CatalogProblem> ProblemsOf(string reference) => [.. problemsOf.Value[reference.ToLowerInvariant()]];

    public RunbookFile? RunbookOf(string reference) => Find(reference)?.Runbook;

    /// <summary>The canonical reference of the owner an entity names, whether or not the catalog knows that owner.</summary>
    public string? OwnerOf(string reference) => Find(reference)?.Owner;

    public Ownership OwnershipOf(CatalogEntry entry) => CatalogRules.OwnershipOf(entry.Entity, Exists);

    public string DisplayName(string reference) => Find(reference) is { } entry ? entry.Title
        : EntityRef.TryParse(reference, null, null, out var parsed, out _) ? parsed.Name : reference;

    /// <summary>The groups whose rights a person has: stated by an organisation source, either by the person or by the group.</summary>
    public IReadOnlyList<string> TeamsOf(string person) => teamsOf.Value.GetValueOrDefault(person.ToLowerInvariant(), []);

    /// <summary>All entities a group or person owns.</summary>
    public IReadOnlyList<CatalogEntry> OwnedBy(string owner) => [.. Related(owner, RelationTypes.OwnerOf)];

    /// <summary>A group with the groups and people around it; null when there is no such group.</summary>
    public Team? Team(string reference) => Find(reference) is { Entity.Kind: EntityKinds.Group } entry ? TeamOf(entry) : null;

    public IEnumerable<Team> Teams() => OfKind(EntityKinds.Group).Select(TeamOf);

    /// <summary>A page of what a query asks for, with totals and facets.</summary>
    public CatalogListing List(CatalogQuery query) => CatalogSearch.List(this, query);

    /// <summary>What this snapshot has answered.</summary>
    internal CatalogAnswerBytes Answers => answers.Value;

    internal EntitySet Everything { get; private init; } = EntitySet.None;

    internal CatalogEntry?[] Entries => entries;

    /// <summary>The index of a field by its name in <see cref="CatalogFields.Values"/>, or <c>ownership</c>.</summary>
    internal FieldIndex Field(string name) => name == "ownership" ? ownerships.Value : Field(name, CatalogFields.Values[name], StringComparer.OrdinalIgnoreCase);

    /// <summary>The index of what each entity by itself says.</summary>
    /// <param name="name">Stands for the function and the comparer.</param>
    internal FieldIndex Field(string name, Func<CatalogEntry, IEnumerable<string?>> valuesOf, StringComparer same) => Kept(fields, name, () => FieldIndex.Of(valuesOf, same, Numbered()));

    internal SortOrder Order(string name) => Order(name, CatalogFields.Orders[name]);

    /// <param name="name">Stands for the key.</param>
    internal SortOrder Order(string name, SortKey key) => Kept(orders, name, () => SortOrder.Of(key, Numbered()));

    internal int? NumberOf(string reference) => numbers.TryGetValue(reference, out var number) ? number : null;

    internal WordIndex Words => Volatile.Read(ref words) ?? Interlocked.CompareExchange(ref words, WordIndex.Of([.. Numbered()]), null) ?? words!;

    private IEnumerable<string> OwnershipNames(CatalogEntry entry) => [CatalogSearch.NameOf(OwnershipOf(entry))];

    internal IEnumerable<EntryChange> Numbered() => Everything.Numbers().Select(number => new EntryChange(number, null, entries[number]));

    private static T Kept<T>(ConcurrentDictionary<string, Lazy<T>> kept, string name, Func<T> make)
    {
        if (kept.TryGetValue(name, out var known)) return known.Value;
        return kept.Count < MostKept ? kept.GetOrAdd(name, _ => new Lazy<T>(make)).Value : make();
    }

    private Team TeamOf(CatalogEntry entry) => new(
        entry, [.. Ancestors(entry.Ref)],
        [.. Related(entry.Ref, RelationTypes.ParentOf)],
        [.. Related(entry.Ref, RelationTypes.HasMember).OrderBy(member => member.Title, StringComparer.OrdinalIgnoreCase)
            .Select(member => new TeamMember(member, TeamsOf(member.Ref).Contains(entry.Ref)))],
        OwnedBy(entry.Ref));

    // The nearest first. Files may declare a ring; each group is then named once.
    private IEnumerable<CatalogEntry> Ancestors(string reference)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { reference };
        for (var current = reference; Related(current, RelationTypes.ChildOf).FirstOrDefault() is { } parent && seen.Add(parent.Ref); current = parent.Ref)
            yield return parent;
    }

    private IEnumerable<CatalogProblem> Conflicts()
    {
        foreach (var same in rivals.Values)
            foreach (var other in same.Skip(1))
            {
                yield return new(same[0].Source.Name, same[0].Entity.Ref, CatalogRules.Conflict(same[0], other, mineHolds: true));
                yield return new(other.Source.Name, other.Entity.Ref, CatalogRules.Conflict(other, same[0], mineHolds: false));
            }
    }

    private FrozenDictionary<string, IReadOnlyList<string>> Memberships()
    {
        var pairs = new HashSet<(string Person, string Team)>();
        foreach (var entry in entries)
        {
            if (entry is not { Source.GivesRights: true }) continue;
            foreach (var relation in entry.Relations)
            {
                if (relation.Type is not (RelationTypes.MemberOf or RelationTypes.HasMember)) continue;
                var (person, team) = relation.Type == RelationTypes.MemberOf ? (entry.Ref, relation.To.ToString()) : (relation.To.ToString(), entry.Ref);
                pairs.Add((person, team));
            }
        }
        return pairs.GroupBy(pair => pair.Person).ToFrozenDictionary(
            person => person.Key, person => (IReadOnlyList<string>)[.. person.Select(pair => pair.Team).Order(StringComparer.Ordinal)]);
    }
}
