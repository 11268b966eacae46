using System.Runtime.InteropServices;
using Tarmac.Model.Problems;
using Tarmac.Model.Runtimes;

namespace Tarmac.Runtimes.Local;

/// <summary>Starts shims by the platform's copy of the <c>tarmac</c> program.</summary>
internal sealed class ShimLauncher(string program)
{
    public void Launch(ProcessFolder folder)
    {
        if (!File.Exists(program))
            throw NotStarted($"{program} does not exist.", null);
        string[] command = program.EndsWith(".dll", StringComparison.Ordinal)
            ? [Path.Join(DotnetRoot(), "dotnet"), program]
            : [program];
        try
        {
            ShimStart.Detached(folder, command, Environment());
        }
        catch (IOException e)
        {
            throw NotStarted($"/bin/sh cannot be started: {e.Message}.", e);
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
