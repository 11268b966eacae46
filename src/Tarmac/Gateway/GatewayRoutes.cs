using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Tarmac.Gateway;

public enum GatewayApplyOutcome
{
    /// <summary>The gateway serves this revision.</summary>
    Applied,
    /// <summary>No gateway listens; the file is written, and the next gateway starts with it.</summary>
    GatewayDown,
    /// <summary>A gateway lives but did not confirm in time; it may still serve an older revision.</summary>
    Unconfirmed,
    /// <summary>The snapshot breaks a rule and was not written, or the gateway would not serve it.</summary>
    Refused,
}

public sealed record GatewayApplied(long Revision, GatewayApplyOutcome Outcome, string? Detail = null);

public enum DrainOutcome
{
    /// <summary>Nothing is in flight and nothing can come: safe to stop.</summary>
    Drained,
    /// <summary>Something was still in flight (or the gateway did not answer) when the time was up.</summary>
    TimedOut,
    /// <summary>A route still leads to the destination; take it out first.</summary>
    StillRouted,
}

/// <summary>The platform's side of the gateway: writes the routes, waits for them to be served, waits for drains.</summary>
/// <param name="portal">The portal's address, for the links on the gateway's error pages.</param>
public sealed class GatewayRoutes(string home, string? portal, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly GatewayFolder _folder = new(home);
    private readonly SemaphoreSlim _one = new(1);
    private readonly HttpClient _control = new(new SocketsHttpHandler
    {
        UseProxy = false,
        ActivityHeadersPropagator = null,
        // The gateway may be another process by the next call.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(new GatewayFolder(home).Socket), ct);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new Uri("http://gateway/"), Timeout = System.Threading.Timeout.InfiniteTimeSpan };

    /// <summary>What is on disk; null with the problems when it is unusable.</summary>
    public RouteSnapshotReading Read() => RouteSnapshotFile.Read(_folder.Routes);

    /// <summary>Makes these the routes and waits until the gateway serves them. The same routes again write nothing.</summary>
    public Task<GatewayApplied> ApplyAsync(IReadOnlyList<GatewayRoute> routes, CancellationToken ct) =>
        ChangeAsync(_ => routes, ct);

    /// <summary>Adds the route, or replaces the one with its host.</summary>
    public Task<GatewayApplied> SetAsync(GatewayRoute route, CancellationToken ct) =>
        ChangeAsync(routes => [.. Without(routes, route.Host), route], ct);

    public Task<GatewayApplied> RemoveAsync(string host, CancellationToken ct) =>
        ChangeAsync(routes => [.. Without(routes, host)], ct);

    /// <summary>Changes the routes from what they are now; changes of concurrent callers come one after another.</summary>
    public async Task<GatewayApplied> ChangeAsync(
        Func<IReadOnlyList<GatewayRoute>, IReadOnlyList<GatewayRoute>> change, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var reading = Read();
            // Taken for empty, it would be written anew with this change alone, and every other host lost.
            if (reading.Unread) return new GatewayApplied(0, GatewayApplyOutcome.Refused, "The routes cannot be read: " + string.Join(" ", reading.Problems));
            var before = reading.Snapshot ?? new RouteSnapshot(time.GetUtcNow().ToUnixTimeMilliseconds(), []);
            var after = new RouteSnapshot(before.Revision + 1, change(before.Routes), portal);
            if (RouteRules.Check(after) is { Count: > 0 } problems)
                return new GatewayApplied(before.Revision, GatewayApplyOutcome.Refused, string.Join(" ", problems));
            if (before.Revision > 0 && Same(before, after)) after = before;
            else RouteSnapshotFile.Write(_folder.Routes, after);
            return await ConfirmAsync(after.Revision, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Waits until nothing is in flight to a destination that was taken out of the routes. A dead gateway has nothing in
    /// flight; one that only finishes its last requests keeps its lock, and is waited for.
    /// </summary>
    public async Task<DrainOutcome> WaitUntilDrainedAsync(string destinationId, TimeSpan maxWait, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var (state, isDown) = await AskAsync(HttpMethod.Get, "state", ct);
            if (isDown && _folder.IsGatewayGone()) return IsOnDisk(destinationId) ? DrainOutcome.StillRouted : DrainOutcome.Drained;
            if (state is not null)
            {
                var found = state.Destinations.Where(d => d.Id == destinationId).ToList();
                if (found.Any(d => d.Routed)) return DrainOutcome.StillRouted;
                if (found.Sum(d => d.InFlight) == 0) return DrainOutcome.Drained;
            }
            if (time.GetElapsedTime(started) >= maxWait) return DrainOutcome.TimedOut;
            await Task.Delay(Look, time, ct);
        }
    }

    /// <summary>The gateway's state, or null when none answers.</summary>
    public async Task<GatewayState?> StateAsync(CancellationToken ct) => (await AskAsync(HttpMethod.Get, "state", ct)).State;

    public void Dispose()
    {
        _control.Dispose();
        _one.Dispose();
    }

    private async Task<GatewayApplied> ConfirmAsync(long revision, CancellationToken ct)
    {
        var (state, isDown) = await AskAsync(HttpMethod.Post, "apply", ct);
        if (isDown) return new GatewayApplied(revision, GatewayApplyOutcome.GatewayDown, "No gateway listens; the routes are kept for it.");
        if (state is null) return new GatewayApplied(revision, GatewayApplyOutcome.Unconfirmed, $"The gateway did not answer within {Answer.TotalSeconds} s.");
        return state.Revision == revision
            ? new GatewayApplied(revision, GatewayApplyOutcome.Applied)
            : new GatewayApplied(revision, GatewayApplyOutcome.Refused, $"The gateway serves revision {state.Revision}. {string.Join(" ", state.Problems)}");
    }

    /// <summary>Down means that nobody accepts on the socket; neither a state nor down, that somebody does and is silent.</summary>
    private async Task<(GatewayState? State, bool IsDown)> AskAsync(HttpMethod method, string path, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Answer, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await _control.SendAsync(request, either.Token);
            response.EnsureSuccessStatusCode();
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return (await JsonSerializer.DeserializeAsync(body, GatewayJson.Default.GatewayState, either.Token), false);
        }
        catch (HttpRequestException e)
        {
            return (null, e.HttpRequestError == HttpRequestError.ConnectionError);
        }
        catch (IOException)
        {
            return (null, false); // it died while it answered; the next look says down
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, false);
        }
    }

    private bool IsOnDisk(string destinationId) =>
        Read().Snapshot?.Routes.Any(r => r.Destinations.Any(d => d.Id == destinationId)) != false;

    private static IEnumerable<GatewayRoute> Without(IEnumerable<GatewayRoute> routes, string host) =>
        routes.Where(r => !r.Host.Equals(host, StringComparison.OrdinalIgnoreCase));

    private static bool Same(RouteSnapshot a, RouteSnapshot b) =>
        JsonSerializer.Serialize(a with { Revision = 0 }, GatewayJson.Default.RouteSnapshot)
        == JsonSerializer.Serialize(b with { Revision = 0 }, GatewayJson.Default.RouteSnapshot);
}
