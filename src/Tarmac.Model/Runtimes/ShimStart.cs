using System.Runtime.InteropServices;

namespace Tarmac.Model.Runtimes;

/// <summary>Starts a shim so that it is nobody's child: a shell in a session of its own starts it and leaves.</summary>
public static class ShimStart
{
    // Arguments after the script: $0 is the file for the shim's own words, the rest is the command.
    private const string Script = "\"$@\" </dev/null >>\"$0\" 2>&1 &";

    /// <summary>Throws <see cref="IOException"/> when there is no shell to start.</summary>
    /// <param name="folder">What it shall supervise.</param>
    /// <param name="program">The command of the <c>tarmac</c> program.</param>
    /// <param name="environment">The shim's whole environment.</param>
    public static void Detached(ProcessFolder folder, IEnumerable<string> program, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var shell = PosixSpawn.Start("/bin/sh", ["-c", Script, folder.ShimOutput, .. program, "shim", folder.Path], environment, "/");
        // Milliseconds: the shell only forks. No child means that this program has its children reaped by the kernel.
        while (Posix.WaitPid(shell, out _, 0) < 0 && Marshal.GetLastPInvokeError() == Posix.ErrorInterrupted)
        {
        }
    }
}
