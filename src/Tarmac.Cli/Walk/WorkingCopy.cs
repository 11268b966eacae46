using System.Diagnostics;
using Tarmac.Cli.Foundation;

namespace Tarmac.Cli.Walk;

/// <summary>A clone that the walk works in, with the walker's token handed to git in its environment, where no process list shows it.</summary>
internal sealed class WorkingCopy(string folder, string token)
{
    public string Folder => folder;

    public async Task Clone(string url)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await Git(Path.GetDirectoryName(folder)!, "clone", "--quiet", url, folder);
    }

    /// <summary>A file as the first commit had it.</summary>
    public async Task<string> AtBeginning(string path)
    {
        var root = (await Git(folder, "rev-list", "--max-parents=0", "HEAD")).Trim().Split('\n')[^1];
        return await Git(folder, "show", root + ":" + path);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(folder, path));

    public void Write(string path, string text) => File.WriteAllText(Path.Combine(folder, path), text);

    /// <summary>Commits everything and pushes; answers what the platform said while it deployed.</summary>
    public async Task<string> Push(string message)
    {
        await Git(folder, "add", "--all");
        await Git(folder, "-c", "user.name=Noor", "-c", "user.email=noor@tarmac.invalid", "commit", "--quiet", "--allow-empty", "-m", message);
        return await Git(folder, "push", "origin", "HEAD:main");
    }

    public async Task<string> Head() => (await Git(folder, "rev-parse", "HEAD")).Trim();

    private async Task<string> Git(string where, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = where, RedirectStandardOutput = true, RedirectStandardError = true };
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
