using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Tarmac.Model.Catalog;

namespace Tarmac.Catalog;

/// <summary>How one state of the catalog follows from another: what changed is worked out once, and every index takes just that.</summary>
public sealed partial class CatalogIndex
{
    // Past these, indexing everything anew when somebody asks costs less than following.
    private const int FewChanges = 1000;
    private const int LargestShare = 4;

    private CatalogIndex(CatalogIndex before, IReadOnlyList<EntryChange> changes, Numbering numbering, ImmutableSortedDictionary<string, ImmutableArray<CatalogEntry>> rivals) : this()
    {
        (entries, numbers, free) = (numbering.Entries, numbering.Numbers.ToMap(), numbering.Free);
        this.rivals = rivals;
        incoming = Referrers(before.incoming, changes);
        Everything = before.Everything.With(
            [.. changes.Where(change => change.After is null).Select(change => change.Number)], [.. changes.Where(change => change.Before is null).Select(change => change.Number)]);
        // One that was never asked for would keep the whole state before alive.
        if (before.teamsOf.IsValueCreated && !changes.Any(change => change.Before is { Source.GivesRights: true } || change.After is { Source.GivesRights: true })) teamsOf = before.teamsOf;
        if (changes.Count > FewChanges && changes.Count > before.Count / LargestShare) return;
        // Who exists decides whose owner is known; while nobody came or went, only what changed has another.
        if (before.ownerships.IsValueCreated && changes.All(change => change is { Before: not null, After: not null }))
        {
            var followed = before.ownerships.Value.With(changes, OwnershipNames);
            ownerships = new(() => followed);
        }
        foreach (var (name, field) in before.fields)
            if (field.IsValueCreated) fields[name] = new(field.Value.With(changes));
        foreach (var (name, order) in before.orders)
            if (order.IsValueCreated) orders[name] = new(order.Value.With(changes, entries));
        words = Volatile.Read(ref before.words)?.With(changes);
    }

    /// <summary>The catalog after a source said something else.</summary>
    /// <param name="was">What the source said before; null when it is new.</param>
    /// <param name="now">What it says; null when it is gone.</param>
    public CatalogIndex With(SourceState? was, SourceState? now, long revision, DateTimeOffset asOf)
    {
        var (gone, come) = Difference(was?.Entries ?? [], now?.Entries ?? []);
        var numbering = new Numbering(entries, numbers.ToBuilder(), free);
        var contested = rivals.ToBuilder();
        var changes = new List<EntryChange>();
        var added = come.ToLookup(entry => entry.Ref);
        foreach (var reference in gone.Select(entry => entry.Ref).Concat(come.Select(entry => entry.Ref)).Distinct().ToList())
        {
            ImmutableArray<CatalogEntry> declared = [.. CatalogRules.InOrder(DeclarationsOf(reference).Where(entry => !gone.Contains(entry)).Concat(added[reference]))];
            if (declared.Length > 1) contested[reference] = declared;
            else contested.Remove(reference);
            if (numbering.Hold(reference, declared.FirstOrDefault()) is { } change) changes.Add(change);
        }
        return new CatalogIndex(this, changes, numbering, contested.ToImmutable())
        {
            Revision = Math.Max(revision, Revision),
            AsOf = asOf,
            Sources = [.. Sources.Where(state => state.Source.Name != was?.Source.Name && state.Source.Name != now?.Source.Name).Concat(now is null ? [] : [now])
                .OrderBy(state => state.Source.Kind).ThenBy(state => state.Source.Name, StringComparer.Ordinal)],
        };
    }

    private static (HashSet<CatalogEntry> Gone, IReadOnlyList<CatalogEntry> Come) Difference(IReadOnlyList<CatalogEntry> before, IReadOnlyList<CatalogEntry> after)
    {
        if (before.Count == 0) return ([], after);
        var left = before.ToHashSet();
        var come = after.Where(entry => !left.Remove(entry)).ToList();
        return (left, come);
    }

    // By target, so that a group that owns ten thousand is written once and not ten thousand times.
    private static ReferenceMap<ImmutableArray<Relation>> Referrers(ReferenceMap<ImmutableArray<Relation>> before, IEnumerable<EntryChange> changes)
    {
        var moves = new Dictionary<string, (HashSet<Relation>? Out, List<Relation> In)>(StringComparer.OrdinalIgnoreCase);
        foreach (var change in changes)
        {
            var (old, now) = (change.Before?.Relations ?? [], change.After?.Relations ?? []);
            foreach (var relation in Without(old, now)) (MoveOf(relation).Out ??= []).Add(relation);
            foreach (var relation in Without(now, old)) MoveOf(relation).In.Add(relation);
        }
        var after = before.ToBuilder();
        foreach (var (target, (gone, come)) in moves)
        {
            var known = after.TryGetValue(target, out var those) ? those : [];
            ImmutableArray<Relation> left = [.. gone is null ? known : known.Where(relation => !gone.Contains(relation)), .. come];
            if (left.IsEmpty) after.Remove(target);
            else after.Set(target, left);
        }
        return after.ToMap();

        ref (HashSet<Relation>? Out, List<Relation> In) MoveOf(Relation relation)
        {
            ref var move = ref CollectionsMarshal.GetValueRefOrAddDefault(moves, relation.To.ToString(), out var known);
            if (!known) move.In = [];
            return ref move;
        }
    }

    private static IEnumerable<Relation> Without(IReadOnlyList<Relation> those, IReadOnlyList<Relation> others) => others.Count == 0 ? those : those.Except(others);

    /// <summary>Gives entities their numbers while the next state is made.</summary>
    private sealed class Numbering
    {
        private int next;

        private CatalogEntry?[] holders;

        public Numbering(CatalogEntry?[] entries, ReferenceMap<int>.Builder numbers, ImmutableStack<int> free) =>
            (holders, Numbers, Free, next) = ((CatalogEntry?[])entries.Clone(), numbers, free, entries.Length);

        public CatalogEntry?[] Entries => next == holders.Length ? holders : holders[..next];

        public ReferenceMap<int>.Builder Numbers { get; }

        public ImmutableStack<int> Free { get; private set; }

        /// <summary>Puts the declaration that counts in an entity's place; answers what changed, null when nothing did.</summary>
        public EntryChange? Hold(string reference, CatalogEntry? holder)
        {
            if (Numbers.TryGetValue(reference, out var number))
            {
                var before = holders[number];
                if (before == holder) return null;
                holders[number] = holder;
                if (holder is null)
                {
                    Numbers.Remove(reference);
                    Free = Free.Push(number);
                }
                return new EntryChange(number, before, holder);
            }
            if (holder is null) return null;
            number = Take();
            Numbers.Set(reference, number);
            holders[number] = holder;
            return new EntryChange(number, null, holder);
        }

        private int Take()
        {
            if (!Free.IsEmpty)
            {
                Free = Free.Pop(out var number);
                return number;
            }
            if (next == holders.Length) Array.Resize(ref holders, Math.Max(64, next * 2));
            return next++;
        }
    }
}
