using System.Collections.Immutable;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>The words of all entities: found by their beginnings, and by what is nearly spelt like them when nothing is.</summary>
internal sealed class WordIndex
{
    // Below this many letters, one wrong letter makes another word.
    private const int ShortestMended = 4;

    private readonly ImmutableSortedSet<string> words;
    private readonly FieldIndex everywhere;
    private readonly FieldIndex names;

    private WordIndex(ImmutableSortedSet<string> words, FieldIndex everywhere, FieldIndex names) => (this.words, this.everywhere, this.names) = (words, everywhere, names);

    public static WordIndex Of(IReadOnlyCollection<EntryChange> entries)
    {
        var everywhere = FieldIndex.Of(CatalogRules.WordsOf, StringComparer.OrdinalIgnoreCase, entries);
        return new(everywhere.Values.Select(pair => pair.Key).ToImmutableSortedSet(StringComparer.Ordinal), everywhere, FieldIndex.Of(CatalogRules.NameWordsOf, StringComparer.OrdinalIgnoreCase, entries));
    }

    public WordIndex With(IReadOnlyCollection<EntryChange> changes)
    {
        var (found, named) = (everywhere.With(changes), names.With(changes));
        var touched = changes.SelectMany(change => Words(change.Before).Concat(Words(change.After))).ToHashSet(StringComparer.Ordinal);
        var known = words.ToBuilder();
        foreach (var word in touched)
        {
            if (found[word].Count == 0) known.Remove(word);
            else known.Add(word);
        }
        return new WordIndex(known.ToImmutable(), found, named);
    }

    /// <summary>The entities in which every word begins some word.</summary>
    public EntitySet Match(IReadOnlyList<string> wanted) => All(wanted, word => Beginning(word, everywhere));

    /// <summary>Those among them in which every word begins some word of the name or the title.</summary>
    public EntitySet MatchNames(IReadOnlyList<string> wanted) => All(wanted, word => Beginning(word, names));

    /// <summary>The words with those that nothing begins with replaced by the nearest there are; null when nothing is near.</summary>
    public IReadOnlyList<string>? Mended(IReadOnlyList<string> wanted)
    {
        var mended = new List<string>(wanted.Count);
        foreach (var word in wanted)
        {
            if (Beginning(word, everywhere).Count > 0) mended.Add(word);
            else if (NearestTo(word) is { } near) mended.Add(near);
            else return null;
        }
        return mended;
    }

    private static EntitySet All(IReadOnlyList<string> wanted, Func<string, EntitySet> of)
    {
        var found = of(wanted[0]);
        foreach (var word in wanted.Skip(1)) found = found.And(of(word));
        return found;
    }

    private EntitySet Beginning(string start, FieldIndex among) => among.Any(BeginningWith(start));

    // Among the words with the same first letter, which people rarely get wrong; of equals the one as long.
    private string? NearestTo(string word) => word.Length < ShortestMended ? null
        : Nearest.To(word, BeginningWith(word[..1]).OrderBy(candidate => Math.Abs(candidate.Length - word.Length)));

    private IEnumerable<string> BeginningWith(string start)
    {
        for (var place = PlaceOf(start); place < words.Count && words[place].StartsWith(start, StringComparison.Ordinal); place++) yield return words[place];
    }

    private int PlaceOf(string start)
    {
        var place = words.IndexOf(start);
        return place < 0 ? ~place : place;
    }

    private static IEnumerable<string> Words(CatalogEntry? entry) => entry is null ? [] : CatalogRules.WordsOf(entry);
}
