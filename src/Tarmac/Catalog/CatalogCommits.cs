using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog;

/// <summary>
/// Commits changes of the catalog one after the other, and shows each before the next. Other platforms on the same database
/// do the same: what they committed is shown first, and a change is decided again when one of them was quicker.
/// </summary>
public sealed class CatalogCommits(Database database, CurrentCatalog current, TimeProvider clock)
{
    // Commit and swap in one go, so that what is shown follows the order of commits.
    private readonly SemaphoreSlim turn = new(1, 1);

    // The revision that is shown, when other platforms change the tables too.
    private long seen;

    /// <summary>All up to this revision is shown.</summary>
    internal void Begin(long revision) => seen = revision;

    /// <summary>Shows what other platforms committed.</summary>
    internal async Task Follow(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await CatchUp(cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <param name="change">Decides by what is shown when it is called, which may be more than once.</param>
    internal async Task<T> Commit<T>(Func<Session, DateTimeOffset, Task<T>> change, Action<T, DateTimeOffset> show, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            while (true)
            {
                if (database.IsShared) await CatchUp(cancellation);
                var now = clock.GetUtcNow();
                try
                {
                    var (answer, revision) = await database.Write(session => Decide(session, change, now), cancellation);
                    show(answer, now);
                    seen = revision;
                    return answer;
                }
                catch (CatalogMovedException)
                {
                    // Another platform was quicker: it is decided again, on what that one left.
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task CatchUp(CancellationToken cancellation)
    {
        if (await database.Read(session => CatalogNews.After(session, seen, current.State), cancellation) is not { } news) return;
        current.Follow(news, clock.GetUtcNow());
        seen = news.Revision;
    }

    // What is decided stands on what is shown: nothing may have come between.
    private async Task<(T Answer, long Revision)> Decide<T>(Session session, Func<Session, DateTimeOffset, Task<T>> change, DateTimeOffset now)
    {
        if (!database.IsShared) return (await change(session, now), 0);
        await CatalogStore.Hold(session);
        if (await CatalogStore.Revision(session) != seen) throw new CatalogMovedException();
        return (await change(session, now), await CatalogStore.Revision(session));
    }

    private sealed class CatalogMovedException : Exception;
}
