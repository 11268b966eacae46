namespace Tarmac.Tests.Delivery;

/// <summary>What a build sees of the machine it runs on.</summary>
public sealed class BuildTests
{
    [Fact]
    public async Task A_build_is_not_touched_by_what_lies_above_the_home()
    {
        using var outer = new TemporaryFolder();
        outer.Write("Directory.Build.props", "<Project><Import Project=\"nothing-there.props\" /></Project>");
        outer.Write("Directory.Build.rsp", "-noSuchOption");
        outer.Write("Directory.Packages.props", "<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>");
        outer.Write("global.json", "{ \"sdk\": { \"version\": \"99.0.100\" } }");
        outer.Write(".git/HEAD", "ref: refs/heads/main\n");
        Directory.CreateDirectory(outer.In(".git", "objects"));
        Directory.CreateDirectory(outer.In(".git", "refs"));
        await using var processes = new Processes(outer.In("home"));
        await using var platform = await TestPlatform.Start(outer.In("home"));
        await platform.Host("tiny");
        const string build = "! git rev-parse --git-dir && dotnet msbuild tool.proj -getProperty:ManagePackageVersionsCentrally && touch app/built";
        using var copy = new ServiceRepository().Tiny("built", ServiceRepository.Score.Replace("tarmac.dev/build: \"true\"", $"tarmac.dev/build: \"{build}\"", StringComparison.Ordinal));
        copy.Write("tool.proj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        copy.Commit("Build it");
        var (_, output) = copy.Push(platform, "tiny");
        Assert.Contains("remote: Live:", output, StringComparison.Ordinal);
        Assert.Equal("built", await platform.Body("tiny"));
    }

    /// <summary>What a platform leaves running on a home that is not its own, ended after it.</summary>
    private sealed class Processes(string home) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await TestPlatform.StopProcesses(home);
    }
}
