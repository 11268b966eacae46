using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Tarmac.Bench;

/// <summary>Requests sent, those that failed, and every latency in milliseconds, sorted.</summary>
internal sealed record LoadResult(long Requests, long Failed, TimeSpan Elapsed, double[] Latencies)
{
    public double PerSecond => (Requests - Failed) / Elapsed.TotalSeconds;
    public double Quantile(double share) => Latencies.Length == 0 ? double.NaN : Latencies[(int)((Latencies.Length - 1) * share)];
}

/// <summary>HTTP/1.1 GETs over kept connections, on plain blocking sockets and threads: cheap beside the servers it measures.</summary>
/// <param name="paths">What is asked for, in turns; the root when null.</param>
/// <param name="headers">Sent with each request, every line ended.</param>
internal sealed partial class LoadGenerator(int port, string host, IReadOnlyList<string>? paths = null, string headers = "")
{
    private readonly byte[][] _requests = [.. (paths ?? ["/"]).Select(path =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n"))];

    /// <summary>Each connection sends its next request when the last was answered.</summary>
    public LoadResult ClosedLoop(int connections, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        return Run(connections, (connection, number, latencies) =>
        {
            // Each begins elsewhere, so that no two ask for the same at once.
            var next = number * _requests.Length / connections;
            for (var now = Stopwatch.GetTimestamp(); now < end;)
            {
                connection.Exchange(_requests[next++ % _requests.Length]);
                var done = Stopwatch.GetTimestamp();
                latencies.Add(Stopwatch.GetElapsedTime(now, done).TotalMilliseconds);
                now = done;
            }
        });
    }

    /// <summary>Requests leave by the clock; latency counts from when one was due, so a server that stalls cannot hide it.</summary>
    public LoadResult FixedRate(int connections, int perSecond, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 20;
        var each = (long)(duration.TotalSeconds * perSecond) / connections;
        return Run(connections, (connection, number, latencies) =>
        {
            if (SetTimerSlack(TimerSlack, 1, 0, 0, 0) != 0) throw new InvalidOperationException("prctl refused the timer slack.");
            for (var i = 0L; i < each; i++)
            {
                var due = start + (i * connections + number) * Stopwatch.Frequency / perSecond;
                SleepUntil(due);
                connection.Exchange(_requests[0]);
                latencies.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
            }
        });
    }

    private LoadResult Run(int connections, Action<Connection, int, List<double>> work)
    {
        var latencies = new List<double>[connections];
        var failed = 0L;
        var started = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, connections).Select(number => new Thread(() =>
        {
            var mine = latencies[number] = new List<double>(100_000);
            try
            {
                using var connection = new Connection(port);
                work(connection, number, mine);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                Console.Error.WriteLine($"connection {number}: {e.Message}");
                Interlocked.Increment(ref failed);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        var elapsed = Stopwatch.GetElapsedTime(started);
        double[] all = [.. latencies.SelectMany(l => l).Order()];
        return new LoadResult(all.Length + failed, failed, elapsed, all);
    }

    private static void SleepUntil(long due)
    {
        while (due - Stopwatch.GetTimestamp() is > 0 and var left)
        {
            var nanoseconds = left * 1_000_000_000 / Stopwatch.Frequency;
            var span = new TimeSpec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
            _ = Nanosleep(in span, 0); // woken early by a signal: the loop looks again
        }
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private byte[] _buffer = new byte[64 * 1024];

        public Connection(int port) => _socket.Connect(IPAddress.Loopback, port);

        /// <summary>One request and its whole answer; anything but a 200 throws.</summary>
        public void Exchange(byte[] request)
        {
            _socket.Send(request);
            var have = 0;
            int? whole = null;
            while (whole is null || have < whole)
            {
                if (have == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
                var read = _socket.Receive(_buffer, have, _buffer.Length - have, SocketFlags.None);
                if (read == 0) throw new IOException("The server closed the connection.");
                have += read;
                whole ??= Length(_buffer.AsSpan(0, have));
            }
        }

        // Null while that cannot be told: the head is not whole, or the last chunk has not come.
        private static int? Length(ReadOnlySpan<byte> answer)
        {
            var head = answer.IndexOf("\r\n\r\n"u8);
            if (head < 0) return null;
            if (!answer.StartsWith("HTTP/1.1 200 "u8)) throw new IOException(Encoding.UTF8.GetString(answer));
            var name = answer[..head].IndexOf("Content-Length: "u8);
            if (name < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8) ? answer.Length : null;
            var digits = answer[(name + "Content-Length: ".Length)..];
            return head + 4 + int.Parse(Encoding.ASCII.GetString(digits[..digits.IndexOf((byte)'\r')]));
        }

        public void Dispose() => _socket.Dispose();
    }

    private const int TimerSlack = 29; // PR_SET_TIMERSLACK: wake when asked, not up to 50 µs later

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Nanosleep(in TimeSpec wanted, nint left);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int SetTimerSlack(int option, ulong value, ulong unused3, ulong unused4, ulong unused5);
}
