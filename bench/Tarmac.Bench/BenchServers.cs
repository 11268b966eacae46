using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Tarmac.Bench;

/// <summary>The servers a bench compares with, each a process of its own: they say where they listen and run until killed.</summary>
internal static class BenchServers
{
    private const string Listening = "listening on ";

    public static async Task<int> RunAsync(string role, string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        if (role == "bare-yarp")
            builder.Services.AddReverseProxy().LoadFromMemory(
                [new RouteConfig { RouteId = "all", ClusterId = "one", Match = new RouteMatch { Path = "{**all}" } }],
                [new ClusterConfig { ClusterId = "one", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = args[0] } } }]);
        await using var app = builder.Build();
        if (role == "bare-yarp") app.MapReverseProxy();
        else app.Run(Hello);
        await app.StartAsync();
        Console.WriteLine(Listening + app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Starts a program of this folder and waits until it says where it listens.</summary>
    public static async Task<(Process Process, int Port)> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null) port.TrySetException(new InvalidOperationException($"{program} {string.Join(' ', arguments)} left before it listened."));
            else if (e.Data.Contains(Listening, StringComparison.Ordinal)) port.TrySetResult(int.Parse(e.Data[(e.Data.LastIndexOf(':') + 1)..]));
        };
        process.BeginOutputReadLine();
        return (process, await port.Task);
    }

    private static Task Hello(HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        context.Response.ContentLength = 13;
        return context.Response.Body.WriteAsync("Hello, World!"u8.ToArray().AsMemory()).AsTask();
    }
}
