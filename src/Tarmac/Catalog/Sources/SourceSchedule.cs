using Tarmac.Foundation.Hosting;

namespace Tarmac.Catalog.Sources;

/// <summary>When each registered source was looked at last, and when it is next.</summary>
/// <param name="CheckedAt">Null before the first look since the platform started.</param>
/// <param name="Failures">How many looks in a row failed.</param>
public sealed record SourceTurn(DateTimeOffset? CheckedAt, DateTimeOffset NextAt, int Failures);

/// <summary>The turns of the sources that are fetched. In memory alone: a look that finds nothing new writes nothing.</summary>
internal sealed class SourceSchedule(TimeProvider clock)
{
    private static readonly TimeSpan FirstWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private readonly Dictionary<string, SourceTurn> turns = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly Signal changed = new();

    public Task Changed => changed.Next;

    public SourceTurn? Of(string source)
    {
        lock (gate) return turns.GetValueOrDefault(source);
    }

    /// <summary>The sources whose turn has come, and how long the next one's takes to come. Both by one look at the clock: a turn that came between two would be missed.</summary>
    public (IReadOnlyList<Registration> Due, TimeSpan? Next) Due(IReadOnlyList<Registration> registered)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            foreach (var gone in turns.Keys.Except(registered.Select(source => source.Name)).ToList()) turns.Remove(gone);
            asked.IntersectWith(registered.Select(source => source.Name));
            foreach (var source in registered) turns.TryAdd(source.Name, new SourceTurn(null, now + (FirstWithin * Random.Shared.NextDouble()), 0));
            var due = registered.ToLookup(source => turns[source.Name].NextAt <= now || asked.Contains(source.Name));
            return ([.. due[true]], due[false].Any() ? due[false].Min(source => turns[source.Name].NextAt) - now : null);
        }
    }

    /// <summary>Notes a look. The next one comes after the source's interval, later the more often it failed, and never all at one time.</summary>
    public void Looked(Registration source, bool failed)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            var failures = failed ? (turns.GetValueOrDefault(source.Name)?.Failures ?? 0) + 1 : 0;
            var every = TimeSpan.FromSeconds(source.EverySeconds);
            var rest = failures < 2 ? every : Longer(every, Shorter(every * Math.Pow(2, Math.Min(failures - 1, 10)), LongestRest));
            turns[source.Name] = new SourceTurn(now, now + (rest * (0.9 + (Random.Shared.NextDouble() / 5))), failures);
        }
    }

    /// <summary>Somebody knows of news: it is the source's turn now, and once more if it is being looked at just then.</summary>
    public void Ask(string source)
    {
        lock (gate) asked.Add(source);
        Wake();
    }

    /// <summary>A look begins: what is announced from now on, it may miss.</summary>
    public void Begins(string source)
    {
        lock (gate) asked.Remove(source);
    }

    /// <summary>Lets the poller look whose turn it is.</summary>
    public void Wake() => changed.Fire();

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
