using System.Net;
using Tarmac.Model.Problems;

namespace Tarmac.Gateway;

/// <summary>Serves what the snapshot file says: told by the file system, by the control socket, and by a poll behind both.</summary>
internal sealed partial class RouteFollower(GatewayFolder folder, TimeProvider time, ILogger<RouteFollower> log) : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // Long enough for the platform to read the last facts of an instance it has stopped.
    private static readonly TimeSpan RetiredKept = TimeSpan.FromMinutes(5);

    private readonly Lock _apply = new();
    private readonly List<Destination> _retired = [];
    private readonly TaskCompletionSource<RouteTable> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _changed = new(0);
    private FileSystemWatcher? _watcher;
    private RouteTable? _current;
    private (DateTime Written, long Length) _seen;
    private IReadOnlyList<InputProblem> _problems = [];

    /// <summary>Null until the first snapshot was read; then wait for <see cref="First"/>.</summary>
    public RouteTable? Current => Volatile.Read(ref _current);
    public Task<RouteTable> First => _first.Task;
    public IPEndPoint? Listen { get; set; }

    /// <summary>Why the file on disk is not what is served; empty when it is.</summary>
    public IReadOnlyList<InputProblem> Problems => Volatile.Read(ref _problems);

    /// <summary>True while not one good snapshot has been read in this process.</summary>
    public bool HasNeverRead => Current?.Snapshot == RouteSnapshot.Empty && Problems.Count > 0;

    /// <summary>Reads the file now and serves it if it is good; else keeps the last good one and says so.</summary>
    public void Apply()
    {
        lock (_apply)
        {
            _seen = Look();
            var reading = RouteSnapshotFile.Read(folder.Routes, Listen);
            var previous = _current;
            if (reading.Snapshot is null) Refuse(reading.Problems);
            else if (previous?.Snapshot.Revision > 0 && reading.Snapshot == RouteSnapshot.Empty)
                Refuse([new InputProblem(RouteRules.Code, "The file is gone.", "routes.json")]);
            else if (previous?.Snapshot.Revision == reading.Snapshot.Revision)
                Volatile.Write(ref _problems, []);
            else
                Serve(reading.Snapshot, previous);
        }
    }

    /// <summary>Follows the file until cancelled.</summary>
    public async Task FollowAsync(CancellationToken ct)
    {
        _watcher = new FileSystemWatcher(folder.Folder, Path.GetFileName(folder.Routes));
        _watcher.Changed += (_, _) => _changed.Release();
        _watcher.Created += (_, _) => _changed.Release();
        _watcher.Renamed += (_, _) => _changed.Release();
        _watcher.EnableRaisingEvents = true;
        try
        {
            while (true)
            {
                await WaitAsync(ct);
                bool isNew;
                lock (_apply) isNew = Look() != _seen;
                if (isNew) Apply();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested) { }
    }

    public GatewayState State(DateTimeOffset startedAt)
    {
        lock (_apply)
        {
            _retired.RemoveAll(d => d.InFlight == 0 && time.GetElapsedTime(d.RetiredAt) > RetiredKept);
            return new GatewayState(
                _current?.Snapshot.Revision ?? 0,
                startedAt,
                Listen?.ToString() ?? "",
                [.. (_current?.Destinations ?? []).Concat(_retired).Select(d => new GatewayDestinationState(
                    d.Id, d.Address, d.Service, d.Environment, !d.IsRetired, d.InFlight, d.Access.Recent()))],
                [.. _problems.Select(p => p.ToString())]);
        }
    }

    public void Dispose()
    {
        _watcher?.Dispose();
        _changed.Dispose();
        foreach (var destination in Current?.Destinations ?? []) destination.Retire();
    }

    private void Serve(RouteSnapshot snapshot, RouteTable? previous)
    {
        var table = RouteTable.Build(snapshot, previous, time);
        Volatile.Write(ref _current, table);
        Volatile.Write(ref _problems, []);
        // Retired only after the swap: a request refused by a retired destination finds the new table.
        foreach (var gone in (previous?.Destinations ?? []).Except(table.Destinations))
        {
            gone.Retire();
            _retired.Add(gone);
        }
        _first.TrySetResult(table);
        LogServing(log, snapshot.Revision, snapshot.Routes.Count, table.Destinations.Count);
    }

    private void Refuse(IReadOnlyList<InputProblem> problems)
    {
        Volatile.Write(ref _problems, problems);
        LogRefused(log, _current?.Snapshot.Revision ?? 0, string.Join(" ", problems));
        if (_current is not null) return;
        var nothing = RouteTable.Build(RouteSnapshot.Empty, null, time);
        Volatile.Write(ref _current, nothing);
        _first.TrySetResult(nothing);
    }

    private (DateTime, long) Look()
    {
        var file = new FileInfo(folder.Routes);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var poll = Task.Delay(Poll, time, either.Token);
        var told = _changed.WaitAsync(either.Token);
        await Task.WhenAny(poll, told);
        await either.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving revision {Revision}: {Routes} routes, {Destinations} destinations")]
    private static partial void LogServing(ILogger log, long revision, int routes, int destinations);

    [LoggerMessage(Level = LogLevel.Error, Message = "The snapshot on disk is not usable, revision {Revision} goes on: {Problems}")]
    private static partial void LogRefused(ILogger log, long revision, string problems);
}
