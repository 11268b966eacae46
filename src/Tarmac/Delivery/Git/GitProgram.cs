using System.Diagnostics;
using System.Text;

namespace Tarmac.Delivery.Git;

/// <summary>What git answered.</summary>
public sealed record GitAnswer(int ExitCode, byte[] Bytes, string Errors)
{
    // Index-pack is what writes the largest file; git says so when the kernel ends it.
    private const string FileLimitSignal = "died of signal 25";

    /// <summary>It printed or stored more than it was allowed to.</summary>
    public bool TooLarge => Cut || Errors.Contains(FileLimitSignal, StringComparison.Ordinal);

    internal bool Cut { get; init; }

    public bool Succeeded => ExitCode == 0;

    /// <exception cref="GitFailedException">Git did not exit with 0; the message has what it said.</exception>
    public GitAnswer OrFail(string command) => Succeeded ? this : throw new GitFailedException(command, Errors);

    /// <summary>As text, without the last line end.</summary>
    public string Output => Encoding.UTF8.GetString(Bytes).TrimEnd('\n');
}

/// <summary>What git may cost where it works on what others made.</summary>
/// <param name="Output">Most bytes it may print.</param>
/// <param name="File">Most bytes of any file it writes; the kernel keeps it.</param>
public sealed record GitLimits(long Output, long File);

/// <summary>Runs the <c>git</c> program with nothing of the operator's own configuration.</summary>
public static class GitProgram
{
    private const int MostErrors = 64 * 1024;

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
        string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null, ReadOnlyMemory<byte> input = default, GitLimits? limits = null,
        CancellationToken cancellation = default)
    {
        using var process = Start(folder, arguments, variables, limits);
        try
        {
            using var output = new MemoryStream();
            var reading = ReadOutput(process, output, limits?.Output ?? long.MaxValue, cancellation);
            var errors = Last(process.StandardError, cancellation);
            await WriteInput(process, input, cancellation);
            await process.WaitForExitAsync(cancellation);
            var cut = await reading;
            return new GitAnswer(process.ExitCode, output.ToArray(), (await errors).Trim()) { Cut = cut };
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
        (await Run(folder, arguments, variables, input, null, cancellation)).OrFail(arguments[0]).Output;

    // A host may say as much as it likes; why git failed is at the end.
    private static async Task<string> Last(StreamReader said, CancellationToken cancellation)
    {
        var (text, buffer) = (new StringBuilder(), new char[4096]);
        while (await said.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            text.Append(buffer, 0, read);
            if (text.Length > 2 * MostErrors) text.Remove(0, text.Length - MostErrors);
        }
        return text.ToString();
    }

    private static async Task<bool> ReadOutput(Process process, MemoryStream output, long most, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellation) is var read and > 0)
        {
            if (output.Length + read > most)
            {
                process.Kill(entireProcessTree: true);
                return true;
            }
            output.Write(buffer, 0, read);
        }
        return false;
    }

    private static Process Start(string folder, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables, GitLimits? limits)
    {
        // The shell counts in blocks of 512 bytes.
        var (program, all) = limits is null ? ("git", arguments) : ("/bin/sh", ["-c", $"ulimit -f {limits.File / 512} && exec git \"$@\"", "git", .. arguments]);
        var start = new ProcessStartInfo(program, all)
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
