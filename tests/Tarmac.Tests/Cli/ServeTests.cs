using System.Diagnostics;

namespace Tarmac.Tests.Cli;

/// <summary>A platform of its own in the background, as people start it.</summary>
public sealed class ServeTests
{
    [Fact]
    public async Task A_detached_platform_is_ready_when_told_so_comes_back_when_killed_and_stops_when_asked()
    {
        using var cli = new CliProgram();
        try
        {
            var started = (await cli.Run("serve", "--detach", "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--json", "--quiet")).Succeeded().Json;
            var url = started["url"]!.GetValue<string>();
            Assert.StartsWith(url + "/sign-in?link=", started["signIn"]!.GetValue<string>());
            Assert.Equal(url, (await cli.Run("whoami", "--json")).Succeeded().Json["platform"]!.GetValue<string>());
            Assert.Contains("runs already", (await cli.Run("serve", "--detach")).Succeeded().Error);

            var pid = started["pid"]!.GetValue<int>();
            using (var server = Process.GetProcessById(pid))
            {
                server.Kill();
                await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
            // Sent while it is away, and done when it is back, wherever it listens then.
            (await cli.Run("token", "create", "after-the-kill")).Succeeded();
            Assert.NotEqual(pid, (await cli.Run("serve", "status", "--json")).Succeeded().Json["pid"]!.GetValue<int>());
        }
        finally
        {
            (await cli.Run("serve", "--stop", "--with-services")).Succeeded();
        }
        (await cli.Run("serve", "status")).Failed(5);
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
