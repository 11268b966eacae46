namespace Tarmac.Catalog;

/// <summary>All values of a field behind one another, so that letters are looked for in all of them at the speed of memory.</summary>
internal sealed class FieldText
{
    private readonly string letters;
    private readonly int[] starts;
    private readonly EntitySet[] sets;

    public FieldText(IReadOnlyCollection<KeyValuePair<string, EntitySet>> values)
    {
        (starts, sets) = (new int[values.Count + 1], new EntitySet[values.Count]);
        var number = 0;
        foreach (var (value, set) in values)
        {
            sets[number++] = set;
            starts[number] = starts[number - 1] + value.Length;
        }
        letters = string.Concat(values.Select(value => value.Key)).ToUpperInvariant();
    }

    /// <summary>The entities of each value that has these letters in it, in any case.</summary>
    public IEnumerable<EntitySet> Containing(string wanted)
    {
        if (wanted.Length == 0)
        {
            foreach (var set in sets) yield return set;
            yield break;
        }
        wanted = wanted.ToUpperInvariant();
        for (var from = 0; from < letters.Length;)
        {
            var found = letters.IndexOf(wanted, from, StringComparison.Ordinal);
            if (found < 0) yield break;
            var value = Array.BinarySearch(starts, found);
            if (value < 0) value = ~value - 1;
            // Empty values begin where the next does; letters that reach into the next value are in neither.
            while (starts[value + 1] == found) value++;
            if (found + wanted.Length > starts[value + 1])
            {
                from = found + 1;
                continue;
            }
            yield return sets[value];
            from = starts[value + 1];
        }
    }
}
