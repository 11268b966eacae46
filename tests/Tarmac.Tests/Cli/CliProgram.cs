using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tarmac.Tests.Delivery;

namespace Tarmac.Tests.Cli;

/// <summary>What one run of the program left.</summary>
public sealed record CliRun(int Exit, string Out, string Error)
{
    /// <summary>Standard output as one JSON document; fails the test when there is more or less than one.</summary>
    public JsonNode Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Out) ?? throw new JsonException("null");
            }
            catch (JsonException)
            {
                Assert.Fail($"Not one JSON document (exit {Exit}):\n{Out}\n{Error}");
                throw;
            }
        }
    }

    public CliRun Succeeded()
    {
        Assert.True(Exit == 0, $"exit {Exit}\n{Out}\n{Error}");
        return this;
    }

    public CliRun Failed(int exit, string? saying = null)
    {
        Assert.True(Exit == exit, $"exit {Exit}, not {exit}\n{Out}\n{Error}");
        if (saying is not null) Assert.Contains(saying, Error + Out);
        return this;
    }
}

/// <summary>The real program, in a configuration of its own, so that nothing of whoever runs the tests is used or changed.</summary>
public sealed class CliProgram : IDisposable
{
    public CliProgram(string? home = null)
    {
        Folder = Directory.CreateTempSubdirectory("tarmac-cli-").FullName;
        Home = home ?? Path.Combine(Folder, "home");
    }

    /// <summary>TARMAC_TEST_CLI, else what the build put beside the tests.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("TARMAC_TEST_CLI") ?? Path.Combine(AppContext.BaseDirectory, "tarmac");

    /// <summary>A folder for the test's own files; it is the working directory too.</summary>
    public string Folder { get; }

    public string Home { get; }

    public Dictionary<string, string?> Variables { get; } = [];

    public Task<CliRun> Run(params string[] arguments) => Run("", arguments);

    public Task<CliRun> Run(string input, string[] arguments) => Run(StartInfo(Program, arguments), input);

    /// <summary>Any program in a folder, in the same configuration.</summary>
    public Task<CliRun> In(string folder, string program, params string[] arguments)
    {
        var start = StartInfo(program, arguments);
        start.WorkingDirectory = folder;
        return Run(start, "");
    }

    /// <summary>Commits a tiny service that answers <paramref name="says"/>, and pushes it with the real git, which must ask nobody.</summary>
    public async Task<CliRun> Push(string copy, string says, string? score = null)
    {
        System.IO.File.WriteAllText(Path.Combine(copy, "score.yaml"), (score ?? ServiceRepository.Score) + "\n");
        Directory.CreateDirectory(Path.Combine(copy, "app"));
        System.IO.File.WriteAllText(Path.Combine(copy, "app", "server.js"), ServiceRepository.Server(says));
        (await In(copy, "git", "add", "-A")).Succeeded();
        (await In(copy, "git", "-c", "user.name=Noor", "-c", "user.email=noor@example.test", "commit", "--quiet", "-m", says)).Succeeded();
        return (await In(copy, "git", "push")).Succeeded();
    }

    private static async Task<CliRun> Run(ProcessStartInfo start, string input)
    {
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new CliRun(process.ExitCode, output, await error);
    }

    public Process Start(params string[] arguments) => Process.Start(StartInfo(Program, arguments))!;

    public ProcessStartInfo StartInfo(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("TARMAC_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["TARMAC_HOME"] = Home;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config");
        start.Environment["TARMAC_SERVER"] = Path.Combine(AppContext.BaseDirectory, "Tarmac.Server.dll");
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        return start;
    }

    public string File(string name, string text)
    {
        var file = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, text);
        return file;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
