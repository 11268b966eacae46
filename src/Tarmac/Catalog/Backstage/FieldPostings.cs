using System.Numerics;

namespace Tarmac.Catalog.Backstage;

/// <summary>Some of the entities of a snapshot, by their number in <see cref="CatalogIndex.All"/>.</summary>
internal sealed class NumberSet(int size)
{
    private readonly ulong[] bits = new ulong[(size + 63) / 64];

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in bits) count += BitOperations.PopCount(word);
            return count;
        }
    }

    public bool this[int number] => (bits[number >> 6] & (1UL << (number & 63))) != 0;

    public void Add(IReadOnlyList<int> numbers)
    {
        for (var each = 0; each < numbers.Count; each++) bits[numbers[each] >> 6] |= 1UL << (numbers[each] & 63);
    }

    public NumberSet Keep(NumberSet other)
    {
        for (var word = 0; word < bits.Length; word++) bits[word] &= other.bits[word];
        return this;
    }

    public NumberSet Join(NumberSet other)
    {
        for (var word = 0; word < bits.Length; word++) bits[word] |= other.bits[word];
        return this;
    }

    public NumberSet Turn()
    {
        for (var word = 0; word < bits.Length; word++) bits[word] = ~bits[word];
        // Behind the last entity there is none.
        if (size % 64 != 0) bits[^1] &= (1UL << (size % 64)) - 1;
        return this;
    }
}

/// <summary>For one field, which entities have each value of it.</summary>
internal sealed class FieldPostings
{
    private readonly int size;
    private readonly List<int> having = [];
    private readonly Dictionary<string, List<int>> numbersOf = new(StringComparer.Ordinal);
    private readonly ILookup<string, List<int>> whateverCase;

    public FieldPostings(CatalogIndex index, string key)
    {
        size = index.All.Count;
        var fields = new EntityFieldSet(index) { Entry = null! };
        for (var number = 0; number < size; number++)
        {
            fields.Entry = index.All[number];
            var values = fields.Values(key);
            if (values.Count > 0) having.Add(number);
            foreach (var value in values)
            {
                if (value is null) continue;
                if (!numbersOf.TryGetValue(value, out var numbers)) numbersOf[value] = numbers = [];
                numbers.Add(number);
            }
        }
        whateverCase = numbersOf.ToLookup(value => value.Key, value => value.Value, StringComparer.OrdinalIgnoreCase);
        Counts = CountsIn(null);
    }

    /// <summary>How many of all entities have each value.</summary>
    public IReadOnlyList<FieldCount> Counts { get; }

    public NumberSet Having()
    {
        var set = new NumberSet(size);
        set.Add(having);
        return set;
    }

    public NumberSet With(IEnumerable<string> values)
    {
        var set = new NumberSet(size);
        foreach (var value in values)
            foreach (var numbers in whateverCase[value]) set.Add(numbers);
        return set;
    }

    public NumberSet Where(Func<string, bool> isWanted)
    {
        var set = new NumberSet(size);
        foreach (var (value, numbers) in numbersOf)
            if (isWanted(value)) set.Add(numbers);
        return set;
    }

    /// <summary>How many of some entities have each value that any of them has.</summary>
    public IReadOnlyList<FieldCount> CountsIn(NumberSet? wanted) =>
        [.. numbersOf.Select(value => new FieldCount(value.Key, wanted is null ? value.Value.Count : value.Value.Count(number => wanted[number])))
            .Where(value => value.Count > 0).OrderBy(value => value.Value, StringComparer.Ordinal)];
}
