using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tarmac.Tests.Catalog;

namespace Tarmac.Tests.Trials;

/// <summary>
/// Two platforms, each a process with a home of its own, on one PostgreSQL database: what one does is seen in the other, and
/// what a killed one had accepted is done once by the one that is left.
/// </summary>
public sealed class ReplicaTrial
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_changes_through_one_is_seen_in_the_other()
    {
        await using var pair = await Pair.Start();
        await pair.Two.UntilShown("alpha", "What alpha does.");

        var edited = await Timed(() => Say(pair.Watched, "alpha", "Edited."), () => pair.Two.UntilShown("alpha", "Edited."));
        Say(pair.Later, "beta", "Added through the second.");
        var added = await Timed(() => pair.Two.AddSource("later", pair.Later), () => pair.One.UntilShown("beta", "Added through the second."));
        var removed = await Timed(() => File.Delete(Path.Combine(pair.Watched, "alpha.yaml")), () => pair.Two.Until(async http =>
            (await http.GetAsync("/api/v1/catalog/entities/component/default/alpha", Ct)).StatusCode == System.Net.HttpStatusCode.NotFound, "alpha is gone"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"Seen in the other: an edited file after {edited} ms, a source added by an action after {added} ms, a removed file after {removed} ms");

        // The best of some, so that a busy machine proves nothing; a poll alone would take longer each time.
        var seen = new List<long> { edited };
        for (var edition = 0; edition < 4; edition++)
        {
            var words = $"Edition {edition}.";
            Say(pair.Later, "beta", words);
            seen.Add(await Timed(() => Task.CompletedTask, () => pair.One.UntilShown("beta", words)));
        }
        Assert.True(seen.Min() <= 1000, $"Edits were seen in the other after {string.Join(", ", seen)} ms");

        var replicas = await pair.One.Get("/api/replicas");
        Assert.Equal([true, true], replicas.AsArray().Select(replica => replica!["alive"]!.GetValue<bool>()));
        Assert.Equal([pair.One.Url, pair.Two.Url], replicas.AsArray().Select(replica => replica!["url"]!.GetValue<string>()));
        await pair.Two.Until(async _ => await pair.One.Revision() == await pair.Two.Revision(), "both show the same revision");
    }

    /// <summary>Killed before the accepted work has had its effect, and after it but before that was recorded.</summary>
    [Theory]
    [InlineData("read:begin")]
    [InlineData("read:effect")]
    public async Task What_a_killed_one_had_accepted_is_done_once_by_the_other_and_its_folders_are_read_on(string point)
    {
        await using var pair = await Pair.Start(killOneAt: point);
        await pair.Two.UntilShown("alpha", "What alpha does.");
        Say(pair.Later, "beta", "Accepted by the first.");

        await pair.One.TryAddSource("later", pair.Later);
        await pair.One.Process.Exited().WaitAsync(TimeSpan.FromMinutes(2), Ct);
        Say(pair.Watched, "alpha", "Edited while the first was dead.");

        var operation = await pair.Two.Finished("source:later");
        Assert.Equal("succeeded", operation["state"]!.GetValue<string>());
        await pair.Two.UntilShown("beta", "Accepted by the first.");
        await pair.Two.UntilShown("alpha", "Edited while the first was dead.");
        Assert.Equal(["added"], await pair.Two.Changes("beta"));
        Assert.Equal(["changed", "added"], await pair.Two.Changes("alpha"));
        Assert.Equal([false, true], (await pair.Two.Get("/api/replicas")).AsArray().Select(replica => replica!["alive"]!.GetValue<bool>()));

        await pair.One.Process.Start(null);
        await pair.One.UntilShown("beta", "Accepted by the first.");
        await pair.One.UntilShown("alpha", "Edited while the first was dead.");
    }

    [Fact]
    public async Task What_both_change_at_once_is_all_there_and_either_goes_on_alone()
    {
        const int Each = 8;
        await using var pair = await Pair.Start();
        await pair.Two.UntilShown("alpha", "What alpha does.");
        await Task.WhenAll(Enumerable.Range(0, Each).SelectMany(number => (Task[])
        [
            pair.One.Act("entity.declare", Declaration($"one-{number}")), pair.Two.Act("entity.declare", Declaration($"two-{number}")),
        ]));
        foreach (var (shown, declared) in new[] { (pair.One, "two"), (pair.Two, "one"), (pair.One, "one"), (pair.Two, "two") })
            for (var number = 0; number < Each; number++) await shown.UntilShown($"{declared}-{number}", "Declared at once.");

        // Through the other than the one that read it, and back again.
        Say(pair.Later, "beta", "Added, removed and added.");
        await pair.One.AddSource("later", pair.Later);
        await pair.Two.UntilShown("beta", "Added, removed and added.");
        await pair.Two.Act("source.remove", new JsonObject { ["name"] = "later" });
        await pair.One.Until(async _ => (await pair.One.Get("/api/v1/catalog/sources")).AsArray().All(source => source!["name"]!.GetValue<string>() != "later" || source["health"]!.GetValue<string>() == "gone"), "the source is gone");
        Say(pair.Later, "beta", "Again.");
        await pair.Two.AddSource("later", pair.Later);
        await pair.One.UntilShown("beta", "Again.");

        await pair.Two.Process.Kill();
        await pair.One.Act("entity.declare", Declaration("alone"));
        await pair.One.UntilShown("alone", "Declared at once.");
        Say(pair.Later, "beta", "Read by the one that is left.");
        await pair.One.UntilShown("beta", "Read by the one that is left.");
    }

    private static JsonObject Declaration(string name) => new()
    {
        ["kind"] = "Component",
        ["name"] = name,
        ["type"] = "service",
        ["lifecycle"] = "production",
        ["owner"] = "group:default/promotions",
        ["description"] = "Declared at once.",
    };

    private static void Say(string folder, string name, string words)
    {
        var file = Path.Combine(folder, name + ".yaml");
        File.WriteAllText(file + ".new", CatalogFolder.Component(name, description: words));
        File.Move(file + ".new", file, overwrite: true);
    }

    private static Task<long> Timed(Action act, Func<Task> seen) => Timed(() =>
    {
        act();
        return Task.CompletedTask;
    }, seen);

    private static async Task<long> Timed(Func<Task> act, Func<Task> seen)
    {
        var watch = Stopwatch.StartNew();
        await act();
        await seen();
        return watch.ElapsedMilliseconds;
    }

    private sealed class Pair : IAsyncDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly PostgresServer server;

        private Pair(PostgresServer server, string database)
        {
            this.server = server;
            var organisation = folder.Write("organisation.yaml", CatalogFolder.OrganisationText);
            foreach (var made in (string[])["one", "two", "roads", "watched", "later"]) Directory.CreateDirectory(folder.In(made));
            // Only the first is told of the folder.
            One = new Replica(folder.In("one"), new PlatformProcess(folder.In("one"), folder.In("roads"), organisation, PlatformProcess.FreePort(), PlatformProcess.FreePort(), database, Watched));
            Two = new Replica(folder.In("two"), new PlatformProcess(folder.In("two"), folder.In("roads"), organisation, PlatformProcess.FreePort(), PlatformProcess.FreePort(), database));
        }

        public string Watched => folder.In("watched");

        public string Later => folder.In("later");

        public Replica One { get; }

        public Replica Two { get; }

        public static async Task<Pair> Start(string? killOneAt = null)
        {
            Assert.SkipWhen(PostgresServer.Programs is null, "the package postgresql is not installed");
            var server = await PostgresServer.Start();
            var pair = new Pair(server, await server.CreateDatabase());
            Say(pair.Watched, "alpha", "What alpha does.");
            await pair.One.Process.Start(killOneAt);
            await pair.Two.Process.Start(null);
            return pair;
        }

        public async ValueTask DisposeAsync()
        {
            await One.Process.DisposeAsync();
            await Two.Process.DisposeAsync();
            await server.DisposeAsync();
            folder.Dispose();
        }
    }

    private sealed class Replica(string home, PlatformProcess process)
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

        public PlatformProcess Process => process;

        public string Url => process.Url;

        public Task AddSource(string name, string path) => Act("source.add", new JsonObject { ["name"] = name, ["location"] = path });

        public async Task Act(string action, JsonObject input)
        {
            using var http = Client();
            using var answer = await http.PostAsJsonAsync("/api/actions/" + action, new JsonObject { ["input"] = input }, Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }

        /// <summary>Asks for it; whether it answers is up to when it is killed.</summary>
        public async Task TryAddSource(string name, string path)
        {
            try
            {
                await AddSource(name, path);
            }
            catch (HttpRequestException)
            {
                // It was killed on the way: the other says what was accepted.
            }
        }

        public Task UntilShown(string component, string description) => Until(async http =>
        {
            using var answer = await http.GetAsync("/api/v1/catalog/entities/component/default/" + component, Ct);
            return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync(Ct)).Contains(description, StringComparison.Ordinal);
        }, $"{component} says “{description}”");

        public async Task<JsonNode> Finished(string subject)
        {
            JsonNode? last = null;
            await Until(async http =>
            {
                last = (await http.GetFromJsonAsync<JsonArray>("/api/operations?subject=" + Uri.EscapeDataString(subject), Ct))!.SingleOrDefault();
                return last?["state"]?.GetValue<string>() is "succeeded" or "failed" or "canceled";
            }, "the operation on " + subject + " ends");
            return last!;
        }

        /// <summary>What happened to a component, the newest first.</summary>
        public async Task<IEnumerable<string>> Changes(string component) =>
            (await Get($"/api/v1/catalog/entities/component/default/{component}/history"))["items"]!.AsArray().Select(change => change!["change"]!.GetValue<string>());

        public async Task<string> Revision()
        {
            using var http = Client();
            using var answer = await http.GetAsync("/api/v1/catalog/problems", Ct);
            return answer.Headers.ETag!.Tag;
        }

        public async Task<JsonNode> Get(string path)
        {
            using var http = Client();
            return (await http.GetFromJsonAsync<JsonNode>(path, Ct))!;
        }

        public async Task Until(Func<HttpClient, Task<bool>> holds, string what)
        {
            using var http = Client();
            var began = Stopwatch.StartNew();
            while (!await holds(http))
            {
                if (began.Elapsed > Patience) throw new TimeoutException("It did not come to this within two minutes: " + what);
                await Task.Delay(10, Ct); // between two looks
            }
        }

        private HttpClient Client()
        {
            var http = new HttpClient { BaseAddress = new Uri(process.Url) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(home, "token")).Trim());
            return http;
        }
    }
}
