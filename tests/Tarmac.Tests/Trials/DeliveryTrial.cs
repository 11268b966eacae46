using System.Diagnostics;
using Tarmac.Tests.Delivery;

namespace Tarmac.Tests.Trials;

/// <summary>
/// Two services under load are released over and over while the platform is killed at exact points of its work. Nobody's
/// request fails, nothing is released twice, nothing is left behind.
/// </summary>
public sealed class DeliveryTrial
{
    private static readonly string[] Points =
        ["build:begin", "build:effect", "release:effect", "start:begin", "start:effect", "ready:effect", "switch:begin", "switch:routed", "switch:effect", "drain:begin", "drain:effect"];

    [Fact]
    public Task A_few_releases_and_kills_cost_no_request() => Run(releases: 4, kills: ["start:effect", "switch:effect"], requests: 1_000, seed: 7);

    [Fact(Explicit = true)]
    public Task Twenty_releases_and_a_kill_at_every_point_cost_no_request()
    {
        var seed = Environment.GetEnvironmentVariable("TARMAC_TRIAL_SEED") is { Length: > 0 } chosen ? int.Parse(chosen) : Environment.TickCount;
        var points = Points.ToArray();
        new Random(seed).Shuffle(points);
        return Run(releases: 20, points, requests: 10_000, seed);
    }

    private static async Task Run(int releases, IReadOnlyList<string> kills, int requests, int seed)
    {
        var say = TestContext.Current.TestOutputHelper!;
        say.WriteLine($"Seed {seed}; kills at {string.Join(", ", kills)}");
        var home = Directory.CreateTempSubdirectory("tarmac-trial-").FullName;
        var roads = TinyRoad.WriteTo(Directory.CreateTempSubdirectory("tarmac-roads-").FullName);
        var organisation = Path.Combine(roads, "org.yaml");
        await File.WriteAllTextAsync(organisation, TinyRoad.Organisation, TestContext.Current.CancellationToken);
        await using var platform = new PlatformProcess(home, roads, organisation, PlatformProcess.FreePort(), PlatformProcess.FreePort());
        await platform.Start(null);
        var client = new TrialClient(platform);
        string[] services = ["alpha", "beta"];
        foreach (var service in services) await client.Create(service);

        await using var load = new Load(platform.GatewayPort, services, clientsEach: 4, pause: TimeSpan.FromMilliseconds(5));
        var waiting = new Queue<string>(kills);
        var copies = services.ToDictionary(service => service, service => client.Clone(service));
        for (var release = 1; release <= releases; release++)
        {
            var service = services[release % 2];
            // Spread over the releases; each restart arms the next point.
            var kill = waiting.Count > 0 && waiting.Count * releases >= kills.Count * (releases - release + 1) - kills.Count ? waiting.Dequeue() : null;
            if (kill is not null) await client.Restart(kill);
            var live = new TaskCompletionSource();
            var slow = load.AskSlowlyUntil(live.Task, service);
            var commit = copies[service].Tiny(release.ToString()).Commit("Release " + release);
            await client.Push(copies[service], service);
            if (kill is not null)
            {
                await platform.Exited();
                say.WriteLine($"Release {release} of {service}: killed at {kill}");
                await platform.Start(null);
            }
            var switched = await client.UntilLive(service, commit);
            live.SetResult();
            Assert.Contains(await slow, request => request.Began < switched && request.Ended > switched);
        }
        var began = Stopwatch.StartNew();
        while (load.Answered < requests && began.Elapsed < TimeSpan.FromMinutes(2)) await Task.Delay(50, TestContext.Current.CancellationToken); // lets the load reach its number
        var answered = load.Answered;
        await load.Stop();

        say.WriteLine($"{answered} requests answered, {load.Failures.Count} failed, {releases} releases, {kills.Count} kills");
        Assert.Empty(load.Failures);
        Assert.True(answered >= requests, $"{answered} of {requests} requests");
        await client.NothingIsLeftOver(services, releases);
        say.WriteLine($"A killed gateway was back after {await client.KillGateway(home, "alpha")} ms");
        foreach (var copy in copies.Values) copy.Dispose();
        await client.OnlyTheseLive(home, services);
        await platform.DisposeAsync();
        Directory.Delete(home, recursive: true);
        Directory.Delete(roads, recursive: true);
    }
}
