using System.ComponentModel;
using System.Diagnostics;
using Tarmac.Cli.Foundation;
using Tarmac.Cli.Hosting;
using Tarmac.Model;

namespace Tarmac.Cli.Roads;

/// <summary>Clones a repository of the platform so that later pulls and pushes ask this program for the token.</summary>
internal static class GitClone
{
    /// <exception cref="CliProblem">git is missing or failed.</exception>
    public static async Task Into(Invocation run, string repository, string folder)
    {
        var platform = new Uri(repository).GetLeftPart(UriPartial.Authority);
        var helper = $"!{ServerProgram.SelfAsShell} credential{string.Concat(run.Platform.Connection.Options.Select(option => " " + ShellWord.Of(option)))}";
        var start = new ProcessStartInfo("git")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "clone", "--quiet",
                // The empty one first: other helpers must neither answer for this platform nor keep its token.
                "-c", $"credential.{platform}.helper=", "-c", $"credential.{platform}.helper={helper}",
                repository, folder,
            },
        };
        // Without this git would ask at the terminal when the token is refused.
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            using var git = Process.Start(start) ?? throw Failed(repository, "It could not be started.");
            var said = git.StandardError.ReadToEndAsync(run.Cancellation);
            await git.StandardOutput.ReadToEndAsync(run.Cancellation);
            await git.WaitForExitAsync(run.Cancellation);
            if (git.ExitCode != 0) throw Failed(repository, (await said).Trim());
            run.Terminal.Progress($"Cloned into {folder}.");
        }
        catch (Win32Exception missing)
        {
            throw Failed(repository, missing.Message);
        }
    }

    private static CliProblem Failed(string repository, string why) => new(
        ExitCode.Failure, CliCodes.GitFailed, "git could not clone the repository.", why, $"The service itself is there. Mend what git says, and clone it: git clone {repository}");
}
