using System.IO.Enumeration;
using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>Keeps limits by looking: once a second at memory and process count (where no control group does it),
/// less often at a folder's size. A short peak between two looks goes unseen.</summary>
internal sealed class Watchdog(ResourceLimits limits, ControlGroup? group, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DiskInterval = TimeSpan.FromSeconds(2);

    private readonly bool _watchesProcesses = group is null && (limits.MemoryBytes ?? limits.Processes) is not null;
    private readonly bool _watchesDisk = limits.DiskFolder is not null && limits.DiskBytes is not null;
    private long _processesSeen = time.GetTimestamp(), _diskSeen = time.GetTimestamp();
    private TimeSpan _diskInterval = DiskInterval;

    /// <summary>Time until there is something to look at; null when nothing is watched.</summary>
    public TimeSpan? NextLook
    {
        get
        {
            TimeSpan? processes = _watchesProcesses ? Positive(Interval - time.GetElapsedTime(_processesSeen)) : null;
            TimeSpan? disk = _watchesDisk ? Positive(_diskInterval - time.GetElapsedTime(_diskSeen)) : null;
            return processes is null ? disk : disk is null || processes < disk ? processes : disk;
        }
    }

    /// <summary>The limit that is exceeded now, if any.</summary>
    public ExitReason? Exceeded()
    {
        if (_watchesProcesses && time.GetElapsedTime(_processesSeen) >= Interval)
        {
            _processesSeen = time.GetTimestamp();
            var pids = ProcFs.Descendants(Environment.ProcessId);
            if (pids.Count > limits.Processes)
                return ExitReason.ProcessLimit;
            if (limits.MemoryBytes is { } most)
            {
                long memory = 0;
                foreach (var pid in pids)
                    memory += ProcFs.AnonymousBytes(pid);
                if (memory > most)
                    return ExitReason.MemoryLimit;
            }
        }
        if (_watchesDisk && time.GetElapsedTime(_diskSeen) >= _diskInterval)
        {
            var began = time.GetTimestamp();
            var size = FolderSize.Of(limits.DiskFolder!);
            // A large tree is slow to measure: never spend more than a twentieth of the time on it.
            var cost = time.GetElapsedTime(began);
            _diskInterval = cost * 20 > DiskInterval ? cost * 20 : DiskInterval;
            _diskSeen = time.GetTimestamp();
            if (size > limits.DiskBytes)
                return ExitReason.DiskLimit;
        }
        return null;
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.FromMilliseconds(1);

    /// <summary>Sum of file lengths below a folder that changes while it is read.</summary>
    private sealed class FolderSize(string folder) : FileSystemEnumerator<long>(folder, new EnumerationOptions
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
    })
    {
        public static long Of(string folder)
        {
            if (!Directory.Exists(folder))
                return 0;
            using var files = new FolderSize(folder);
            long total = 0;
            while (files.MoveNext())
                total += files.Current;
            return total;
        }

        protected override long TransformEntry(ref FileSystemEntry entry) => entry.IsDirectory ? 0 : entry.Length;

        protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
            entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0;

        protected override bool ContinueOnError(int error) => true;
    }
}
