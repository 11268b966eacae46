using System.Runtime.InteropServices;
using Tarmac.Model.Problems;
using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <summary>Starts shims so that they are nobody's children: a shell in a session of its own starts the shim and leaves.</summary>
internal sealed class ShimLauncher(string program)
{
    // Arguments after the script: $0 is the file for the shim's own words, the rest is the command.
    private const string Script = "\"$@\" </dev/null >>\"$0\" 2>&1 &";

    public void Launch(ProcessFolder folder)
    {
        if (!File.Exists(program))
            throw NotStarted($"{program} does not exist.", null);
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal)
            ? [Path.Join(DotnetRoot(), "dotnet"), program]
            : [program];
        int shell;
        try
        {
            shell = PosixSpawn.Start("/bin/sh", ["-c", Script, folder.ShimOutput, .. command, "shim", folder.Path], Environment(), "/");
        }
        catch (IOException e)
        {
            throw NotStarted($"/bin/sh cannot be started: {e.Message}.", e);
        }
        // Milliseconds: the shell only forks. No child means that this program has its children reaped by the kernel.
        while (Posix.WaitPid(shell, out _, 0) < 0 && Marshal.GetLastPInvokeError() == Posix.ErrorInterrupted)
        {
        }
    }

    /// <summary>What the shim wrote before it failed, or nothing.</summary>
    public static string LastWords(ProcessFolder folder) =>
        File.Exists(folder.ShimOutput) && File.ReadLines(folder.ShimOutput).LastOrDefault(l => l.Length > 0) is { } line
            ? $"It said: {line}"
            : "";

    /// <summary>Little, and for a shim on the shared runtime: small memory counts more than speed.</summary>
    private static Dictionary<string, string> Environment() => new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["DOTNET_ROOT"] = DotnetRoot(),
        ["DOTNET_gcConcurrent"] = "0",
        ["DOTNET_GCgen0size"] = "0x40000",
        ["DOTNET_GCHeapAffinitizeMask"] = "1",
        ["DOTNET_GCHeapCount"] = "1",
        ["DOTNET_TieredPGO"] = "0",
        ["DOTNET_EnableDiagnostics"] = "0",
    };

    private static string DotnetRoot() =>
        Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private LocalRuntimeException NotStarted(string message, Exception? inner) => new(new InputProblem(
        "shim-not-started", message, File: program,
        Cure: "Check that the tarmac program is there and can be executed."), inner);
}
