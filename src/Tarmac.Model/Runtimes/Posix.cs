using System.Runtime.InteropServices;

namespace Tarmac.Model.Runtimes;

/// <summary>The few system calls that supervising processes needs and the framework does not offer.</summary>
public static partial class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;

    public const int NoHang = 1;
    public const int ErrorNoChild = 10;
    public const int ErrorInterrupted = 4;

    private const int PrSetChildSubreaper = 36;
    private const int RlimitNoFile = 7;
    private const int OpenCloseOnExec = 0x80000;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int SetSid();

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>Orphans below this process become its children instead of init's.</summary>
    public static bool BecomeSubreaper() => prctl(PrSetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>A pipe that no started program inherits by accident.</summary>
    public static (int Read, int Write) Pipe()
    {
        Span<int> ends = stackalloc int[2];
        return pipe2(ends, OpenCloseOnExec) == 0
            ? (ends[0], ends[1])
            : throw new IOException($"No pipe: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Bytes read, 0 at the end, -1 on an error. Blocks.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        while (true)
        {
            var count = (int)read(descriptor, buffer, (nuint)buffer.Length);
            if (count >= 0 || Marshal.GetLastPInvokeError() != ErrorInterrupted)
                return count;
        }
    }

    /// <summary>Sets this process's limit on open files, which what it starts inherits; bounded by the hard limit.</summary>
    public static bool LimitOpenFiles(long files)
    {
        if (getrlimit(RlimitNoFile, out var limit) != 0)
            return false;
        limit.Soft = (nuint)Math.Min((ulong)files, limit.Hard);
        return setrlimit(RlimitNoFile, in limit) == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public nuint Soft;
        public nuint Hard;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(Span<int> ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, Span<byte> buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in ResourceLimit limit);
}
