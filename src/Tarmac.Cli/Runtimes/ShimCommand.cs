using System.Runtime.InteropServices;
using Tarmac.Model.Runtimes;

namespace Tarmac.Cli.Runtimes;

/// <summary><c>tarmac shim DIR</c>: supervises the one process that DIR/spec.json describes, and outlives the platform.
/// Started by the platform, not by people.</summary>
internal static class ShimCommand
{
    public const int Supervised = 0;
    public const int WrongUsage = 2;
    public const int AlreadySupervised = 3;

    public static int Run(string path)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(path))
        {
            ShimOutput.Say($"{path} is not a process folder.");
            return WrongUsage;
        }
        var folder = new ProcessFolder(path);

        // Out of the terminal's reach: Ctrl-C and a hang-up there are not meant for this process.
        // Fails only for a session's leader, which is already where this wants to be.
        _ = Posix.SetSid();
        using var only = TryLock(folder.ShimLock);
        if (only is null)
            return AlreadySupervised;

        ProcessSpec? spec;
        try
        {
            spec = folder.ReadSpec();
        }
        catch (InvalidDataException e)
        {
            ShimOutput.Say(e.Message);
            return WrongUsage;
        }
        if (spec is null)
        {
            ShimOutput.Say($"{folder.SpecFile} does not exist.");
            return WrongUsage;
        }

        using var supervisor = new Supervisor(folder, spec, TimeProvider.System);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            supervisor.RequestStop();
        });
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using var child = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, context =>
        {
            context.Cancel = true;
            supervisor.Wake();
        });

        // Only this shim writes these records, so only now, with the lock held, are old ones certainly old.
        // The exit record is kept until the new child runs: an outcome never vanishes without a successor.
        File.Delete(folder.ChildFile);
        var self = ProcessIdentity.Self;
        folder.Write(new ShimRecord(self.Pid, self.StartTime, self.BootId, spec.Launch));
        supervisor.Run();
        return Supervised;
    }

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
