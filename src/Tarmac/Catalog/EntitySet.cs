using System.Numerics;

namespace Tarmac.Catalog;

/// <summary>
/// An immutable set of entities by their number in a <see cref="CatalogIndex"/>: a sorted list while they are few, a bit for
/// each number when they are many. Sets of a hundred thousand are intersected in microseconds.
/// </summary>
internal sealed class EntitySet
{
    private const int Word = 64;
    private const int AlwaysFew = 64;

    // A number in a list costs as much as this many bits.
    private const int BitsPerNumber = 32;

    public static readonly EntitySet None = new([], null, 0);

    private readonly int[]? few;
    private readonly ulong[]? bits;

    private EntitySet(int[]? few, ulong[]? bits, int count) => (this.few, this.bits, Count) = (few, bits, count);

    public int Count { get; }

    /// <param name="numbers">In any order, each at most once.</param>
    public static EntitySet Of(IReadOnlyCollection<int> numbers)
    {
        if (numbers.Count == 0) return None;
        int[] sorted = [.. numbers];
        Array.Sort(sorted);
        return FromSorted(sorted);
    }

    public bool Contains(int number) => few is not null
        ? Array.BinarySearch(few, number) >= 0
        : number / Word < bits!.Length && (bits[number / Word] & (1UL << (number % Word))) != 0;

    /// <summary>The same set with some numbers taken out and some put in.</summary>
    public EntitySet With(IReadOnlyCollection<int> without, IReadOnlyCollection<int> with)
    {
        if (few is not null && few.Length + with.Count <= AlwaysFew * 4)
        {
            var numbers = new HashSet<int>(few);
            numbers.ExceptWith(without);
            numbers.UnionWith(with);
            return Of(numbers);
        }
        var changed = ToBits(with.Count == 0 ? 0 : with.Max() + 1);
        foreach (var number in without)
            if (number / Word < changed.Length) changed[number / Word] &= ~(1UL << (number % Word));
        foreach (var number in with) changed[number / Word] |= 1UL << (number % Word);
        return FromBits(changed);
    }

    public EntitySet And(EntitySet other)
    {
        if (Count == 0 || other.Count == 0) return None;
        if (few is not null) return FromSorted(Array.FindAll(few, other.Contains));
        if (other.few is not null) return other.And(this);
        var common = new ulong[Math.Min(bits!.Length, other.bits!.Length)];
        for (var word = 0; word < common.Length; word++) common[word] = bits[word] & other.bits[word];
        return FromBits(common);
    }

    /// <summary>What is in this set and not in the other.</summary>
    public EntitySet Except(EntitySet other)
    {
        if (few is not null) return FromSorted(Array.FindAll(few, number => !other.Contains(number)));
        var rest = (ulong[])bits!.Clone();
        if (other.few is not null)
            foreach (var number in other.few)
            {
                if (number / Word < rest.Length) rest[number / Word] &= ~(1UL << (number % Word));
            }
        else
            for (var word = 0; word < Math.Min(rest.Length, other.bits!.Length); word++) rest[word] &= ~other.bits[word];
        return FromBits(rest);
    }

    /// <summary>How many are in both.</summary>
    public int CountCommon(EntitySet other)
    {
        if (Count == 0 || other.Count == 0) return 0;
        if (few is null && other.few is not null) return other.CountCommon(this);
        var count = 0;
        if (few is not null)
        {
            foreach (var number in few)
                if (other.Contains(number)) count++;
            return count;
        }
        for (var word = 0; word < Math.Min(bits!.Length, other.bits!.Length); word++) count += BitOperations.PopCount(bits[word] & other.bits[word]);
        return count;
    }

    public static EntitySet Union(IReadOnlyList<EntitySet> sets)
    {
        if (sets.Count == 0) return None;
        if (sets.Count == 1) return sets[0];
        var all = new ulong[sets.Max(set => set.Words)];
        foreach (var set in sets)
        {
            if (set.few is not null)
                foreach (var number in set.few) all[number / Word] |= 1UL << (number % Word);
            else
                for (var word = 0; word < set.bits!.Length; word++) all[word] |= set.bits[word];
        }
        return FromBits(all);
    }

    /// <summary>The numbers, ascending.</summary>
    public IEnumerable<int> Numbers()
    {
        if (few is not null)
        {
            foreach (var number in few) yield return number;
            yield break;
        }
        for (var word = 0; word < bits!.Length; word++)
            for (var rest = bits[word]; rest != 0; rest &= rest - 1)
                yield return (word * Word) + BitOperations.TrailingZeroCount(rest);
    }

    /// <summary>The same set, made for being asked often.</summary>
    public EntitySet ForLookups() => few is null || few.Length <= 8 ? this : new EntitySet(null, ToBits(0), Count);

    private int Words => few is null ? bits!.Length : few.Length == 0 ? 0 : (few[^1] / Word) + 1;

    private ulong[] ToBits(int atLeast)
    {
        var words = new ulong[Math.Max(Words, (atLeast + Word - 1) / Word)];
        if (few is null) bits!.CopyTo(words, 0);
        else
            foreach (var number in few) words[number / Word] |= 1UL << (number % Word);
        return words;
    }

    private static EntitySet FromSorted(int[] sorted)
    {
        if (sorted.Length == 0) return None;
        var set = new EntitySet(sorted, null, sorted.Length);
        return IsFew(sorted.Length, sorted[^1] + 1) ? set : new EntitySet(null, set.ToBits(0), sorted.Length);
    }

    private static EntitySet FromBits(ulong[] words)
    {
        var (count, used) = (0, 0);
        for (var word = 0; word < words.Length; word++)
        {
            if (words[word] == 0) continue;
            count += BitOperations.PopCount(words[word]);
            used = word + 1;
        }
        if (count == 0) return None;
        var set = new EntitySet(null, words, count);
        return IsFew(count, used * Word) ? new EntitySet([.. set.Numbers()], null, count) : set;
    }

    private static bool IsFew(int count, int range) => count <= AlwaysFew || (long)count * BitsPerNumber <= range;
}
