using System.Diagnostics;

namespace Tarmac.Foundation.Operations;

/// <summary>
/// Lets a trial kill the platform at an exact point: <c>TARMAC_KILL_AT=switch:effect</c> sends SIGKILL to this process
/// when a step named so has had its effect but has not recorded it. Without the variable it does nothing.
/// </summary>
internal static class KillPoint
{
    private static readonly string? Chosen = Environment.GetEnvironmentVariable("TARMAC_KILL_AT");

    public static void Reached(string step, string phase)
    {
        if (Chosen is null || Chosen != step + ":" + phase) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
