using System.Net;
using Tarmac.Model.Problems;

namespace Tarmac.Gateway;

/// <summary><c>gateway --home HOME [--listen 127.0.0.1:7081]</c>.</summary>
internal sealed record GatewayOptions(string Home, IPEndPoint Listen)
{
    public const string DefaultListen = "127.0.0.1:7081";

    /// <param name="args">The program's arguments, the role's name first.</param>
    public static (GatewayOptions? Options, InputProblem? Wrong) Parse(string[] args)
    {
        var home = Environment.GetEnvironmentVariable("TARMAC_HOME");
        var listen = DefaultListen;
        for (var i = 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return Wrong($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "--home": home = args[i + 1]; break;
                case "--listen": listen = args[i + 1]; break;
                default: return Wrong($"{args[i]} is not an option of the gateway.");
            }
        }
        if (string.IsNullOrWhiteSpace(home)) return Wrong("No home was given.");
        if (!IPEndPoint.TryParse(listen, out var endpoint)) return Wrong($"'{listen}' is not ADDRESS:PORT.");
        if (!IPAddress.IsLoopback(endpoint.Address))
            return (null, new InputProblem("gateway-listen-not-loopback", $"{listen} is not a loopback address.",
                Field: "--listen", Cure: "Listen on 127.0.0.1 and put a TLS proxy of yours in front for anything beyond this machine."));
        return (new GatewayOptions(Path.GetFullPath(home), endpoint), null);

        static (GatewayOptions?, InputProblem?) Wrong(string message) => (null, new InputProblem("gateway-usage", message,
            Cure: "Usage: Tarmac.Server gateway --home HOME [--listen 127.0.0.1:7081]"));
    }
}
