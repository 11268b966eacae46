using System.Diagnostics;
using System.Text;

namespace Tarmac.Delivery.Git;

/// <summary>What git answered.</summary>
public sealed record GitAnswer(int ExitCode, byte[] Bytes, string Errors)
{
    public bool Succeeded => ExitCode == 0;

    /// <exception cref="GitFailedException">Git did not exit with 0; the message has what it said.</exception>
    public GitAnswer OrFail(string command) => Succeeded ? this : throw new GitFailedException(command, Errors);

    /// <summary>As text, without the last line end.</summary>
    public string Output => Encoding.UTF8.GetString(Bytes).TrimEnd('\n');
}

/// <summary>Runs the <c>git</c> program with nothing of the operator's own configuration.</summary>
public static class GitProgram
{
    /// <summary>The environment git runs in: no prompts, no user or system configuration, no hooks from templates.</summary>
    public static Dictionary<string, string?> Environment(string home) => new()
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH"),
        ["HOME"] = home,
        ["LANG"] = "C.UTF-8",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
    };

    public static async Task<GitAnswer> Run(
        string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null, ReadOnlyMemory<byte> input = default, CancellationToken cancellation = default)
    {
        using var process = Start(folder, arguments, variables);
        try
        {
            using var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await WriteInput(process, input, cancellation);
            await process.WaitForExitAsync(cancellation);
            await reading;
            return new GitAnswer(process.ExitCode, output.ToArray(), (await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>As <see cref="Run"/>, for what must succeed; answers the output without the last line end.</summary>
    /// <exception cref="GitFailedException">Git did not exit with 0; the message has what it said.</exception>
    public static async Task<string> Must(
        string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null, ReadOnlyMemory<byte> input = default, CancellationToken cancellation = default) =>
        (await Run(folder, arguments, variables, input, cancellation)).OrFail(arguments[0]).Output;

    private static Process Start(string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment(folder)) start.Environment[name] = value;
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static async Task WriteInput(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all; its exit code and words say why.
        }
    }
}

public sealed class GitFailedException(string command, string said) : Exception($"git {command} failed: {said}");
