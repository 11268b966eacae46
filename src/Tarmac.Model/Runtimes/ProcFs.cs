using System.Globalization;
using System.Text;

namespace Tarmac.Model.Runtimes;

/// <param name="State">R, S, D, Z, ...</param>
/// <param name="Parent">Parent's pid.</param>
/// <param name="Group">Process group.</param>
/// <param name="Session">Session.</param>
/// <param name="StartTime">Clock ticks after boot.</param>
public readonly record struct ProcessStat(char State, int Parent, int Group, int Session, long StartTime)
{
    public bool IsZombie => State is 'Z' or 'X';
}

/// <summary>What the kernel says of processes under /proc.</summary>
public static class ProcFs
{
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public static ProcessStat? TryReadStat(int pid)
    {
        var text = TryReadAll($"/proc/{pid}/stat");
        if (text.Length == 0)
            return null;
        // The name in brackets may itself hold spaces and brackets: what counts begins after the last one.
        var line = Encoding.ASCII.GetString(text);
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessStat(
            fields[0][0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            int.Parse(fields[2], CultureInfo.InvariantCulture),
            int.Parse(fields[3], CultureInfo.InvariantCulture),
            long.Parse(fields[19], CultureInfo.InvariantCulture));
    }

    /// <summary>Memory only this process holds (resident, not backed by a file), in bytes; 0 when it is gone.</summary>
    public static long AnonymousBytes(int pid)
    {
        var text = TryReadAll($"/proc/{pid}/statm");
        if (text.Length == 0)
            return 0;
        var fields = Encoding.ASCII.GetString(text).Split(' ');
        var pages = long.Parse(fields[1], CultureInfo.InvariantCulture) - long.Parse(fields[2], CultureInfo.InvariantCulture);
        return Math.Max(0, pages) * Environment.SystemPageSize;
    }

    /// <summary>Everything below a process. With the process as subreaper that is all it ever started,
    /// whatever sessions those moved to. A snapshot: what is forked meanwhile may be missing.</summary>
    public static List<int> Descendants(int root)
    {
        var found = new List<int>();
        if (!File.Exists($"/proc/{root}/task/{root}/children"))
        {
            CollectByParent(root, found);
            return found;
        }
        var pending = new Stack<int>();
        pending.Push(root);
        while (pending.TryPop(out var pid))
        {
            foreach (var task in TaskFolders(pid))
            {
                var children = TryReadAll($"{task}/children");
                if (children.Length == 0)
                    continue;
                foreach (var word in Encoding.ASCII.GetString(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    var child = int.Parse(word, CultureInfo.InvariantCulture);
                    found.Add(child);
                    pending.Push(child);
                }
            }
        }
        return found;
    }

    /// <summary>What lives of a folder that nobody supervises: the recorded child if it is the very one, its session,
    /// whatever carries the folder's marker, and a shim that has not come far enough to leave a record.</summary>
    public static List<int> LeftBehind(ProcessFolder folder, ChildRecord? child)
    {
        var marker = Encoding.UTF8.GetBytes($"{ProcessFolder.Marker}={folder.Path}\0");
        var shim = Encoding.UTF8.GetBytes($"\0shim\0{folder.Path}\0");
        var leader = child is { } record && record.Identity.IsAlive ? record.Pid : 0;
        var found = new List<int>();
        foreach (var pid in AllPids())
        {
            if (pid == Environment.ProcessId || TryReadStat(pid) is not { IsZombie: false } stat)
                continue;
            if ((leader != 0 && stat.Session == leader) || Carries(pid, marker) || TryReadAll($"/proc/{pid}/cmdline").AsSpan().IndexOf(shim) > 0)
                found.Add(pid);
        }
        return found;
    }

    private static bool Carries(int pid, byte[] marker)
    {
        var environment = TryReadAll($"/proc/{pid}/environ").AsSpan();
        var at = environment.IndexOf(marker);
        return at == 0 || (at > 0 && environment[at - 1] == 0);
    }

    private static void CollectByParent(int root, List<int> found)
    {
        var parents = new List<(int Pid, int Parent)>();
        foreach (var pid in AllPids())
            if (TryReadStat(pid) is { } stat)
                parents.Add((pid, stat.Parent));
        found.Add(root);
        for (var i = 0; i < found.Count; i++)
            foreach (var (pid, parent) in parents)
                if (parent == found[i])
                    found.Add(pid);
        found.Remove(root);
    }

    private static IEnumerable<int> AllPids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
    }

    private static string[] TaskFolders(int pid)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (IOException)
        {
            return []; // it left between two looks
        }
    }

    /// <summary>Empty when the process is gone or belongs to somebody else.</summary>
    private static byte[] TryReadAll(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
