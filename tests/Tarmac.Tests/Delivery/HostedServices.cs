using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Delivery;
using Tarmac.Delivery.Git;
using Tarmac.Foundation.Storage;

namespace Tarmac.Tests.Delivery;

/// <summary>Hosted services without a road, and waiting for what becomes of them.</summary>
internal static class HostedServices
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Adds a service whose repository has a README and nothing to deploy.</summary>
    public static async Task Host(this TestPlatform platform, string name)
    {
        var repositories = platform.Services.GetRequiredService<Repositories>();
        await repositories.Create(name, [new RepositoryFile("README.md", "tiny\n"u8.ToArray())], "Begin\n", new CommitAuthor("Noor", "noor@example.test", DateTimeOffset.UnixEpoch), Ct);
        var head = await repositories.Head(name, Ct);
        await platform.Services.GetRequiredService<Database>().Write(session =>
            DeliveryStore.Add(session, new Service(name, "user:default/operator", Service.Active, head, "user:default/noor", DateTimeOffset.UnixEpoch, null)), Ct);
    }

    /// <summary>Adds the service <c>tiny</c> and pushes its first commit, whose answer is "one".</summary>
    public static async Task<ServiceRepository> HostTiny(this TestPlatform platform)
    {
        await platform.Host("tiny");
        var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");
        copy.Push(platform, "tiny");
        return copy;
    }

    public static async Task<string> Body(this TestPlatform platform, string service)
    {
        using var response = await platform.ThroughGateway(service);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    /// <summary>Waits for what comes about by itself, looking often.</summary>
    public static async Task Until(Func<Task<bool>> holds, string what)
    {
        var began = Stopwatch.StartNew();
        while (!await holds())
        {
            if (began.Elapsed > TimeSpan.FromMinutes(1)) throw new TimeoutException("It did not come to this within a minute: " + what);
            await Task.Delay(50, Ct); // between two looks
        }
    }
}
