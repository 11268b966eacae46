using System.Runtime.InteropServices;

namespace Tarmac.Model.Runtimes;

/// <summary>Starts a program in a session and process group of its own, with exactly the environment given,
/// default signal handling, and standard input from /dev/null. The kernel either makes the whole child or none.</summary>
public static unsafe partial class PosixSpawn
{
    private const short SetSigDef = 0x04, SetSigMask = 0x08, SetSid = 0x80;
    private const int ReadOnly = 0, WriteOnly = 1;

    // posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t take at most 336, 80 and 128 bytes (glibc and musl).
    private const int OpaqueSize = 1024;

    /// <summary>The child's pid. Throws <see cref="IOException"/> with the system's words when it cannot be started.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Arguments without the program itself.</param>
    /// <param name="environment">The whole environment.</param>
    /// <param name="workingDirectory">Where it starts.</param>
    /// <param name="output">Descriptor for its standard output, or -1 for /dev/null.</param>
    /// <param name="error">Descriptor for its standard error, or -1 for /dev/null.</param>
    public static int Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        string workingDirectory,
        int output = -1,
        int error = -1)
    {
        var strings = new List<nint>();
        byte* attributes = stackalloc byte[OpaqueSize], actions = stackalloc byte[OpaqueSize], signals = stackalloc byte[OpaqueSize];
        Check(posix_spawnattr_init(attributes));
        Check(posix_spawn_file_actions_init(actions));
        try
        {
            var argv = new List<nint> { Add(strings, program) };
            foreach (var argument in arguments)
                argv.Add(Add(strings, argument));
            argv.Add(0);
            var envp = new List<nint>();
            foreach (var (name, value) in environment)
                envp.Add(Add(strings, $"{name}={value}"));
            envp.Add(0);

            // This runtime ignores SIGPIPE and blocks some signals: a child must not inherit either.
            _ = sigfillset(signals);
            Check(posix_spawnattr_setsigdefault(attributes, signals));
            _ = sigemptyset(signals);
            Check(posix_spawnattr_setsigmask(attributes, signals));
            Check(posix_spawnattr_setflags(attributes, SetSigDef | SetSigMask | SetSid));

            Check(posix_spawn_file_actions_addopen(actions, 0, "/dev/null", ReadOnly, 0));
            Redirect(actions, output, 1);
            Redirect(actions, error, 2);
            Check(posix_spawn_file_actions_addchdir_np(actions, workingDirectory));

            fixed (nint* argvPointer = CollectionsMarshal.AsSpan(argv), envpPointer = CollectionsMarshal.AsSpan(envp))
            {
                Check(posix_spawn(out var pid, program, actions, attributes, argvPointer, envpPointer));
                return pid;
            }
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
            foreach (var text in strings)
                Marshal.FreeCoTaskMem(text);
        }
    }

    private static nint Add(List<nint> strings, string text)
    {
        var pointer = Marshal.StringToCoTaskMemUTF8(text);
        strings.Add(pointer);
        return pointer;
    }

    private static void Redirect(byte* actions, int descriptor, int target)
    {
        if (descriptor < 0)
            Check(posix_spawn_file_actions_addopen(actions, target, "/dev/null", WriteOnly, 0));
        else
            Check(posix_spawn_file_actions_adddup2(actions, descriptor, target));
    }

    private static void Check(int error)
    {
        if (error != 0)
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn(out int pid, string path, byte* actions, byte* attributes, nint* argv, nint* envp);

    [LibraryImport("libc")] private static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")] private static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);
    [LibraryImport("libc")] private static partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc")] private static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);
    [LibraryImport("libc")] private static partial int sigfillset(byte* signals);
    [LibraryImport("libc")] private static partial int sigemptyset(byte* signals);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addopen(byte* actions, int target, string path, int flags, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);
}
