using System.Runtime.InteropServices;

namespace Tarmac.Cli.Hosting;

/// <summary>Becomes another program: same process, same terminal, same signals.</summary>
internal static unsafe partial class PosixExec
{
    private const int SigPipe = 13;

    /// <summary>Does not return when it succeeds.</summary>
    /// <exception cref="IOException">The program cannot be executed.</exception>
    public static void Become(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        var argv = Strings(command);
        var envp = Strings([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        // What is ignored stays ignored over exec, and this runtime ignores SIGPIPE.
        _ = signal(SigPipe, 0);
        fixed (nint* arguments = argv, variables = envp)
            _ = execve(command[0], arguments, variables);
        throw new IOException($"{command[0]} cannot be started: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    private static nint[] Strings(IReadOnlyList<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int execve(string path, nint* argv, nint* envp);

    [LibraryImport("libc")]
    private static partial nint signal(int number, nint handler);
}
