using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Tarmac.Catalog;

/// <summary>
/// A map by reference, in any case, that never changes and of which many versions may be alive: they share a ground, and each
/// has what changed since. A change costs by its own size, a reading about what a dictionary's costs.
/// </summary>
internal sealed class ReferenceMap<TValue>
{
    // A larger share of changes than this costs more in each reading than a new ground does once.
    private const int FewChanges = 1000;
    private const int LargestShare = 16;

    private static readonly ImmutableDictionary<string, (bool Has, TValue Value)> NoChanges =
        ImmutableDictionary.Create<string, (bool Has, TValue Value)>(StringComparer.OrdinalIgnoreCase);

    public static readonly ReferenceMap<TValue> Empty = new([], NoChanges, 0);

    private readonly Dictionary<string, TValue> ground;
    private readonly ImmutableDictionary<string, (bool Has, TValue Value)> since;

    private ReferenceMap(Dictionary<string, TValue> ground, ImmutableDictionary<string, (bool Has, TValue Value)> since, int count) =>
        (this.ground, this.since, Count) = (ground, since, count);

    public int Count { get; }

    public bool TryGetValue(string reference, [MaybeNullWhen(false)] out TValue value)
    {
        if (since.IsEmpty || !since.TryGetValue(reference, out var changed)) return ground.TryGetValue(reference, out value);
        value = changed.Value;
        return changed.Has;
    }

    public bool ContainsKey(string reference) => TryGetValue(reference, out _);

    /// <summary>Begins the next version; this one stays as it is.</summary>
    public Builder ToBuilder() => new(this);

    /// <summary>The next version while it is made. Not for use by several at once.</summary>
    public sealed class Builder(ReferenceMap<TValue> before)
    {
        private readonly Dictionary<string, (bool Has, TValue Value)> changes = new(StringComparer.OrdinalIgnoreCase);
        private int count = before.Count;

        public bool TryGetValue(string reference, [MaybeNullWhen(false)] out TValue value)
        {
            if (!changes.TryGetValue(reference, out var changed)) return before.TryGetValue(reference, out value);
            value = changed.Value;
            return changed.Has;
        }

        public void Set(string reference, TValue value)
        {
            if (!TryGetValue(reference, out _)) count++;
            changes[reference] = (true, value);
        }

        public void Remove(string reference)
        {
            if (!TryGetValue(reference, out _)) return;
            count--;
            changes[reference] = (false, default!);
        }

        public ReferenceMap<TValue> ToMap()
        {
            if (changes.Count == 0) return before;
            if (before.since.Count + changes.Count <= Math.Max(FewChanges, before.ground.Count / LargestShare))
                return new ReferenceMap<TValue>(before.ground, before.since.SetItems(changes), count);
            var ground = new Dictionary<string, TValue>(before.ground.Count + changes.Count, StringComparer.OrdinalIgnoreCase);
            foreach (var (reference, value) in before.ground) ground[reference] = value;
            foreach (var (reference, changed) in before.since.Concat(changes))
                if (changed.Has) ground[reference] = changed.Value;
                else ground.Remove(reference);
            return new ReferenceMap<TValue>(ground, NoChanges, count);
        }
    }
}
