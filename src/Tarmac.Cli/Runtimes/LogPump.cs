using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>Carries one output stream of the child into the log. When the log cannot keep up, the pipe fills and the
/// child waits: a flood costs the flooder.</summary>
internal sealed class LogPump
{
    private readonly int _descriptor;
    private readonly string _stream;
    private readonly LogWriter _log;
    private readonly Thread _thread;

    public LogPump(int descriptor, string stream, LogWriter log)
    {
        _descriptor = descriptor;
        _stream = stream;
        _log = log;
        _thread = new Thread(Pump, 128 * 1024) { IsBackground = true, Name = stream };
    }

    public void Begin() => _thread.Start();

    /// <summary>Nothing holds the other end any more, so the end of the stream is near; a descriptor passed to a stranger
    /// is the one exception, and not worth waiting for.</summary>
    public void Finish() => _thread.Join(TimeSpan.FromSeconds(2));

    private void Pump()
    {
        var lines = new LogLines(_stream);
        var buffer = new byte[32 * 1024];
        int count;
        while ((count = Posix.Read(_descriptor, buffer)) > 0)
            _log.Append(lines, buffer.AsSpan(0, count), end: false);
        _log.Append(lines, default, end: true);
        _ = Posix.Close(_descriptor);
    }
}
