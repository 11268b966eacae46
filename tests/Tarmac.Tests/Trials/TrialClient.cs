using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;
using Tarmac.Tests.Delivery;

namespace Tarmac.Tests.Trials;

/// <summary>Drives a platform that is being killed: it waits for it to come back, and repeats only what has an idempotency key or is a push.</summary>
public sealed class TrialClient(PlatformProcess platform)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task Create(string service)
    {
        await AskToCreate(service);
        await UntilServing(service);
    }

    public async Task AskToCreate(string service)
    {
        using var http = Client();
        using var answer = await http.PostAsJsonAsync("/api/actions/service.create", new { input = new { road = "tiny", name = service, owner = "group:default/promotions" } }, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    public Task UntilServing(string service) => Until(async () =>
        (await Services()).Any(item => item["name"]!.GetValue<string>() == service && item["environments"]!.AsArray().Count > 0 && item["lastOperation"]!["state"]!.GetValue<string>() == "succeeded"), service + " serves");

    public async Task<string> Body(string service)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{platform.GatewayPort}/");
        request.Headers.Host = service + ".dev.localhost";
        using var response = await http.SendAsync(request, Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    public ServiceRepository Clone(string service)
    {
        var copy = new ServiceRepository();
        var (exit, output) = copy.Git("-c", "http.extraHeader=Authorization: Bearer " + platform.Token, "pull", "--quiet", $"{platform.Url}/git/{service}.git", "main");
        Assert.True(exit == 0, output);
        return copy;
    }

    public async Task Restart(string killAt)
    {
        await platform.Kill();
        await platform.Start(killAt);
    }

    /// <summary>Pushes; a push that a kill interrupted is sent again once the platform is back, as a developer would.</summary>
    public Task Push(ServiceRepository copy, string service)
    {
        // In the background: a push waits for the deploy, and the deploy may be killed.
        _ = Task.Run(() => copy.Git("-c", "http.extraHeader=Authorization: Bearer " + platform.Token, "push", $"{platform.Url}/git/{service}.git", "main"), Ct);
        return Task.CompletedTask;
    }

    /// <summary>Waits until a commit is live, and answers when the traffic was switched to it.</summary>
    public async Task<DateTimeOffset> UntilLive(string service, string commit)
    {
        JsonNode environment = new JsonObject();
        await Until(async () =>
        {
            var shown = (await Services()).Single(item => item["name"]!.GetValue<string>() == service);
            environment = shown["environments"]![0]!;
            return environment["commit"]!.GetValue<string>() == commit && shown["lastOperation"]!["state"]!.GetValue<string>() == "succeeded";
        }, $"{service} live at {commit[..8]}");
        return environment["changedAt"]!.GetValue<DateTimeOffset>();
    }

    /// <summary>Waits until nothing lives that names this home but the platform, the gateway, one instance of each service, and their shims.</summary>
    public Task OnlyTheseLive(string home, IReadOnlyList<string> services) => Until(() =>
    {
        var live = new LocalRuntime(new LocalRuntimeOptions(Path.Combine(home, "instances"), "unused"), TimeProvider.System).List().Where(handle => handle.IsAlive).ToList();
        var known = live.SelectMany(handle => new[] { handle.Shim!.Pid, handle.Child?.Pid ?? 0 }).Append(platform.Id).ToHashSet();
        var strays = Directory.GetDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0).Where(pid => pid > 0 && !known.Contains(pid) && Names(pid, home));
        return Task.FromResult(live.Select(handle => handle.Id.Split('.')[0]).Order().SequenceEqual(services.Append("gateway").Order()) && !strays.Any());
    }, "nothing lives that nobody wants");

    private static bool Names(int pid, string home)
    {
        try
        {
            return (File.ReadAllText($"/proc/{pid}/cmdline") + File.ReadAllText($"/proc/{pid}/environ")).Contains(home, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public async Task NothingIsLeftOver(IReadOnlyList<string> services, int releases)
    {
        using var http = Client();
        var operations = (await http.GetFromJsonAsync<JsonArray>("/api/operations?limit=500", Ct))!;
        Assert.All(operations, operation => Assert.Equal("succeeded", operation!["state"]!.GetValue<string>()));
        var made = new List<string>();
        foreach (var service in services)
            made.AddRange((await http.GetFromJsonAsync<JsonArray>($"/api/services/{service}/releases", Ct))!.Select(release => service + release!["commit"]!.GetValue<string>()));
        Assert.Equal(made.Count, made.Distinct().Count());
        // The first release of each came with its creation.
        Assert.Equal(releases + services.Count, made.Count);
    }

    /// <summary>Kills the gateway's process and answers the milliseconds until the next answer through it.</summary>
    public async Task<long> KillGateway(string home, string service)
    {
        var gateway = new ProcessFolder(Path.Combine(home, "instances", "gateway")).ReadChild()!;
        _ = Posix.Kill(gateway.Pid, Posix.SigKill);
        var gap = Stopwatch.StartNew();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{platform.GatewayPort}/");
                request.Headers.Host = service + ".dev.localhost";
                using var response = await http.SendAsync(request, Ct);
                if (response.IsSuccessStatusCode) return gap.ElapsedMilliseconds;
            }
            catch (HttpRequestException) when (gap.Elapsed < TimeSpan.FromSeconds(30))
            {
                // It is on its way back.
            }
            await Task.Delay(5, Ct);
        }
    }

    private async Task<List<JsonNode>> Services()
    {
        using var http = Client();
        return [.. (await http.GetFromJsonAsync<JsonArray>("/api/services", Ct))!.Select(item => item!)];
    }

    private HttpClient Client()
    {
        var http = new HttpClient { BaseAddress = new Uri(platform.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", platform.Token);
        return http;
    }

    private async Task Until(Func<Task<bool>> holds, string what)
    {
        var began = Stopwatch.StartNew();
        while (began.Elapsed < TimeSpan.FromMinutes(2))
        {
            try
            {
                if (await holds()) return;
            }
            catch (HttpRequestException)
            {
                // The platform is on its way back.
            }
            await Task.Delay(50, Ct);
        }
        using var http = Client();
        throw new TimeoutException($"It did not come to this within two minutes: {what}\n{await http.GetStringAsync("/api/operations?limit=5", Ct)}\n{await http.GetStringAsync("/api/services", Ct)}");
    }
}
