namespace Tarmac.Catalog;

/// <summary>What happened to an entity.</summary>
public enum ChangeKind
{
    /// <summary>It was there when the history began.</summary>
    Known,
    Added,
    Changed,

    /// <summary>The same source declares it in another file.</summary>
    Moved,

    /// <summary>It had another name before, whose history it continues.</summary>
    Renamed,

    /// <summary>It goes on under another name.</summary>
    RenamedAway,
    Removed,

    /// <summary>Another source declares it too, and is not heard.</summary>
    Contested,

    /// <summary>The other source does so no more.</summary>
    Uncontested,

    /// <summary>Another source's declaration counts from now on, by the rules.</summary>
    TakenOver,

    /// <summary>Another source's declaration counts from now on, by its owner's decision.</summary>
    HandedOver,

    /// <summary>Its file says something that cannot be used; the last good version stays.</summary>
    Stale,

    /// <summary>Its file can be used again, and says what it said.</summary>
    Mended,

    /// <summary>No source declares it any more, because its source is gone; it is kept for a time.</summary>
    Orphaned,

    /// <summary>It was an orphan, and a source declares it again.</summary>
    Adopted,
}

/// <summary>One change of one entity.</summary>
/// <param name="Told">The declaration it is about: the one that counts, or that is gone, or that is not heard.</param>
/// <param name="Before">What counted before.</param>
/// <param name="After">What counts from now on.</param>
/// <param name="Other">The other name of a renamed entity, or the source that held it before.</param>
internal sealed record EntityChange(ChangeKind Kind, string Ref, DeclaredRow Told, DeclaredRow? Before, DeclaredRow? After, string? Other = null);

/// <summary>What a change of one source's declarations means for the entities as everybody sees them. Pure.</summary>
internal static class EntityChanges
{
    /// <summary>How long an orphan is kept for somebody to decide about it.</summary>
    public const int OrphansKeptDays = 30;

    /// <summary>The changes of some entities; nothing for those that stay as they were seen.</summary>
    /// <param name="source">The source that was read.</param>
    /// <param name="before">Every declaration of each entity before, from whatever source.</param>
    /// <param name="after">The same afterwards.</param>
    public static List<EntityChange> Of(string source, IEnumerable<string> references, ILookup<string, DeclaredRow> before, ILookup<string, DeclaredRow> after)
    {
        var changes = new List<EntityChange>();
        foreach (var reference in references)
        {
            var (old, now) = (CatalogRules.Winner(before[reference]), CatalogRules.Winner(after[reference]));
            var (mineBefore, mineAfter) = (before[reference].FirstOrDefault(row => row.Source == source), after[reference].FirstOrDefault(row => row.Source == source));
            if (KindOf(source, old, now, mineBefore, mineAfter) is not { } kind) continue;
            var told = kind is ChangeKind.Contested ? mineAfter! : kind is ChangeKind.Uncontested ? mineBefore! : now ?? old!;
            changes.Add(new EntityChange(kind, reference, told, old, now, Other(kind, old, now)));
        }
        return Renamed(changes);
    }

    private static string? Other(ChangeKind kind, DeclaredRow? old, DeclaredRow? now) =>
        kind is ChangeKind.Contested or ChangeKind.Uncontested ? now!.Source : old is not null && now is not null && old.Source != now.Source ? old.Source : null;

    private static ChangeKind? KindOf(string source, DeclaredRow? old, DeclaredRow? now, DeclaredRow? mineBefore, DeclaredRow? mineAfter)
    {
        if (old is null) return now is null ? null : ChangeKind.Added;
        if (now is null) return ChangeKind.Removed;
        if (old.Gone != now.Gone) return now.Gone ? ChangeKind.Orphaned : ChangeKind.Adopted;
        if (old.Source != now.Source) return ChangeKind.TakenOver;
        if (now.Source != source) return mineBefore is null && mineAfter is not null ? ChangeKind.Contested : mineBefore is not null && mineAfter is null ? ChangeKind.Uncontested : null;
        if (old.File != now.File) return ChangeKind.Moved;
        if (old.Hash != now.Hash) return ChangeKind.Changed;
        return old.Stale == now.Stale ? null : now.Stale ? ChangeKind.Stale : ChangeKind.Mended;
    }

    // One name of a kind went from a file and one new one came: that is the same thing under another name. With more of
    // either nobody can tell which became which.
    private static List<EntityChange> Renamed(List<EntityChange> changes)
    {
        var came = changes.Where(change => change.Kind == ChangeKind.Added).ToLookup(change => Place(change));
        var went = changes.Where(change => change.Kind == ChangeKind.Removed).ToLookup(change => Place(change));
        foreach (var place in went)
        {
            if (place.Count() != 1 || came[place.Key].Count() != 1) continue;
            var (old, now) = (place.Single(), came[place.Key].Single());
            changes[changes.IndexOf(old)] = old with { Kind = ChangeKind.RenamedAway, Other = now.Ref };
            changes[changes.IndexOf(now)] = now with { Kind = ChangeKind.Renamed, Other = old.Ref, Before = old.Before };
        }
        // The new name is told first: what is below its revision is what the old name did.
        return went.Count > 0 ? [.. changes.OrderBy(change => change.Kind == ChangeKind.RenamedAway)] : changes;
    }

    private static (string Kind, string Source, string File) Place(EntityChange change) =>
        (change.Ref[..change.Ref.IndexOf(':', StringComparison.Ordinal)], change.Told.Source, change.Told.File);
}
