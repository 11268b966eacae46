using System.Net;
using System.Reflection;
using Tarmac.Foundation.Storage;
using Tarmac.Foundation.Web;
using Tarmac.Model.Catalog;

namespace Tarmac.Foundation.Hosting;

/// <summary>How a platform is started; each option has a flag and a default that works on one machine without any.</summary>
public sealed record PlatformOptions
{
    /// <summary><c>--home</c>, or the variable TARMAC_HOME.</summary>
    public required string Home { get; init; }

    /// <summary>The variable TARMAC_DATABASE, or <c>--database</c> without a password: a PostgreSQL connection; SQLite in the home when neither is said.</summary>
    public string? Database { get; init; }

    /// <summary><c>--listen</c>: where portal, API and git are served. Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 7080);

    /// <summary><c>--gateway-listen</c>: where services are served.</summary>
    public IPEndPoint GatewayListen { get; init; } = new(IPAddress.Loopback, 7081);

    /// <summary><c>--organisation</c>, repeated: files or folders with the groups and people whose membership gives rights.</summary>
    public IReadOnlyList<string> Organisation { get; init; } = [];

    /// <summary><c>--catalog</c>, repeated: files or folders with everything else.</summary>
    public IReadOnlyList<string> Catalog { get; init; } = [];

    /// <summary><c>--roads</c>: the folder of paved roads; those shipped with the program unless said otherwise.</summary>
    public string Roads { get; init; } = Shipped("roads");

    /// <summary>The <c>tarmac</c> program, which also is the shim that runs services.</summary>
    public string Program { get; init; } = Shipped("tarmac");

    /// <summary><c>--allow-private-addresses yes</c>: webhooks and health probes may go to loopback and private addresses.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary><c>--platform-team</c>: the group that answers questions about the platform; every page names it.</summary>
    public string PlatformTeam { get; init; } = "group:default/platform";

    /// <summary>The person who started the platform and operates it.</summary>
    public string Owner { get; init; } = "user:default/" + (Environment.UserName is { Length: > 0 } name ? name.ToLowerInvariant() : "owner");

    public static string Version { get; } = typeof(PlatformOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <exception cref="Problem">A flag is unknown or its value cannot be used.</exception>
    public static PlatformOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new PlatformOptions { Home = Variable("TARMAC_HOME") ?? DefaultHome, Database = Variable("TARMAC_DATABASE") };
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var flag = arguments[index];
            var value = index + 1 < arguments.Count ? arguments[index + 1] : throw Usage($"{flag} needs a value.");
            options = flag switch
            {
                "--home" => options with { Home = value },
                "--database" => options with { Database = WithoutPassword(value) },
                "--listen" => options with { Listen = EndPoint(flag, value) },
                "--gateway-listen" => options with { GatewayListen = EndPoint(flag, value) },
                "--organisation" => options with { Organisation = [.. options.Organisation, Path.GetFullPath(value)] },
                "--catalog" => options with { Catalog = [.. options.Catalog, Path.GetFullPath(value)] },
                "--roads" => options with { Roads = Path.GetFullPath(value) },
                "--program" => options with { Program = Path.GetFullPath(value) },
                "--allow-private-addresses" => options with { AllowPrivateAddresses = YesOrNo(flag, value) },
                "--platform-team" => options with { PlatformTeam = Group(flag, value) },
                "--owner" => options with { Owner = value },
                _ => throw Usage($"There is no option {flag}."),
            };
        }
        if (!IPAddress.IsLoopback(options.Listen.Address))
            throw Usage("Serving beyond this machine needs TLS and a real sign-in, which this version does not have yet.", "Listen on 127.0.0.1, and put a tunnel such as ssh -L before it.");
        if (!IPAddress.IsLoopback(options.GatewayListen.Address))
            throw Usage($"--gateway-listen {options.GatewayListen} is not a loopback address.", "Listen on 127.0.0.1, and put a TLS proxy of yours before it for anything beyond this machine.");
        return options;
    }

    private static string DefaultHome =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "tarmac");

    private static IPEndPoint EndPoint(string flag, string value) =>
        IPEndPoint.TryParse(value.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase), out var point)
            ? point
            : throw Usage($"{flag} {value} is not an address and a port.", "Write it like 127.0.0.1:7080.");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string WithoutPassword(string connection) =>
        PostgresAddress.Understands(connection) && PostgresAddress.Read(connection).Password is { Length: > 0 }
            ? throw new Problem(400, "database-password-visible", "The password of the database stands on the command line.", "Everybody on this machine can read the arguments of a process.",
                "Set the variable TARMAC_DATABASE to the whole address instead, and change the password.")
            : connection;

    private static bool YesOrNo(string flag, string value) => value switch
    {
        "yes" => true,
        "no" => false,
        _ => throw Usage($"{flag} is yes or no, not {value}."),
    };

    private static string Group(string flag, string value) => EntityRef.TryParse(value, EntityKinds.Group, null, out var group, out var why) ? group.ToString() : throw Usage($"{flag} {value}: {why}");

    private static Problem Usage(string title, string? cure = null) => new Problem(400, "server-usage", title, null, cure ?? "tarmac serve --help lists the options and their values.");

    private static string Shipped(string name) => Path.Combine(AppContext.BaseDirectory, name);
}
