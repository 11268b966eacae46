using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Tarmac.Model.Problems;
using Yarp.ReverseProxy.Forwarder;

namespace Tarmac.Gateway;

/// <summary>The gateway role: one light process that forwards, apart from the platform so that neither stops the other.</summary>
public static class GatewayHost
{
    private static readonly TimeSpan DrainAtStop = TimeSpan.FromSeconds(10);
    private const int LargestHeaders = 32 * 1024;
    private const int MostHeaders = 100;

    /// <summary>Runs until SIGTERM or SIGINT. 0: stopped in order; 1: could not start; 2: wrong usage.</summary>
    public static async Task<int> Run(string[] args)
    {
        var (options, wrong) = GatewayOptions.Parse(args);
        if (options is null) return Fail(wrong!, 2);
        var folder = new GatewayFolder(options.Home);
        if (Encoding.UTF8.GetByteCount(folder.Socket) > GatewayFolder.LongestSocketPath)
            return Fail(new InputProblem("home-path-too-long",
                $"The path of the control socket, {folder.Socket}, is longer than {GatewayFolder.LongestSocketPath} bytes.",
                Cure: "Use a home with a shorter path."), 1);

        using var held = await LockAsync(folder);
        if (held is null)
            return Fail(new InputProblem("gateway-already-running", $"A gateway already runs for {options.Home}.",
                Cure: "Use that one, or stop it first."), 1);

        await using var app = Build(folder, options.Listen);
        File.Delete(folder.Socket); // whoever made it is dead: we hold the lock
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            return Fail(new InputProblem("gateway-address-in-use", $"{options.Listen} is taken: {e.Message}",
                Cure: "Stop what listens there, or choose another address with --listen."), 1);
        }

        // Read after binding: a platform that found no socket has already written the file we read now.
        var routes = app.Services.GetRequiredService<RouteFollower>();
        routes.Listen = BoundAddress(app) ?? options.Listen;
        using var stop = new CancellationTokenSource();
        var following = routes.FollowAsync(stop.Token); // first, so that no change falls between reading and watching
        routes.Apply();
        Console.WriteLine($"gateway listening on http://{routes.Listen}");
        await app.WaitForShutdownAsync();
        await stop.CancelAsync();
        await following;
        return 0;
    }

    private static WebApplication Build(GatewayFolder folder, IPEndPoint listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            o.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter((category, level) =>
            category?.StartsWith("Tarmac.", StringComparison.Ordinal) == true ? level >= LogLevel.Information
            : category?.StartsWith("Yarp.", StringComparison.Ordinal) == true ? level >= LogLevel.Error
            : level >= LogLevel.Warning);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, folder, listen));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = DrainAtStop);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton<RouteFollower>();
        builder.Services.AddSingleton<GatewayAnswers>();
        builder.Services.AddSingleton<GatewayProxy>();
        builder.Services.AddSingleton<GatewayControl>();

        var app = builder.Build();
        var proxy = app.Services.GetRequiredService<GatewayProxy>();
        var control = app.Services.GetRequiredService<GatewayControl>();
        app.Run(context => GatewayControl.IsControl(context) ? control.AnswerAsync(context) : proxy.ForwardAsync(context));
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, GatewayFolder folder, IPEndPoint listen)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowResponseHeaderCompression = false;
        kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
        kestrel.Limits.MaxRequestHeaderCount = MostHeaders;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // How large and how slow a body may be is the service's decision; a stream may rest.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(listen, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        kestrel.ListenUnixSocket(folder.Socket, endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }

    /// <summary>A few tries, because the platform holds the lock for an instant when it asks whether we live.</summary>
    private static async Task<FileStream?> LockAsync(GatewayFolder folder)
    {
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            if (folder.TryLock() is { } held) return held;
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
        return null;
    }

    private static IPEndPoint? BoundAddress(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses
            .Select(RouteRules.Endpoint).FirstOrDefault(e => e is not null);

    private static int Fail(InputProblem problem, int exitCode)
    {
        Console.Error.WriteLine($"{problem.Code}: {problem}");
        return exitCode;
    }
}
