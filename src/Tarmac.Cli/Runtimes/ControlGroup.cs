using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>A cgroup v2 of our own for the child, where the host delegates one; limits are then the kernel's.</summary>
internal sealed class ControlGroup
{
    private const int CpuPeriod = 100_000;

    private readonly string _path;
    private readonly string _home;

    private ControlGroup(string path, string home) => (_path, _home) = (path, home);

    /// <summary>Processes the kernel ever killed in it for lack of memory.</summary>
    public long OutOfMemoryKills
    {
        get
        {
            if (!File.Exists(Path.Join(_path, "memory.events")))
                return 0; // memory is not among its limits
            foreach (var line in File.ReadLines(Path.Join(_path, "memory.events")))
                if (line.StartsWith("oom_kill ", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(9), CultureInfo.InvariantCulture);
            return 0;
        }
    }

    public static ControlGroup? TryCreate(string folder, ResourceLimits limits)
    {
        if ((limits.MemoryBytes ?? limits.CpuMillis ?? limits.Processes) is null)
            return null;
        return Own() is { } own ? TryCreate(own, folder, limits) : null;
    }

    /// <param name="own">Folder of the control group this shim is in.</param>
    /// <param name="folder">Process folder, for a name nobody else uses.</param>
    /// <param name="limits">What to keep.</param>
    internal static ControlGroup? TryCreate(string own, string folder, ResourceLimits limits)
    {
        // A group with processes cannot hand controllers to groups below it, so the new one is a sibling:
        // that works when whoever started the platform delegated the level above.
        var parent = Path.GetDirectoryName(own);
        if (parent is null || !Controllers(parent).IsSupersetOf(Needed(limits)))
            return null;
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 8));
        var path = Path.Join(parent, $"tarmac-{name}");
        try
        {
            Directory.CreateDirectory(path);
            if (limits.MemoryBytes is { } memory)
            {
                Write(path, "memory.max", memory);
                // All of it goes, not the largest process only: half a service is worse than none.
                if (File.Exists(Path.Join(path, "memory.oom.group")))
                    Write(path, "memory.oom.group", 1);
                if (File.Exists(Path.Join(path, "memory.swap.max")))
                    Write(path, "memory.swap.max", 0);
            }
            if (limits.Processes is { } processes)
                Write(path, "pids.max", processes);
            if (limits.CpuMillis is { } cpu)
                File.WriteAllText(Path.Join(path, "cpu.max"), $"{(long)cpu * CpuPeriod / 1000} {CpuPeriod}");
            return new ControlGroup(path, own);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // not delegated to us: the watchdog keeps the limits, and the record says so
        }
    }

    /// <summary>Throws <see cref="IOException"/> when the kernel does not let this shim in.</summary>
    public void Enter()
    {
        try
        {
            Write(_path, "cgroup.procs", Environment.ProcessId);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"its control group cannot be entered: {e.Message}", e);
        }
    }

    /// <summary>A shim that is not let out goes on from inside: its child runs, and somebody must look after it.</summary>
    public void Leave()
    {
        try
        {
            Write(_home, "cgroup.procs", Environment.ProcessId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ShimOutput.Say($"The shim stays in {_path}: {e.Message}");
        }
    }

    public void Remove()
    {
        try
        {
            Directory.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ShimOutput.Say($"{_path} stays: {e.Message}");
        }
    }

    private static void Write(string path, string file, long value) =>
        File.WriteAllText(Path.Join(path, file), value.ToString(CultureInfo.InvariantCulture));

    private static HashSet<string> Needed(ResourceLimits limits)
    {
        var needed = new HashSet<string>();
        if (limits.MemoryBytes is not null)
            needed.Add("memory");
        if (limits.Processes is not null)
            needed.Add("pids");
        if (limits.CpuMillis is not null)
            needed.Add("cpu");
        return needed;
    }

    private static HashSet<string> Controllers(string path)
    {
        var file = Path.Join(path, "cgroup.subtree_control");
        return File.Exists(file) ? [.. File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)] : [];
    }

    /// <summary>The v2 group of this process; null on hosts without one.</summary>
    private static string? Own()
    {
        string? mount = null;
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
            if (line.Contains(" - cgroup2 ", StringComparison.Ordinal))
                mount = line.Split(' ')[4];
        if (mount is null)
            return null;
        foreach (var line in File.ReadLines("/proc/self/cgroup"))
            if (line.StartsWith("0::/", StringComparison.Ordinal) && line.Length > 4)
                return mount + line[3..];
        return null;
    }
}
