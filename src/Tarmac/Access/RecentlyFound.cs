using System.Collections.Concurrent;

namespace Tarmac.Access;

/// <summary>
/// What was looked up in the last moment, by the hash of its secret, so that a client that asks often does not have the database
/// asked each time. Forgotten at once when this process ends a token or a session; what another process ends is over a moment later.
/// </summary>
internal sealed class RecentlyFound<T>(TimeProvider clock) where T : class
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private const int Most = 1000;

    private volatile ConcurrentDictionary<string, (T Found, long At)> recent = new(StringComparer.Ordinal);

    public async Task<T?> Find(string hash, Func<Task<T?>> look)
    {
        // What was looked up before something ended is kept where nobody looks any more.
        var (known, now) = (recent, clock.GetTimestamp());
        if (known.TryGetValue(hash, out var before) && clock.GetElapsedTime(before.At, now) < Moment) return before.Found;
        if (await look() is not { } found) return null;
        if (known.Count >= Most) known.Clear();
        known[hash] = (found, now);
        return found;
    }

    public void Forget() => recent = new(StringComparer.Ordinal);
}
