using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Tarmac.Delivery;
using Tarmac.Foundation.Operations;
using Tarmac.Gateway;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;
using Tarmac.Tests.Gateway;
using Tarmac.Tests.Trials;

namespace Tarmac.Tests.Delivery;

/// <summary>What becomes of services when more than the platform goes down.</summary>
public sealed class RecoveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ready:end")]
    [InlineData("switch:routed")]
    public async Task A_deploy_resumed_after_the_machine_went_down_routes_to_where_its_instance_is_now(string point)
    {
        var home = Directory.CreateTempSubdirectory("tarmac-down-").FullName;
        var roads = TinyRoad.WriteTo(Directory.CreateTempSubdirectory("tarmac-roads-").FullName);
        var organisation = Path.Combine(roads, "org.yaml");
        await File.WriteAllTextAsync(organisation, TinyRoad.Organisation, Ct);
        await using (var platform = new PlatformProcess(home, roads, organisation, PlatformProcess.FreePort(), PlatformProcess.FreePort()))
        {
            await platform.Start(point);
            var client = new TrialClient(platform);
            await client.AskToCreate("alpha");
            await platform.Exited();
            var instance = new ProcessFolder(Directory.GetDirectories(Path.Combine(home, "instances"), "alpha.*").Single());
            _ = Posix.Kill(instance.ReadShim()!.Pid, Posix.SigKill);
            _ = Posix.Kill(instance.ReadChild()!.Pid, Posix.SigKill);
            await HostedServices.Until(() => Task.FromResult(!instance.ReadShim()!.Identity.IsAlive && !instance.ReadChild()!.Identity.IsAlive), "the instance is gone");
            // Its port is somebody else's now, who answers whatever is asked.
            await using var other = await Take(instance.ReadSpec()!.Ports[0]);

            await platform.Start(null);
            await client.UntilServing("alpha");
            Assert.Equal("0", await client.Body("alpha"));
            if (other is not null) Assert.NotEqual(other.Port, instance.ReadSpec()!.Ports[0]);
        }
        Directory.Delete(home, recursive: true);
        Directory.Delete(roads, recursive: true);
    }

    // Null when it is taken already, by a service of another platform on this machine; that one may give it back.
    private static async Task<Upstream?> Take(int port)
    {
        try
        {
            return await Upstream.SayingAsync("another service", port);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            return null;
        }
    }

    [Fact]
    public async Task A_deploy_canceled_while_the_gateway_is_away_leaves_no_route_to_what_it_stopped()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var platform = await TestPlatform.Start(options: options => options with { GatewayListen = (IPEndPoint)taken.LocalEndpoint });
        await platform.Host("tiny");
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");
        var push = Task.Run(() => copy.Push(platform, "tiny"), Ct);
        var routes = platform.Services.GetRequiredService<GatewayRoutes>();
        await HostedServices.Until(() => Task.FromResult(routes.Read().Snapshot!.Routes.Any(route => route.Destinations.Count > 0)), "the route is written");

        var deploy = (await platform.Get("/api/operations?subject=component:default/tiny&limit=1"))[0]!["id"]!.GetValue<string>();
        await platform.Act("operation.cancel", new JsonObject { ["id"] = deploy });
        Assert.Equal("canceled", (await platform.Finished(deploy))["operation"]!["state"]!.GetValue<string>());
        await push;
        Assert.Empty(routes.Read().Snapshot!.Routes);
        Assert.DoesNotContain(platform.Services.GetRequiredService<Instances>().Of("tiny", "dev"), handle => handle.IsAlive);
    }

    [Fact]
    public async Task A_lost_service_is_tried_again_until_it_can_be_started()
    {
        var home = Directory.CreateTempSubdirectory("tarmac-lost-").FullName;
        var program = Path.Combine(home, "program");
        try
        {
            using var copy = new ServiceRepository().Tiny("back");
            copy.Commit("First");
            await using (var platform = await TestPlatform.Start(home))
            {
                await platform.Host("tiny");
                copy.Push(platform, "tiny");
            }
            await TestPlatform.StopProcesses(home);
            var shim = "";
            await using (var platform = await TestPlatform.Start(home, options => { shim = options.Program; return options with { Program = program }; }))
            {
                var operations = platform.Services.GetRequiredService<OperationStore>();
                await HostedServices.Until(async () => (await operations.List("component:default/tiny", OperationState.Failed, 1, Ct)).Count == 1, "a first try fails");
                File.CreateSymbolicLink(program, Path.GetFullPath(shim));
                await HostedServices.Until(async () => (await operations.List("component:default/tiny", null, 1, Ct))[0] is { Kind: ActivateOperation.KindName, State: OperationState.Succeeded }, "a later one succeeds");
                Assert.Equal("back", await platform.Body("tiny"));
            }
        }
        finally
        {
            await TestPlatform.StopProcesses(home);
            Directory.Delete(home, recursive: true);
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(5, 80)]
    [InlineData(20, 600)]
    public void It_is_tried_again_ever_more_rarely(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DeliveryReconciler.WaitAfter(failures));

    [Fact]
    public async Task A_damaged_record_is_shown_on_its_service_and_keeps_no_other_from_coming_back()
    {
        await using var platform = await TestPlatform.Start();
        using var copy = new ServiceRepository().Tiny("here");
        copy.Commit("First");
        foreach (var service in (string[])["alpha", "beta"])
        {
            await platform.Host(service);
            copy.Push(platform, service);
        }
        var damaged = platform.Services.GetRequiredService<Instances>().Of("alpha", "dev").Single().Folder;
        var record = await File.ReadAllBytesAsync(damaged.SpecFile, Ct);
        await File.WriteAllTextAsync(damaged.SpecFile, "{", Ct);
        await platform.Services.GetRequiredService<LocalRuntime>().KillAsync(platform.Services.GetRequiredService<Instances>().Of("beta", "dev").Single().Id, Ct);

        await HostedServices.Until(async () => await platform.Body("beta") == "here", "beta is back");
        Assert.Equal("here", await platform.Body("alpha"));
        var shown = (await platform.Get("/api/services/alpha"))["environments"]![0]!;
        Assert.Equal("damaged", shown["state"]!.GetValue<string>());
        Assert.Contains("spec.json", shown["damage"]!.GetValue<string>());
        Assert.Contains("spec.json", await platform.Client.GetStringAsync("/services/alpha", Ct));
        await File.WriteAllBytesAsync(damaged.SpecFile, record, Ct);
    }

    [Fact]
    public async Task Builds_that_hang_keep_nobody_from_restarting_a_service()
    {
        await using var platform = await TestPlatform.Start();
        using var copy = await platform.HostTiny();
        using var hanging = new ServiceRepository().Tiny("never", ServiceRepository.HangingBuild);
        var commit = hanging.Commit("Hang");
        var deploys = new List<string>();
        for (var number = 0; number <= Math.Max(2, Environment.ProcessorCount); number++)
        {
            await platform.Host("hang" + number);
            hanging.Git("push", "--quiet", Path.Combine(platform.Home, "repositories", $"hang{number}.git"), "main:other");
            deploys.Add((await platform.Act("service.deploy", new JsonObject { ["service"] = "hang" + number, ["commit"] = commit }))["operation"]!.GetValue<string>());
        }
        var operations = platform.Services.GetRequiredService<OperationStore>();
        await HostedServices.Until(async () =>
        {
            foreach (var deploy in deploys)
                if ((await operations.Log(deploy, 0, 100, Ct)).Any(line => line.Text.StartsWith("Waiting: as many builds", StringComparison.Ordinal))) return true;
            return false;
        }, "a build waits for another");

        var restart = await platform.Act("service.restart", new JsonObject { ["service"] = "tiny" });
        Assert.Equal("succeeded", (await platform.Finished(restart["operation"]!.GetValue<string>()))["operation"]!["state"]!.GetValue<string>());
        foreach (var deploy in deploys) await platform.Act("operation.cancel", new JsonObject { ["id"] = deploy });
        foreach (var deploy in deploys) Assert.Equal("canceled", (await platform.Finished(deploy))["operation"]!["state"]!.GetValue<string>());
    }
}
