using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Catalog.Backstage;

/// <summary>The public client of Backstage's catalog, installed once from its package by the committed lock file.</summary>
public sealed class BackstageClientPackage : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly string Source = Path.Combine(PublicData.Repository, "tests", "Tarmac.Tests", "Catalog", "Backstage", "client");

    private readonly TemporaryFolder folder = new();

    public static bool IsPossible => OnPath("node") && OnPath("npm");

    public string Folder => folder.Path;

    public async ValueTask InitializeAsync()
    {
        if (!IsPossible) return;
        foreach (var file in Directory.GetFiles(Source)) File.Copy(file, folder.In(Path.GetFileName(file)));
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (npm.StandardOutput.ReadToEndAsync(CancellationToken.None), npm.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await npm.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }
        Assert.True(npm.ExitCode == 0, $"npm ci ended with {npm.ExitCode}:\n{await output}\n{await errors}");
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}

/// <summary>One running client that talks to one platform.</summary>
internal sealed class BackstageClient : IDisposable
{
    public const string Exists = "<exists>";

    private readonly Process process;
    private readonly HashSet<string> called = [];

    public BackstageClient(BackstageClientPackage package, TestPlatform platform, string? token)
    {
        var start = new ProcessStartInfo("node", ["drive.cjs"]) { WorkingDirectory = package.Folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["TARMAC_URL"] = platform.Url;
        if (token is not null) start.Environment["TARMAC_TOKEN"] = token;
        process = Process.Start(start)!;
    }

    public IReadOnlySet<string> Called => called;

    /// <summary>What a method answers; null for undefined. Fails the test when it throws.</summary>
    public async Task<JsonNode?> Call(string method, params JsonNode?[] given)
    {
        var told = await Tell(method, given);
        Assert.True(told["error"] is null, $"{method}: {told.ToJsonString()}");
        return told["answer"];
    }

    /// <summary>What a method throws: status, and name and message of the cause as the server told it.</summary>
    public async Task<(int Status, string Name, string Message)> Fails(string method, params JsonNode?[] given)
    {
        var told = await Tell(method, given);
        Assert.True(told["error"]?["cause"] is not null, $"{method}: {told.ToJsonString()}");
        var error = told["error"]!;
        return (error["status"]!.GetValue<int>(), error["cause"]!["name"]!.GetValue<string>(), error["cause"]!["message"]!.GetValue<string>());
    }

    private async Task<JsonNode> Tell(string method, JsonNode?[] given)
    {
        called.Add(method);
        var line = new JsonObject { ["method"] = method, ["given"] = new JsonArray([.. given.Select(argument => argument?.DeepClone())]) };
        await process.StandardInput.WriteLineAsync(line.ToJsonString().AsMemory(), TestContext.Current.CancellationToken);
        await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var told = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(told ?? throw new InvalidOperationException("The client ended."))!;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
