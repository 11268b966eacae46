using System.Collections.Concurrent;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;

namespace Tarmac.Catalog.Sources;

/// <summary>
/// Looks at each registered source when its turn comes. One that answers slowly, or never, keeps no other waiting. Of several
/// platforms one looks at all.
/// </summary>
internal sealed class SourcePoller(RegisteredSources sources, SourceSchedule schedule, Leases leases, Database database, TimeProvider clock, ILogger<SourcePoller> logger) : BackgroundService
{
    private const string Lease = "catalog.poll";

    // What another replica registered is seen by then.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan WhileAnotherLooks = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Task> looking = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset?> heard = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Another platform may be told that there is news.
        database.Heard += schedule.Wake;
        while (!stoppingToken.IsCancellationRequested)
        {
            var changed = schedule.Changed;
            var wait = LongestWait;
            try
            {
                foreach (var ended in looking.Where(look => look.Value.IsCompleted).Select(look => look.Key).ToList()) looking.TryRemove(ended, out _);
                var mine = await leases.Take(Lease, stoppingToken);
                if (!mine) wait = WhileAnotherLooks;
                var registered = !mine ? [] : (await database.Read(RegistrationStore.All, stoppingToken)).Where(source => source.IsPolled).ToList();
                Hear(registered);
                var (due, next) = schedule.Due(registered);
                foreach (var source in due.Where(source => !looking.ContainsKey(source.Name))) Begin(source, stoppingToken);
                // One that is being looked at is due until it was; its end wakes us.
                // Rounded up, as timers round down: one that rings early finds nobody's turn come.
                if (next is { } comes && comes < wait) wait = TimeSpan.FromMilliseconds(Math.Ceiling(comes.TotalMilliseconds));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogWarning(error, "The registered sources could not be listed; trying again");
            }
            await Wait(changed, wait, stoppingToken);
        }
        await Task.WhenAll(looking.Values);
    }

    // One that is seen for the first time is looked at soon whatever was announced before.
    private void Hear(List<Registration> registered)
    {
        foreach (var gone in heard.Keys.Except(registered.Select(source => source.Name)).ToList()) heard.Remove(gone);
        foreach (var source in registered)
        {
            if (heard.TryGetValue(source.Name, out var before) && source.AskedAt is not null && before != source.AskedAt) schedule.Ask(source.Name);
            heard[source.Name] = source.AskedAt;
        }
    }

    private void Begin(Registration source, CancellationToken stopping)
    {
        schedule.Begins(source.Name);
        looking[source.Name] = Look(source, stopping);
    }

    private async Task Wait(Task changed, TimeSpan wait, CancellationToken stopping)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var due = Task.Delay(wait, clock, done.Token);
        await Task.WhenAny(due, changed);
        await done.CancelAsync();
    }

    private async Task Look(Registration source, CancellationToken stopping)
    {
        // Its own thread from the start: a file system that hangs must not hang the others.
        await Task.Yield();
        try
        {
            await sources.Fetch(source.Name, Principal.Platform.Ref, anyway: false, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start looks again.
        }
        catch (Problem gone) when (gone.Status == 404)
        {
            // Removed meanwhile.
        }
        catch (Exception error)
        {
            logger.LogError(error, "Looking at the catalog source {Source} failed; it is tried again", source.Name);
            schedule.Looked(source, failed: true);
        }
        finally
        {
            looking.TryRemove(source.Name, out _);
            schedule.Wake();
        }
    }
}
