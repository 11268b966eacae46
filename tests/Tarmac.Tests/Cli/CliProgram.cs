using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

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

    public async Task<CliRun> Run(string input, string[] arguments)
    {
        using var process = Start(arguments);
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
