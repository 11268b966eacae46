using System.Diagnostics;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Walk;

/// <summary>A clone that the walk works in and takes away with it; nobody else's work is ever in its folder. The walker's
/// token is handed to git in its environment, where no process list shows it.</summary>
internal sealed class WorkingCopy(string token) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tarmac-walk-").FullName;

    public Task Clone(string url) => Git("clone", "--quiet", url, ".");

    public string Read(string path) => File.ReadAllText(Path.Combine(folder, path));

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(folder, path), text);

    /// <summary>Commits everything and pushes; answers what the platform said while it deployed.</summary>
    public async Task<string> Push(string message)
    {
        await Git("add", "--all");
        await Git("-c", "user.name=Noor", "-c", "user.email=noor@tarmac.invalid", "commit", "--quiet", "--allow-empty", "-m", message);
        return await Git("push", "origin", "HEAD:main");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public async Task<string> Head() => (await Git("rev-parse", "HEAD")).Trim();

    private async Task<string> Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_COUNT"] = "1";
        start.Environment["GIT_CONFIG_KEY_0"] = "http.extraHeader";
        start.Environment["GIT_CONFIG_VALUE_0"] = "Authorization: Bearer " + token;
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync();
        var output = await git.StandardOutput.ReadToEndAsync();
        await git.WaitForExitAsync();
        if (git.ExitCode != 0)
            throw new CliProblem(ExitCode.Failure, CliCodes.GitFailed, $"git {arguments[0]} failed.", (await errors).Trim(), "Mend what it says, and run this again.");
        return output + await errors;
    }
}
