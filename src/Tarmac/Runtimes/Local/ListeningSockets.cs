using System.Globalization;
using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <summary>Whose a listening socket is, by the tables the kernel keeps under /proc.</summary>
internal static class ListeningSockets
{
    private const string Listening = "0A";

    /// <summary>Local addresses that answer at 127.0.0.1, as the tables write them: the address itself, any, and both in IPv6.</summary>
    private static readonly string[] Reached = ["0100007F", "00000000", "0000000000000000FFFF00000100007F", "00000000000000000000000000000000"];

    /// <summary>Whether a process, or one below it, listens at 127.0.0.1:<paramref name="port"/>. Null when the kernel does
    /// not tell: another system, processes of another user, or a network namespace of its own.</summary>
    public static bool? BelongTo(int root, int port)
    {
        var sockets = At(port);
        if (sockets.Count == 0) return null;
        var untold = false;
        foreach (var pid in ProcFs.Descendants(root).Prepend(root))
        {
            try
            {
                if (new DirectoryInfo($"/proc/{pid}/fd").EnumerateFileSystemInfos().Any(descriptor => descriptor.LinkTarget is { } target && sockets.Contains(target))) return true;
            }
            catch (UnauthorizedAccessException)
            {
                untold = true;
            }
            catch (IOException)
            {
                // It left between two looks.
            }
        }
        return untold ? null : false;
    }

    /// <summary>The sockets as the links below /proc/PID/fd name them.</summary>
    private static HashSet<string> At(int port)
    {
        var ending = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var found = new HashSet<string>();
        foreach (var table in (string[])["/proc/net/tcp", "/proc/net/tcp6"])
        {
            if (!File.Exists(table)) continue;
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                // Number, local address, remote address, state, queues, timer, retransmits, user, timeout, inode.
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields[3] == Listening && fields[1].EndsWith(ending, StringComparison.Ordinal) && Reached.Contains(fields[1][..^ending.Length])) found.Add($"socket:[{fields[9]}]");
            }
        }
        return found;
    }
}
