namespace Tarmac.Gateway;

/// <summary>Requests, errors and latency of one destination, per minute, for the last quarter of an hour.</summary>
internal sealed class AccessFacts(TimeProvider time)
{
    private const int Kept = 15;

    // Upper bounds in milliseconds; the last bucket is everything slower.
    private static readonly int[] Bounds = [1, 2, 3, 5, 8, 12, 20, 35, 60, 100, 180, 300, 600, 1_000, 2_500, 5_000, 10_000, 30_000, 100_000];

    private readonly Lock _turn = new();
    private readonly Queue<Minute> _past = new(Kept);
    private Minute _current = new(-1);

    public void Count(bool serverError, TimeSpan elapsed)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        var minute = Volatile.Read(ref _current);
        if (minute.Number != now) minute = Turn(now);
        Interlocked.Increment(ref minute.Requests);
        if (serverError) Interlocked.Increment(ref minute.ServerErrors);
        Interlocked.Increment(ref minute.Latency[Bucket(elapsed.TotalMilliseconds)]);
    }

    public IReadOnlyList<GatewayMinute> Recent()
    {
        var oldest = time.GetUtcNow().ToUnixTimeSeconds() / 60 - Kept;
        lock (_turn)
            return [.. _past.Append(_current).Where(m => m.Number > oldest && m.Requests > 0).Select(m => m.Read())];
    }

    private Minute Turn(long now)
    {
        lock (_turn)
        {
            if (_current.Number == now) return _current;
            if (_past.Count == Kept) _past.Dequeue();
            if (_current.Number >= 0) _past.Enqueue(_current);
            var next = new Minute(now);
            Volatile.Write(ref _current, next);
            return next;
        }
    }

    private static int Bucket(double milliseconds)
    {
        var i = 0;
        while (i < Bounds.Length - 1 && milliseconds > Bounds[i]) i++;
        return i;
    }

    private sealed class Minute(long number)
    {
        public readonly long Number = number;
        public readonly int[] Latency = new int[Bounds.Length];
        public long Requests;
        public long ServerErrors;

        public GatewayMinute Read() => new(
            DateTimeOffset.FromUnixTimeSeconds(Number * 60), Requests, ServerErrors, Quantile(0.50), Quantile(0.99));

        private int Quantile(double share)
        {
            var wanted = (long)Math.Ceiling(Latency.Sum(n => (long)n) * share);
            var seen = 0L;
            for (var i = 0; i < Bounds.Length; i++)
                if ((seen += Latency[i]) >= wanted) return Bounds[i];
            return Bounds[^1];
        }
    }
}
