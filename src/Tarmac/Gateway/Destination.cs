using System.Net;

namespace Tarmac.Gateway;

/// <summary>
/// One running instance as the gateway sees it: its connections, what is in flight to it, and whether it still is routed.
/// It has a connection pool of its own, so that a new instance on a reused port never meets a dead connection.
/// </summary>
internal sealed class Destination(string id, string address, string service, string environment, TimeProvider time)
{
    // Shorter than what common servers grant an idle connection (Node: 5 s), so that we close first.
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(4);

    private int _inFlight;
    private bool _retired;
    private int _closed;

    public string Id { get; } = id;
    public string Address { get; } = address;
    public string Service { get; } = service;
    public string Environment { get; } = environment;
    public AccessFacts Access { get; } = new(time);
    public int InFlight => Volatile.Read(ref _inFlight);
    public bool IsRetired => Volatile.Read(ref _retired);

    /// <summary>When it was retired, in <see cref="TimeProvider.GetTimestamp"/>'s units.</summary>
    public long RetiredAt { get; private set; }

    public HttpMessageInvoker Connections { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        ActivityHeadersPropagator = null, // trace headers pass as they came
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = IdleConnection,
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(250),
    });

    /// <summary>
    /// Counts a request in, unless the destination was retired: counting first and looking second means that whoever
    /// retires it and then reads zero knows that no request can still be on its way.
    /// </summary>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _inFlight);
        if (!IsRetired) return true;
        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && IsRetired) Close();
    }

    public void Retire()
    {
        RetiredAt = time.GetTimestamp();
        Volatile.Write(ref _retired, true);
        Interlocked.MemoryBarrier();
        if (InFlight == 0) Close();
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) Connections.Dispose();
    }
}
