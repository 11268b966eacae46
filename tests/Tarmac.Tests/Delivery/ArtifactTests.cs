using System.Diagnostics;
using System.Runtime.Versioning;
using Tarmac.Delivery;
using Tarmac.Delivery.Releases;
using Tarmac.Foundation.Hosting;
using Tarmac.Foundation.Web;

namespace Tarmac.Tests.Delivery;

/// <summary>What is kept of a build, and for how long.</summary>
public sealed class ArtifactTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("tarmac-artifacts-").FullName;
    private readonly HomeFolder home;
    private readonly Artifacts artifacts;

    public ArtifactTests()
    {
        home = HomeFolder.Open(Path.Combine(folder, "home"));
        artifacts = new Artifacts(home);
        Write("app/server.js", "one");
    }

    private string Output => Path.Combine(folder, "output");

    [Fact]
    public void Links_stay_links_and_lead_to_the_kept_copy()
    {
        Directory.CreateDirectory(Path.Combine(Output, "bin"));
        File.CreateSymbolicLink(Path.Combine(Output, "bin", "relative"), "../app/server.js");
        File.CreateSymbolicLink(Path.Combine(Output, "bin", "absolute"), Path.Combine(Output, "app", "server.js"));
        Directory.CreateSymbolicLink(Path.Combine(Output, "again"), ".");
        var kept = Keep();
        HomeFolder.Delete(Output);
        Assert.Equal("../app/server.js", new FileInfo(Path.Combine(kept, "bin", "relative")).LinkTarget);
        Assert.Equal("one", File.ReadAllText(Path.Combine(kept, "bin", "absolute")));
        Assert.Equal("one", File.ReadAllText(Path.Combine(kept, "again", "app", "server.js")));
    }

    [Theory]
    [InlineData("../../secret")]
    [InlineData("/etc/passwd")]
    public void A_link_that_leads_out_is_refused(string target)
    {
        File.CreateSymbolicLink(Path.Combine(Output, "app", "link"), target);
        Assert.Equal("build-output-link", Assert.Throws<Problem>(Keep).Code);
    }

    [Fact]
    public async Task A_pipe_is_refused_and_never_waited_for()
    {
        using var made = Process.Start("mkfifo", Path.Combine(Output, "app", "pipe"));
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, made.ExitCode);
        Assert.Equal("build-output-special", Assert.Throws<Problem>(Keep).Code);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Nothing_in_it_can_be_written_and_all_of_it_can_be_deleted()
    {
        var kept = Keep();
        foreach (var path in (string[])[kept, Path.Combine(kept, "app"), Path.Combine(kept, "app", "server.js")])
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        Assert.Equal(kept, Keep());
        Assert.Equal(1, artifacts.Prune("tiny", new HashSet<string>()));
        Assert.False(Directory.Exists(kept));
    }

    [Fact]
    public void The_newest_releases_what_runs_and_what_a_rollback_goes_to_keep_their_artifacts()
    {
        var releases = Enumerable.Range(1, 40).Select(number => Release(number, served: number is 2 or 5)).Reverse().ToList();
        var kept = ReleaseRules.DigestsKept(releases, [new Deployment("tiny", "dev", 5, "instance", true, "op", "noor", DateTimeOffset.UnixEpoch)]);
        Assert.Equal([.. Enumerable.Range(21, 20).Append(5).Append(2).Select(number => "sha256:" + number).Order()], kept.Order());
    }

    [Fact]
    public void A_rollback_goes_back_each_time_and_never_to_what_did_not_serve()
    {
        Release[] releases = [Release(1), Release(2), Release(3, served: false), Release(4), Release(5, environment: "production")];
        Assert.Equal(2, ReleaseRules.Previous(releases, "dev", 4)?.Number);
        Assert.Equal(1, ReleaseRules.Previous(releases, "dev", 2)?.Number);
        Assert.Null(ReleaseRules.Previous(releases, "dev", 1));
    }

    public void Dispose()
    {
        home.Dispose();
        HomeFolder.Delete(folder);
    }

    private string Keep() => artifacts.FolderOf("tiny", artifacts.Keep("tiny", Output, TestContext.Current.CancellationToken));

    private static Release Release(long number, bool served = true, string environment = "dev") => new(
        "tiny", number, environment, "c0ffee", "Change", "Noor", "sha256:" + number, new ReleaseConfiguration(["true"], new Dictionary<string, string>(), new ReadinessProbe(null, null), null, null, 60, 30),
        "op-" + number, "noor", DateTimeOffset.UnixEpoch, served ? DateTimeOffset.UnixEpoch : null);

    private void Write(string path, string text)
    {
        var file = Path.Combine(Output, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
