using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary>Finds the file to execute.</summary>
internal static class ProgramPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>util-linux's setpriv, which sets the parent-death signal between fork and exec; null where there is none.
    /// (BusyBox has a setpriv too, without that option.)</summary>
    public static string? DeathSignalWrapper { get; } = FindDeathSignalWrapper();

    /// <summary>The program's path: as given when it has a slash (relative to the working directory), else by PATH.</summary>
    public static string Resolve(ProcessSpec spec)
    {
        if (spec.Program.Contains('/'))
        {
            var path = Path.GetFullPath(spec.Program, spec.WorkingDirectory);
            if (!File.Exists(path))
                throw new IOException("no such file");
            return IsExecutable(path) ? path : throw new IOException("the file is not executable");
        }
        foreach (var folder in spec.Environment.GetValueOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin").Split(':'))
        {
            var path = Path.Join(folder, spec.Program);
            if (folder.Length > 0 && File.Exists(path) && IsExecutable(path))
                return path;
        }
        throw new IOException("no such program in the PATH it was given");
    }

    private static bool IsExecutable(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Executable) != 0;

    private static string? FindDeathSignalWrapper()
    {
        const string path = "/usr/bin/setpriv";
        if (!File.Exists(path))
            return null;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true);
        return target is not null && target.Name.Contains("busybox", StringComparison.Ordinal) ? null : path;
    }
}
