using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tarmac.Model.Runtimes;
using Tarmac.Runtimes.Local;

namespace Tarmac.Tests.Delivery;

/// <summary>How what was pushed becomes an instance that serves, and stays one.</summary>
public sealed class InstanceTests
{
    [Fact]
    public async Task A_push_larger_than_any_form_arrives()
    {
        await using var platform = await DeliveryTests.StartWithTiny();
        using var copy = new ServiceRepository().Tiny("large");
        await File.WriteAllBytesAsync(Path.Combine(copy.Folder, "large.bin"), RandomNumberGenerator.GetBytes(32_000_000), TestContext.Current.CancellationToken);
        copy.Commit("Large");

        var (exit, output) = copy.Push(platform, "tiny");

        Assert.True(exit == 0, output);
        Assert.Contains("remote: Live:", output);
    }

    [Fact]
    public async Task Another_process_that_answers_on_the_port_makes_no_instance_ready()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var platform = await DeliveryTests.StartWithTiny();
        using var copy = new ServiceRepository();
        // The instance tells its port and leaves it to whoever wants it.
        using var told = new TcpListener(IPAddress.Loopback, 0);
        told.Start();
        copy.Tiny("bad", ServiceRepository.Score.Replace("start-timeout: 20s", "start-timeout: 3s"))
            .Write("app/server.js", $"require('node:net').connect({((IPEndPoint)told.LocalEndpoint).Port}, '127.0.0.1').end(process.env.PORT); setInterval(() => {{}}, 1000);");
        copy.Commit("Bad");
        var push = Task.Run(() => copy.Push(platform, "tiny"), cancellation);
        using var reader = new StreamReader((await told.AcceptTcpClientAsync(cancellation)).GetStream());
        await using var other = await Answering(int.Parse(await reader.ReadToEndAsync(cancellation)));

        var (_, output) = await push;

        Assert.Contains("another process listens on port", output);
        var operation = (await platform.Get("/api/operations?subject=component:default/tiny&limit=1"))[0]!;
        Assert.Equal("instance-not-ready", operation["problem"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_probe_is_asked_with_its_headers_and_below_the_root_and_what_is_done_otherwise_is_told()
    {
        await using var platform = await DeliveryTests.StartWithTiny();
        using var copy = new ServiceRepository();
        copy.Tiny("good", ServiceRepository.Score.Replace("path: /ready\n        port: 8080", "path: ready\n        port: 9090\n        httpHeaders:\n          - name: X-Asks\n            value: tarmac"))
            .Write("app/server.js", "require('node:http').createServer((q, r) => { r.statusCode = q.url === '/ready' && q.headers['x-asks'] === 'tarmac' ? 200 : 404; r.end(); }).listen(process.env.PORT, '127.0.0.1');");
        copy.Commit("Good");

        var (_, output) = copy.Push(platform, "tiny");

        Assert.Contains("remote: Live:", output);
        Assert.Contains("is not the path of a URL", output);
        Assert.Contains("The readiness probe names port 9090", output);
    }

    [Fact]
    public async Task A_service_that_ends_in_peace_unasked_is_started_again()
    {
        await using var platform = await DeliveryTests.StartWithTiny();
        using var copy = new ServiceRepository().Tiny("back");
        copy.Commit("First");
        copy.Push(platform, "tiny");
        var runtime = platform.Services.GetRequiredService<LocalRuntime>();
        var instance = Assert.Single(runtime.List(), handle => handle.Spec.Purpose == ProcessPurpose.Instance);

        Assert.Equal(0, Posix.Kill(instance.Child!.Pid, Posix.SigTerm));

        var starts = 0;
        await foreach (var line in runtime.FollowLog(instance.Id, 0, TestContext.Current.CancellationToken))
            if (line.Text.StartsWith("listening on", StringComparison.Ordinal) && ++starts == 2) break;
        using var response = await platform.ThroughGateway("tiny");
        Assert.Equal("back", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_gateway_that_cannot_have_its_address_ends_the_deploy_with_its_own_words()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var platform = await DeliveryTests.StartWithTiny(options: options => options with { GatewayListen = (IPEndPoint)taken.LocalEndpoint });
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");

        copy.Push(platform, "tiny");

        var operation = (await platform.Get("/api/operations?subject=component:default/tiny&limit=1"))[0]!;
        Assert.Equal("gateway-not-running", operation["problem"]!["code"]!.GetValue<string>());
        Assert.Contains("gateway-address-in-use", operation["problem"]!["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_program_for_shims_that_is_missing_fails_at_once_and_for_good()
    {
        await using var platform = await DeliveryTests.StartWithTiny(options: options => options with { Program = "/nowhere/tarmac" });
        using var copy = new ServiceRepository().Tiny("one");
        copy.Commit("First");

        var (_, output) = copy.Push(platform, "tiny");

        Assert.Contains("/nowhere/tarmac does not exist.", output);
        var operation = (await platform.Get("/api/operations?subject=component:default/tiny&limit=1"))[0]!;
        Assert.Equal("shim-not-started", operation["problem"]!["code"]!.GetValue<string>());
    }

    private static async Task<WebApplication> Answering(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("ready"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
