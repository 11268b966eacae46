using System.Collections.Immutable;

namespace Tarmac.Catalog;

/// <summary>What became of the entity with one number: it came (no before), changed, or went (no after).</summary>
internal readonly record struct EntryChange(int Number, CatalogEntry? Before, CatalogEntry? After);

/// <summary>For one field, the values there are and the entities that have each. Values are the same in any case.</summary>
internal sealed class FieldIndex
{
    private readonly Func<CatalogEntry, IEnumerable<string>> valuesOf;
    private readonly ImmutableDictionary<string, EntitySet> sets;

    private FieldIndex(Func<CatalogEntry, IEnumerable<string>> valuesOf, ImmutableDictionary<string, EntitySet> sets) => (this.valuesOf, this.sets) = (valuesOf, sets);

    public static FieldIndex Of(Func<CatalogEntry, IEnumerable<string>> valuesOf, IEnumerable<EntryChange> entries) =>
        new FieldIndex(valuesOf, ImmutableDictionary.Create<string, EntitySet>(StringComparer.OrdinalIgnoreCase)).With(entries);

    public IEnumerable<KeyValuePair<string, EntitySet>> Values => sets;

    public EntitySet this[string value] => sets.GetValueOrDefault(value, EntitySet.None);

    /// <summary>The entities that have any of these values.</summary>
    public EntitySet Any(IEnumerable<string> values) => EntitySet.Union([.. values.Select(value => this[value]).Where(set => set.Count > 0)]);

    public FieldIndex With(IEnumerable<EntryChange> changes)
    {
        var moves = new Dictionary<string, (List<int> Out, List<int> In)>(StringComparer.OrdinalIgnoreCase);
        foreach (var change in changes)
        {
            var before = Distinct(change.Before);
            var after = Distinct(change.After);
            foreach (var value in before)
                if (!after.Contains(value)) Move(moves, value).Out.Add(change.Number);
            foreach (var value in after)
                if (!before.Contains(value)) Move(moves, value).In.Add(change.Number);
        }
        if (moves.Count == 0) return this;
        var changed = sets.ToBuilder();
        foreach (var (value, (gone, come)) in moves)
        {
            var set = changed.GetValueOrDefault(value, EntitySet.None)!.With(gone, come);
            if (set.Count == 0) changed.Remove(value);
            else changed[value] = set;
        }
        return new FieldIndex(valuesOf, changed.ToImmutable());
    }

    private HashSet<string> Distinct(CatalogEntry? entry) => entry is null ? [] : new HashSet<string>(valuesOf(entry), StringComparer.OrdinalIgnoreCase);

    private static (List<int> Out, List<int> In) Move(Dictionary<string, (List<int>, List<int>)> moves, string value)
    {
        if (!moves.TryGetValue(value, out var lists)) moves[value] = lists = ([], []);
        return lists;
    }
}
