using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tarmac.Tests.Operability;

/// <summary>Somebody's service, somewhere, with an answer that a test can change.</summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly WebApplication app;

    private HealthEndpoint(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/__health";

    public int Status { get; set; } = 200;

    public string Body { get; set; } = "ready";

    public string ContentType { get; set; } = "text/plain";

    public int Asked { get; private set; }

    public static async Task<HealthEndpoint> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var endpoint = new HealthEndpoint(builder.Build());
        endpoint.app.Run(async context =>
        {
            endpoint.Asked++;
            context.Response.StatusCode = endpoint.Status;
            context.Response.ContentType = endpoint.ContentType;
            if (endpoint.Status is >= 300 and < 400) context.Response.Headers.Location = "http://169.254.169.254/latest/meta-data/";
            await context.Response.WriteAsync(endpoint.Body);
        });
        await endpoint.app.StartAsync(TestContext.Current.CancellationToken);
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
