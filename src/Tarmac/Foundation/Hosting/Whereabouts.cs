using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tarmac.Model.Runtimes;

namespace Tarmac.Foundation.Hosting;

/// <summary>Where this platform is reached, as its own clients on this machine find it in <c>HOME/platform.json</c>.</summary>
public sealed class Whereabouts(IServer server, HomeFolder home, PlatformOptions options)
{
    /// <summary>The portal's address, without a trailing slash. Known once the platform listens.</summary>
    public string Url => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://" + options.Listen;

    public void Announce()
    {
        // A process number alone may be another process's tomorrow, or after a restart of the container.
        var process = ProcessIdentity.Self;
        DurableFile.Write(home.In("platform.json"), new JsonObject
        {
            ["url"] = Url,
            ["gateway"] = "http://" + options.GatewayListen,
            ["pid"] = process.Pid,
            ["startTime"] = process.StartTime,
            ["bootId"] = process.BootId,
            ["version"] = PlatformOptions.Version,
        }.ToJsonString() + "\n");
    }
}
