using System.Collections.Concurrent;
using System.Threading.Channels;
using Tarmac.Foundation.Principals;
using Tarmac.Foundation.Replicas;
using Tarmac.Foundation.Storage;

namespace Tarmac.Catalog;

/// <summary>
/// Reads the sources on this machine again when their files change: every few seconds by size and time, and at once when the
/// system says so, and then only what it says. Looking by time never takes more than about a hundredth of it, however large the
/// folders are, and a third while files keep changing.
/// </summary>
internal sealed class CatalogWatcher(CatalogSources sources, TimeProvider clock, ILogger<CatalogWatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    // An editor writes in several steps; the first notice is rarely the last.
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);
    private const int RestByTime = 100;
    private const int RestByNotice = 2;

    private readonly Dictionary<string, FileSystemWatcher> watchers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> noticed = new(StringComparer.Ordinal);
    private readonly Channel<bool> notices = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var started = clock.GetTimestamp();
                await LookAtAll(stoppingToken);
                await FollowNotices(Longer(clock.GetElapsedTime(started) * RestByTime, Interval), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The platform stops.
        }
        finally
        {
            foreach (var watcher in watchers.Values) watcher.Dispose();
        }
    }

    private async Task LookAtAll(CancellationToken stopping)
    {
        var folders = sources.Folders;
        foreach (var source in folders)
            await Look(source.Name, async () =>
            {
                if (!await sources.MayRead(source, stopping))
                {
                    Leave(source.Name);
                    return;
                }
                Watch(source);
                await sources.Refresh(source.Name, Principal.Platform.Ref, anyway: false, stopping);
            }, stopping);
        foreach (var name in watchers.Keys.Except(folders.Select(source => source.Name)).ToList()) Leave(name);
    }

    private void Leave(string source)
    {
        if (watchers.Remove(source, out var watcher)) watcher.Dispose();
    }

    private async Task Look(string source, Func<Task> look, CancellationToken stopping)
    {
        try
        {
            await look();
        }
        catch (Foundation.Web.Problem gone) when (gone.Status == 404)
        {
            // Removed while we looked.
        }
        catch (LeaseTakenException)
        {
            // Another platform took it over while this one stood still.
        }
        catch (Exception error) when (error is StorageUnavailableException or IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(error, "The catalog source {Source} could not be read and is tried again", source);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            // One source's trouble must not keep the others from being read.
            logger.LogError(error, "Reading the catalog source {Source} failed and is tried again", source);
        }
    }

    /// <summary>Until it is time to look everywhere again.</summary>
    private async Task FollowNotices(TimeSpan rest, CancellationToken stopping)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var due = Task.Delay(rest, clock, wait.Token);
        var (looked, took) = (clock.GetTimestamp(), TimeSpan.Zero);
        while (await Task.WhenAny(due, notices.Reader.WaitToReadAsync(wait.Token).AsTask()) != due)
        {
            stopping.ThrowIfCancellationRequested();
            await Task.Delay(Longer((took * RestByNotice) - clock.GetElapsedTime(looked), Settle), clock, stopping);
            notices.Reader.TryRead(out _);
            var started = clock.GetTimestamp();
            foreach (var source in noticed.Keys)
            {
                noticed.TryRemove(source, out _);
                await Look(source, () => sources.LookAtNoticed(source, stopping), stopping);
            }
            (looked, took) = (clock.GetTimestamp(), clock.GetElapsedTime(started));
        }
        await wait.CancelAsync();
        stopping.ThrowIfCancellationRequested();
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void Watch(CatalogSource source)
    {
        var isFolder = Directory.Exists(source.Location);
        var root = isFolder ? source.Location : Path.GetDirectoryName(source.Location)!;
        if (watchers.TryGetValue(source.Name, out var known))
        {
            if (known.Path == root && Directory.Exists(root)) return;
            Leave(source.Name);
        }
        if (!Directory.Exists(root)) return;
        try
        {
            var watcher = new FileSystemWatcher(root) { IncludeSubdirectories = isFolder };
            void Notice(string? path)
            {
                // What is not said may be anything: the folder itself stands for that.
                sources.Doubt(source.Name, path?.Replace('\\', '/') ?? "");
                noticed[source.Name] = true;
                notices.Writer.TryWrite(true);
            }
            watcher.Changed += (_, change) => Notice(change.Name);
            watcher.Created += (_, change) => Notice(change.Name);
            watcher.Deleted += (_, change) => Notice(change.Name);
            watcher.Renamed += (_, change) =>
            {
                Notice(change.OldName);
                Notice(change.Name);
            };
            // Too many notices, or too few watches allowed: the next look by time finds what changed.
            watcher.Error += (_, _) => Notice(null);
            watcher.EnableRaisingEvents = true;
            watchers[source.Name] = watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException)
        {
            // Too many watches, or the folder went away just now.
            logger.LogInformation(error, "The folder {Folder} cannot be watched; it is looked at by time", root);
        }
    }
}
