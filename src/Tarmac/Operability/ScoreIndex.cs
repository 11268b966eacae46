using System.Collections.Immutable;
using Tarmac.Model.Runbooks;

namespace Tarmac.Operability;

/// <summary>Every score as it is now, in memory: what pages and the API read.</summary>
public sealed class ScoreIndex
{
    private ImmutableDictionary<string, Score> scores = ImmutableDictionary.Create<string, Score>(StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, the lowest first.</summary>
    public IReadOnlyList<Score> All => [.. Volatile.Read(ref scores).Values.OrderBy(score => score.Value ?? 101).ThenBy(score => score.Entity, StringComparer.Ordinal)];

    /// <summary>The score of an entity by its full reference; null when it is not scored.</summary>
    public Score? Find(string entity) => Volatile.Read(ref scores).GetValueOrDefault(entity);

    /// <summary>The scores of what a group or person owns, the lowest first.</summary>
    public IReadOnlyList<Score> OwnedBy(string owner) => [.. All.Where(score => string.Equals(score.Owner, owner, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The mean of a team's components in production. Others are shown, and are not held against it.</summary>
    public TeamScore Team(string owner)
    {
        var owned = OwnedBy(owner);
        var counted = owned.Where(score => score is { Lifecycle: SystemLifecycle.Production, Value: not null }).ToList();
        return counted.Count == 0
            ? new TeamScore(owner, null, 0, null, owned.Count, null)
            : new TeamScore(owner, counted.Average(score => score.Value!.Value), counted.Count, counted.Average(score => score.Coverage), owned.Count, counted.Min(score => score.AsOf));
    }

    /// <summary>Shows a score, unless a newer one is shown.</summary>
    internal void Show(Score score) => ImmutableInterlocked.AddOrUpdate(ref scores, score.Entity, score, (_, known) => Newer(known, score));

    /// <summary>Shows these all at once: nobody sees the mean of a part of them.</summary>
    internal void Show(IReadOnlyCollection<Score> some) => ImmutableInterlocked.Update(
        ref scores, known => known.SetItems(some.Select(score => KeyValuePair.Create(score.Entity, known.TryGetValue(score.Entity, out var shown) ? Newer(shown, score) : score))));

    internal void Forget(string entity) => ImmutableInterlocked.TryRemove(ref scores, entity, out _);

    private static Score Newer(Score known, Score score) =>
        known.Version > score.Version || (known.Version == score.Version && known.AsOf > score.AsOf) ? known : score;
}
