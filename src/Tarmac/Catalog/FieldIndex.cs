using System.Collections.Immutable;

namespace Tarmac.Catalog;

/// <summary>What became of the entity with one number: it came (no before), changed, or went (no after).</summary>
internal readonly record struct EntryChange(int Number, CatalogEntry? Before, CatalogEntry? After);

/// <summary>For one field, the values there are and the entities that have each.</summary>
internal sealed class FieldIndex
{
    private const int EntityCostsValues = 8;

    private readonly Func<CatalogEntry, IEnumerable<string?>> valuesOf;
    private readonly ImmutableDictionary<string, EntitySet> sets;
    private readonly Lazy<FieldText> text;
    private readonly Lazy<IReadOnlyList<FacetValue>> commonest;

    private FieldIndex(Func<CatalogEntry, IEnumerable<string?>> valuesOf, ImmutableDictionary<string, EntitySet> sets, EntitySet having)
    {
        (this.valuesOf, this.sets, Having) = (valuesOf, sets, having);
        text = new(() => new FieldText(sets));
        commonest = new(() => FacetValue.Commonest(sets.Select(value => KeyValuePair.Create(value.Key, value.Value.Count))));
    }

    /// <param name="valuesOf">Null is a field without a value.</param>
    /// <param name="same">Which values are one.</param>
    public static FieldIndex Of(Func<CatalogEntry, IEnumerable<string?>> valuesOf, StringComparer same, IEnumerable<EntryChange> entries) =>
        new FieldIndex(valuesOf, ImmutableDictionary.Create<string, EntitySet>(same), EntitySet.None).With(entries);

    /// <summary>The entities that have the field, with a value or without.</summary>
    public EntitySet Having { get; }

    public IEnumerable<KeyValuePair<string, EntitySet>> Values => sets;

    /// <summary>The values that most entities have.</summary>
    public IReadOnlyList<FacetValue> Commonest => commonest.Value;

    public EntitySet this[string value] => sets.GetValueOrDefault(value, EntitySet.None);

    /// <summary>The entities that have any of these values.</summary>
    public EntitySet Any(IEnumerable<string> values) => EntitySet.Union([.. values.Select(value => this[value]).Where(set => set.Count > 0)]);

    /// <summary>The entities that have a value of this kind.</summary>
    public EntitySet Where(Func<string, bool> isWanted) => EntitySet.Union([.. sets.Where(value => isWanted(value.Key)).Select(value => value.Value)]);

    /// <summary>The entities that have a value with these letters somewhere in it, in any case.</summary>
    public EntitySet Containing(string letters) => EntitySet.Union([.. text.Value.Containing(letters)]);

    public FieldIndex With(IEnumerable<EntryChange> changes) => With(changes, valuesOf);

    /// <param name="valuesOf">What says the values from now on; of all that does not change it says the same.</param>
    public FieldIndex With(IEnumerable<EntryChange> changes, Func<CatalogEntry, IEnumerable<string?>> valuesOf)
    {
        var moves = new Dictionary<string, (List<int> Out, List<int> In)>(sets.KeyComparer);
        var (without, with) = (new List<int>(), new List<int>());
        foreach (var change in changes)
        {
            var (before, had) = Distinct(change.Before, this.valuesOf);
            var (after, has) = Distinct(change.After, valuesOf);
            if (had != has) (has ? with : without).Add(change.Number);
            foreach (var value in before)
                if (!after.Contains(value)) Move(moves, value).Out.Add(change.Number);
            foreach (var value in after)
                if (!before.Contains(value)) Move(moves, value).In.Add(change.Number);
        }
        if (moves.Count == 0 && without.Count == 0 && with.Count == 0) return valuesOf == this.valuesOf ? this : new FieldIndex(valuesOf, sets, Having);
        var changed = sets.ToBuilder();
        foreach (var (value, (gone, come)) in moves)
        {
            var set = changed.GetValueOrDefault(value, EntitySet.None)!.With(gone, come);
            // As it was first written: setting it would take the case of the last.
            if (set.Count == 0) changed.Remove(value);
            else changed[changed.TryGetKey(value, out var written) ? written : value] = set;
        }
        return new FieldIndex(valuesOf, changed.ToImmutable(), Having.With(without, with));
    }

    /// <summary>How many of some entities have each value that any of them has.</summary>
    public IEnumerable<KeyValuePair<string, int>> Counts(EntitySet among, CatalogEntry?[] entries)
    {
        // Of a few entities it costs less to ask each for its values than each value for its entities.
        if (among.Count > sets.Count / EntityCostsValues) return sets.Select(value => KeyValuePair.Create(value.Key, value.Value.CountCommon(among))).Where(value => value.Value > 0);
        var counts = new Dictionary<string, int>(sets.KeyComparer);
        foreach (var number in among.Numbers())
            foreach (var value in Distinct(entries[number], valuesOf).Values) counts[value] = counts.GetValueOrDefault(value) + 1;
        // As the index writes it, whatever the case of this entity's.
        return counts.Select(count => sets.TryGetKey(count.Key, out var written) ? KeyValuePair.Create(written, count.Value) : count);
    }

    private (HashSet<string> Values, bool Any) Distinct(CatalogEntry? entry, Func<CatalogEntry, IEnumerable<string?>> valuesOf)
    {
        var (values, any) = (new HashSet<string>(sets.KeyComparer), false);
        foreach (var value in entry is null ? [] : valuesOf(entry))
        {
            any = true;
            if (value is not null) values.Add(value);
        }
        return (values, any);
    }

    private static (List<int> Out, List<int> In) Move(Dictionary<string, (List<int>, List<int>)> moves, string value)
    {
        if (!moves.TryGetValue(value, out var lists)) moves[value] = lists = ([], []);
        return lists;
    }
}
