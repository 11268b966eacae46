using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Tarmac.Tests.Cli;

/// <summary><c>./run</c>, the first thing anybody does with a checkout.</summary>
[Trait("database", "sqlite")]
public sealed class RunTests : IDisposable
{
    private static readonly string Script = Path.Combine(PublicData.Repository, "run");
    // Inside the checkout, where it is when nobody says otherwise: what is built there must not become part of it.
    private readonly CliProgram cli = new(Path.Combine(PublicData.Repository, "artifacts", "try-" + Guid.NewGuid().ToString("n")[..8]));
    private readonly int port = FreePair();

    public RunTests()
    {
        cli.Variables["TARMAC_SERVER"] = null; // it builds its own
        // A new home has no packages yet; those of whoever runs the tests spare it the download.
        cli.Variables["NUGET_PACKAGES"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
    }

    public void Dispose()
    {
        cli.Dispose();
        if (Directory.Exists(cli.Home)) Directory.Delete(cli.Home, recursive: true);
    }

    [Fact]
    public async Task It_walks_the_main_job_twice_keeps_what_others_did_between_and_stops_and_forgets_it_all()
    {
        try
        {
            var first = Walked(await Run("--detach", "--json", "--port", $"{port}"));
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(cli.Home));
            await ChangeTheRunbook(first["url"]!.GetValue<string>());
            Walked(await Run("--detach", "--json"));
            (await cli.In(Copy, "git", "pull", "--quiet")).Succeeded();
            Assert.Contains("Ask Ola first.", await File.ReadAllTextAsync(Path.Combine(Copy, "RUNBOOK.md"), TestContext.Current.CancellationToken));
            Assert.All((await cli.Run("token", "list", "--as-token-file", Path.Combine(cli.Home, "token"), "--json")).Succeeded().Json.AsArray().Where(token => token!["name"]!.GetValue<string>() == "the walk"),
                token => Assert.NotNull(token!["revokedAt"]));
        }
        finally
        {
            Assert.True(Lines(await Run("--stop", "--json"))[^1]["ok"]!.GetValue<bool>());
        }
        Assert.Empty(ProcessesOf(cli.Home));
        (await Run("--reset")).Succeeded();
        Assert.False(Directory.Exists(cli.Home));
    }

    [Fact]
    public async Task A_start_that_fails_is_told_in_the_same_lines_and_its_home_can_be_forgotten()
    {
        using var taken = new TcpListener(IPAddress.Loopback, port);
        taken.Start();
        var run = await Run("--detach", "--no-walk", "--json", "--port", $"{port}");
        Assert.NotEqual(0, run.Exit);
        var last = Lines(run)[^1];
        Assert.Equal("start", last["step"]!.GetValue<string>());
        Assert.False(last["ok"]!.GetValue<bool>());
        Assert.Contains($"cannot listen at 127.0.0.1:{port}", last["problem"]!["detail"]!.GetValue<string>());
        (await Run("--reset")).Succeeded();
        Assert.False(Directory.Exists(cli.Home));
    }

    [Fact]
    public async Task Stopping_where_nothing_runs_makes_no_home_and_a_folder_that_is_no_home_is_never_deleted()
    {
        Assert.True(Assert.Single(Lines(await Run("--stop", "--json")))["ok"]!.GetValue<bool>());
        Assert.False(Directory.Exists(cli.Home));
        Directory.CreateDirectory(cli.Home);
        var file = Path.Combine(cli.Home, "thesis.txt");
        await File.WriteAllTextAsync(file, "years of work", TestContext.Current.CancellationToken);
        Assert.False(Assert.Single(Lines(await Run("--reset", "--json")))["ok"]!.GetValue<bool>());
        Assert.True(File.Exists(file));
    }

    private string Copy => Path.Combine(cli.Folder, "vouchers");

    private static string Helper => $"!\"{PublicData.Repository}/tarmac\" credential";

    private Task<CliRun> Run(params string[] arguments) => cli.In(cli.Folder, Script, [.. arguments, "--home", cli.Home]);

    /// <summary>As a member of the team would, by the words that ./run ends with.</summary>
    private async Task ChangeTheRunbook(string url)
    {
        cli.Variables["TARMAC_TOKEN"] = (await cli.Run("token", "create", "mine", "--person", "user:default/noor")).Succeeded().Out.Trim();
        (await cli.In(cli.Folder, "git", "clone", "--quiet", "-c", $"credential.helper={Helper}", url + "/git/vouchers.git")).Succeeded();
        await File.AppendAllTextAsync(Path.Combine(Copy, "RUNBOOK.md"), "\nAsk Ola first.\n", TestContext.Current.CancellationToken);
        (await cli.In(Copy, "git", "-c", "user.name=Noor", "-c", "user.email=noor@example.test", "commit", "--quiet", "-a", "-m", "Say whom to ask")).Succeeded();
        (await cli.In(Copy, "git", "push")).Succeeded();
    }

    private static JsonObject Walked(CliRun run)
    {
        var lines = Lines(run.Succeeded());
        Assert.All(lines, line => Assert.True(line["ok"]!.GetValue<bool>()));
        Assert.Equal(["build", "start", "member", "create", "clone", "push", "live", "score", "fix", "rescore", "leave", "done"], lines.Select(line => line["step"]!.GetValue<string>()));
        var done = lines[^1];
        Assert.StartsWith(done["url"]!.GetValue<string>() + "/sign-in?link=", done["signIn"]!.GetValue<string>());
        Assert.StartsWith("http://127.0.0.1:", done["serviceUrl"]!.GetValue<string>());
        Assert.Equal("vouchers.dev.localhost", done["serviceHost"]!.GetValue<string>());
        Assert.Equal(200, done["httpStatus"]!.GetValue<int>());
        Assert.Equal("group:default/promotions", done["owner"]!.GetValue<string>());
        Assert.True(done["scoreBefore"]!.GetValue<double>() < done["scoreAfter"]!.GetValue<double>(), done.ToJsonString());
        return done;
    }

    private static List<JsonObject> Lines(CliRun run)
    {
        var lines = run.Out.TrimEnd().Split('\n').Select(line => Assert.IsType<JsonObject>(JsonNode.Parse(line))).ToList();
        Assert.All(lines, line => Assert.True(line.ContainsKey("ok") && line.ContainsKey("step") && line.ContainsKey("seconds"), line.ToJsonString()));
        return lines;
    }

    private static IEnumerable<string> ProcessesOf(string home)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string words;
            try
            {
                words = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue; // it has just ended
            }
            if (words.Contains(home, StringComparison.Ordinal)) yield return words;
        }
    }

    /// <summary>The portal takes the port, the gateway the next.</summary>
    private static int FreePair()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (port is < 1024 or >= 65534) continue;
            using var second = new TcpListener(IPAddress.Loopback, port + 1);
            try
            {
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken; another pair then
            }
        }
    }
}
