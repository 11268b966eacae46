using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tarmac.Tests.Cli;

/// <summary>A platform of its own in the background, as people start it.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task A_detached_platform_comes_back_when_killed_and_its_services_never_notice()
    {
        using var cli = new CliProgram();
        cli.Variables["TARMAC_ROADS"] = Path.Combine(PublicData.Repository, "roads");
        var people = cli.File("org.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: { name: promotions }\nspec: { type: team, children: [] }\n---\n"
            + "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: { name: noor }\nspec: { memberOf: [promotions] }\n");
        try
        {
            var started = (await cli.Run("serve", "--detach", "--listen", "127.0.0.1:0", "--gateway-listen", $"127.0.0.1:{FreePort()}", "--owner", "user:default/noor", "--organisation", people, "--json", "--quiet")).Succeeded().Json;
            var url = started["url"]!.GetValue<string>();
            Assert.StartsWith(url + "/sign-in?link=", started["signIn"]!.GetValue<string>());
            Assert.Equal(url, (await cli.Run("whoami", "--json")).Succeeded().Json["platform"]!.GetValue<string>());
            Assert.Contains("runs already", (await cli.Run("serve", "--detach")).Succeeded().Error);
            (await cli.Run("new", "tiny", "--road", "node-api", "--description", "A tiny service for tests", "--no-deploy", "--yes")).Succeeded();
            Assert.Contains("Live:", (await cli.Push(Path.Combine(cli.Folder, "tiny"), "one")).Error);
            var instance = await Instance(cli);

            var pid = started["pid"]!.GetValue<int>();
            using (var server = Process.GetProcessById(pid))
            {
                server.Kill();
                await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
            // Sent while it is away, and done when it is back, wherever it listens then.
            (await cli.Run("token", "create", "after-the-kill")).Succeeded();
            Assert.NotEqual(pid, (await cli.Run("serve", "status", "--json")).Succeeded().Json["pid"]!.GetValue<int>());
            Assert.Equal(instance, await Instance(cli));

            Assert.Contains("platform", (await cli.Run("serve", "--stop")).Succeeded().Out);
            (await cli.Run("serve", "status")).Failed(5);
            Assert.Equal("one", await Body(instance.Port));
            Assert.Contains("tiny", (await cli.Run("serve", "--stop", "--with-services")).Succeeded().Out);
            await Assert.ThrowsAsync<HttpRequestException>(() => Body(instance.Port));
        }
        finally
        {
            (await cli.Run("serve", "--stop", "--with-services")).Succeeded();
        }
    }

    private static async Task<(int Pid, int Port)> Instance(CliProgram cli)
    {
        var instance = (await cli.Run("status", "tiny", "--json")).Succeeded().Json["environments"]![0]!["instances"]![0]!;
        return (instance["pid"]!.GetValue<int>(), instance["port"]!.GetValue<int>());
    }

    private static async Task<string> Body(int port)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://127.0.0.1:{port}/", TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [Fact]
    public async Task What_another_process_of_the_same_number_is_doing_is_left_alone()
    {
        using var cli = new CliProgram();
        // As a platform of an earlier start of this machine or container left it; the number is another's by now.
        using var other = Process.Start("sleep", "600");
        try
        {
            cli.File("home/platform.json", $$"""{"url":"http://127.0.0.1:9","gateway":"http://127.0.0.1:9","pid":{{other.Id}},"startTime":1,"bootId":"an earlier one","version":"0"}""");
            (await cli.Run("serve", "status")).Failed(5, "No platform runs");
            Assert.Empty((await cli.Run("serve", "--stop", "--json")).Succeeded().Json["stopped"]!.AsArray());
            Assert.False(other.HasExited);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task In_the_foreground_it_prints_a_link_that_signs_the_browser_in()
    {
        using var cli = new CliProgram();
        using var server = cli.Start("serve", "--listen", "127.0.0.1:0", "--gateway-listen", $"127.0.0.1:{FreePort()}");
        try
        {
            string? line;
            do line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            while (line is not null && !line.StartsWith("Sign in:", StringComparison.Ordinal));
            Assert.NotNull(line);
            using var http = new HttpClient();
            Assert.Contains("Sign in", await http.GetStringAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], TestContext.Current.CancellationToken));
        }
        finally
        {
            (await cli.Run("serve", "--stop", "--with-services")).Succeeded();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_platform_that_cannot_start_says_why()
    {
        using var cli = new CliProgram();
        try
        {
            (await cli.Run("serve", "--detach", "--listen", "0.0.0.0:0")).Failed(1, "needs TLS");
        }
        finally
        {
            await cli.Run("serve", "--stop");
        }
    }

    [Fact]
    public async Task In_the_foreground_it_is_the_server_itself_with_its_exit_code()
    {
        using var cli = new CliProgram();
        (await cli.Run("serve", "--no-such-option", "x")).Failed(2, "There is no option --no-such-option");
    }

    [Theory]
    [InlineData("missing", "dotnet-sdk-10.0", "not installed")]
    [InlineData("old", "dotnet-sdk-10.0", "8.0.100")]
    public async Task The_checkout_says_which_SDK_it_needs(string what, string package, string found)
    {
        using var cli = new CliProgram();
        var script = cli.File("tarmac", await File.ReadAllTextAsync(Path.Combine(PublicData.Repository, "tarmac"), TestContext.Current.CancellationToken));
        var tools = Directory.CreateDirectory(Path.Combine(cli.Folder, "tools")).FullName;
        foreach (var tool in new[] { "bash", "find", "mkdir", "touch", "rm", "mv", "cut", "tr", "dirname", "readlink" })
            File.CreateSymbolicLink(Path.Combine(tools, tool), Path.Combine("/usr/bin", tool));
        if (what == "old")
        {
            var fake = cli.File("tools/dotnet", "#!/bin/sh\nif [ \"$1\" = --list-sdks ]; then echo '8.0.100 [/opt]'; exit 0; fi\nexit 145\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var start = cli.StartInfo("/usr/bin/bash", script, "--version");
        start.Environment["PATH"] = tools;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Empty(await output);
        Assert.Contains(package, error);
        Assert.Contains(found, error);
        Assert.Contains("10.0.100", error);
    }
}
