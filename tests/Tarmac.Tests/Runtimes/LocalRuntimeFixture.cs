using System.Diagnostics;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Runtimes;

/// <summary>A folder of processes of its own; whatever the test leaves running is ended, and nothing may be left over.</summary>
public abstract class LocalRuntimeFixture : IAsyncDisposable
{
    /// <summary>The shim as built; TARMAC_TEST_SHIM names another, such as the native one.</summary>
    protected static readonly string ShimProgram =
        Environment.GetEnvironmentVariable("TARMAC_TEST_SHIM") ?? Path.Join(AppContext.BaseDirectory, "tarmac");

    protected LocalRuntimeFixture()
    {
        Root = Directory.CreateTempSubdirectory("tarmac-runtime-").FullName;
        Runtime = NewRuntime();
    }

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected string Root { get; }

    protected LocalRuntime Runtime { get; }

    /// <summary>Another one over the same folders, as after the platform was killed.</summary>
    protected LocalRuntime NewRuntime() => new(new LocalRuntimeOptions(Root, ShimProgram), TimeProvider.System);

    protected ProcessSpec Shell(string script, string id = "one") => new()
    {
        Id = id,
        Program = "/bin/sh",
        Arguments = ["-c", script],
        WorkingDirectory = Root,
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
        StopGrace = TimeSpan.FromSeconds(5),
    };

    protected static bool Lives(int pid) => ProcessIdentity.Of(pid) is not null;

    protected static async Task Until(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"Waited 30 s: {what}");
            await Task.Delay(10, Ct); // another process gets there; it tells nobody when
        }
    }

    /// <summary>A number the process itself wrote into a file of the root.</summary>
    protected async Task<int> PidFrom(string file)
    {
        var path = Path.Join(Root, file);
        await Until(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'), $"{file} is written");
        return int.Parse((await File.ReadAllTextAsync(path, Ct)).Trim());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var handle in Runtime.List())
        {
            await Runtime.KillAsync(handle.Id, CancellationToken.None);
            await Until(() => handle.Shim?.Identity.IsAlive != true, "the shim is gone");
            Assert.Empty(ProcFs.LeftBehind(handle.Folder, handle.Child));
        }
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }
}
