using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Tarmac.Cli.Foundation;
using Tarmac.Model;

namespace Tarmac.Cli.Hosting;

/// <summary>Finds the server program and this program's own file.</summary>
internal static class ServerProgram
{
    /// <summary>The command that starts the server: TARMAC_SERVER, else what lies beside this program, else the checkout's build.</summary>
    /// <exception cref="CliProblem">There is none.</exception>
    public static string[] Command()
    {
        foreach (var candidate in Candidates())
            if (File.Exists(candidate)) return candidate.EndsWith(".dll", StringComparison.Ordinal) ? [Dotnet(), candidate] : [candidate];
        throw new CliProblem(ExitCode.Failure, CliCodes.ServerMissing, "The server program Tarmac.Server is not installed here.",
            "Looked for it beside this program: " + AppContext.BaseDirectory, "Run ./tarmac serve in a checkout, or say where it is by the variable TARMAC_SERVER.");
    }

    /// <summary>Becomes the server, in this terminal; answers its exit code where a process cannot become another.</summary>
    public static async Task<int> Become(List<string> command, CancellationToken cancellation)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        if (!OperatingSystem.IsWindows()) PosixExec.Become(command, environment);
        using var server = Process.Start(new ProcessStartInfo(command[0], command[1..])) ?? throw new IOException($"{command[0]} cannot be started.");
        await server.WaitForExitAsync(cancellation);
        return server.ExitCode;
    }

    /// <summary>The file of this program, which also is the shim that runs services.</summary>
    public static string Self { get; } = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) != "dotnet"
        ? path
        : Path.Combine(AppContext.BaseDirectory, "tarmac.dll");

    /// <summary>This program as words of a shell command.</summary>
    public static string SelfAsShell => Self.EndsWith(".dll", StringComparison.Ordinal) ? $"{ShellWord.Of(Dotnet())} {ShellWord.Of(Self)}" : ShellWord.Of(Self);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("TARMAC_SERVER") is { Length: > 0 } named)
        {
            yield return named;
            yield break;
        }
        var folder = AppContext.BaseDirectory;
        foreach (var place in (string[])[folder, Path.Combine(folder, "server"), Path.Combine(folder, "..", "..", "Tarmac", Path.GetFileName(folder.TrimEnd('/')))])
        {
            // The program before the library: it starts by itself where the runtime is not on the path.
            yield return Path.Combine(place, "Tarmac.Server");
            yield return Path.Combine(place, "Tarmac.Server.dll");
        }
    }

    private static string Dotnet()
    {
        var program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (Environment.ProcessPath is { } path && Path.GetFileName(path) == program) return path;
        var roots = new[] { Environment.GetEnvironmentVariable("DOTNET_ROOT"), "/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet" };
        var path2 = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return roots.Concat(path2).OfType<string>().Where(root => root.Length > 0).Select(root => Path.Combine(root, program)).FirstOrDefault(File.Exists)
            ?? throw new CliProblem(ExitCode.Failure, CliCodes.ServerMissing, "The .NET runtime is not installed here.", $"The server needs the ASP.NET Core runtime {Environment.Version.Major}.0 ({RuntimeInformation.RuntimeIdentifier}).",
                "Install the .NET SDK or the ASP.NET Core runtime and put dotnet on the PATH.");
    }
}
