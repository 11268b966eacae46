using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Foundation.Operations;
using Tarmac.Foundation.Storage;
using Tarmac.Tests.Foundation.Operations;

namespace Tarmac.Tests.Foundation.Storage;

/// <summary>SQLite's file locked by somebody else, and its disk full.</summary>
[Trait("database", "sqlite")]
public sealed class SqliteOutageTests
{
    [Fact]
    public async Task While_another_process_holds_the_lock_reads_go_on_and_a_write_waits_for_its_turn()
    {
        await using var platform = await TestPlatform.Start();
        using var holder = await Lock(platform);
        var write = platform.Act("token.create", new JsonObject { ["name"] = "patient" });
        for (var n = 0; n < 20; n++) await platform.Get("/api/tokens");
        Assert.False(write.IsCompleted);
        holder.Release();
        await write;
        Assert.Contains("patient", (await platform.Get("/api/tokens")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_held_longer_than_a_write_waits_is_told_and_the_same_request_succeeds_later()
    {
        var clock = new TestClock();
        await using var platform = await TestPlatform.Start(clock: clock);
        using (var holder = await Lock(platform))
        {
            var (status, body) = await clock.Until(TestPlatform.TryAct(platform.Client, "token.create", new JsonObject { ["name"] = "late" }, "key-1"), TimeSpan.FromSeconds(20));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage-unavailable"), (status, body["code"]!.GetValue<string>()));
            Assert.Contains("locked by another process", body["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.NotEmpty(body["cure"]!.GetValue<string>());
            holder.Release();
            await holder.Ended();
        }
        Assert.Equal(HttpStatusCode.OK, (await TestPlatform.TryAct(platform.Client, "token.create", new JsonObject { ["name"] = "late" }, "key-1")).Status);
        Assert.Single((await platform.Get("/api/tokens")).AsArray(), token => token!["name"]!.GetValue<string>() == "late");
    }

    [Fact(Explicit = true)]
    public async Task A_lock_held_for_thirty_seconds_fails_no_request_and_doubles_no_operation()
    {
        var runs = 0;
        await using var platform = await TestPlatform.Start(configure: builder => builder.Services.AddSingleton<OperationKind>(new TestKind("steps", async run =>
        {
            Interlocked.Increment(ref runs);
            for (var n = 0; n < 20; n++)
                await run.Step("step " + n, cancellation => Task.Delay(200, cancellation)); // the step's own work
        })));
        var id = await platform.Services.GetRequiredService<Database>().Write(session => platform.Services.GetRequiredService<OperationStore>()
            .Enqueue(session, new OperationRequest("steps", "component:default/a", "Try", [], "user:default/operator")), TestContext.Current.CancellationToken);
        using (var holder = await Lock(platform))
        {
            var write = platform.Act("token.create", new JsonObject { ["name"] = "patient" });
            await Task.Delay(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken); // the outage itself
            Assert.False(write.IsCompleted);
            holder.Release();
            await write;
        }
        Assert.Equal("succeeded", (await platform.Finished(id))["operation"]!["state"]!.GetValue<string>());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_full_disk_is_told_the_platform_stays_up_and_recovers_when_there_is_space_again()
    {
        using var disk = SmallDisk.Mount("24m");
        await using var platform = await TestPlatform.Start(Directory.CreateDirectory(Path.Combine(disk.Folder, "home")).FullName);
        var filler = disk.Fill();
        var (status, body) = (HttpStatusCode.OK, new JsonObject());
        // SQLite's log may hold room for a few writes more.
        for (var n = 0; n < 500 && status == HttpStatusCode.OK; n++)
            (status, body) = await TestPlatform.TryAct(platform.Client, "token.create", new JsonObject { ["name"] = "n" + n });
        Assert.True(status == HttpStatusCode.ServiceUnavailable, body.ToJsonString());
        Assert.Equal("storage-unavailable", body["code"]!.GetValue<string>());
        Assert.Contains("full", body["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        await platform.Get("/api/whoami");

        File.Delete(filler);
        await platform.Act("token.create", new JsonObject { ["name"] = "room again" });
        Assert.Contains("room again", (await platform.Get("/api/tokens")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_with_a_sentence()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-damaged-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(home.FullName, "tarmac.db"), new string('x', 9000), TestContext.Current.CancellationToken);
            var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => TestPlatform.Start(home.FullName));
            Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task<ChildProcess> Lock(TestPlatform platform)
    {
        var holder = new ChildProcess(["hold-lock", Path.Combine(platform.Home, "tarmac.db")]);
        Assert.Equal("locked", await holder.Line());
        return holder;
    }

    /// <summary>A file system of a given size, in memory; only root can make one.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private SmallDisk(string folder) => Folder = folder;

        public string Folder { get; }

        public static SmallDisk Mount(string size)
        {
            var folder = Directory.CreateTempSubdirectory("tarmac-disk-").FullName;
            if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder) != 0)
            {
                Directory.Delete(folder);
                Assert.Skip("mounting a small file system needs root on Linux");
            }
            return new SmallDisk(folder);
        }

        /// <summary>Takes all the space there is; answers the file to delete to give it back.</summary>
        public string Fill()
        {
            var filler = Path.Combine(Folder, "filler");
            using var stream = new FileStream(filler, FileMode.CreateNew);
            var block = new byte[4096];
            try
            {
                while (true)
                {
                    stream.Write(block);
                    stream.Flush();
                }
            }
            catch (IOException)
            {
                return filler;
            }
        }

        public void Dispose()
        {
            Run("umount", "-l", Folder);
            Directory.Delete(Folder);
        }

        private static int Run(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
