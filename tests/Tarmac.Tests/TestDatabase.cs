using System.Diagnostics;
using Npgsql;

[assembly: AssemblyFixture(typeof(Tarmac.Tests.TestDatabaseStop))]

namespace Tarmac.Tests;

/// <summary>
/// Which database this run is for. For PostgreSQL a real server is started once, in a temporary folder on a loopback
/// socket, and every home gets a database of its own.
/// </summary>
public static class TestDatabase
{
    private static readonly Lazy<Task<PostgresServer>> Server = new(PostgresServer.Start);
    private static readonly Dictionary<string, string> Homes = [];
    private static readonly SemaphoreSlim Gate = new(1, 1);

    public static bool IsPostgres => Environment.GetEnvironmentVariable("TARMAC_TEST_DATABASE") == "postgres";

    public static async ValueTask Stop()
    {
        if (Server.IsValueCreated) await (await Server.Value).DisposeAsync();
    }

    /// <summary>Null for SQLite, which lives in the home; else the connection of the home's own database.</summary>
    public static async Task<string?> ForHome(string home)
    {
        if (!IsPostgres) return null;
        await Gate.WaitAsync();
        try
        {
            if (!Homes.TryGetValue(home, out var connection))
                Homes[home] = connection = await (await Server.Value).CreateDatabase();
            return connection;
        }
        finally
        {
            Gate.Release();
        }
    }
}

/// <summary>Stops the run's server, when one was started, after the last test.</summary>
public sealed class TestDatabaseStop : IAsyncDisposable
{
    public ValueTask DisposeAsync() => TestDatabase.Stop();
}

/// <summary>A PostgreSQL server of the distribution's package, started by and for the tests.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly string folder;
    private readonly string[] control;
    private readonly int port = FreePort();
    private int databases;

    private PostgresServer(string folder, string[] control)
    {
        this.folder = folder;
        this.control = control;
    }

    public static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    public static async Task<PostgresServer> Start()
    {
        var programs = Programs ?? throw new InvalidOperationException("TARMAC_TEST_DATABASE=postgres needs the package postgresql.");
        var folder = Directory.CreateTempSubdirectory("tarmac-postgres-").FullName;
        // initdb and postgres refuse to run as root; the package brings a user for them.
        var asRoot = Environment.UserName == "root";
        if (asRoot) await Run("chown", ["postgres", folder]);
        string[] prefix = asRoot ? ["runuser", "-u", "postgres", "--"] : [];
        var data = Path.Combine(folder, "data");
        await Run([.. prefix, Path.Combine(programs, "initdb"), "-D", data, "-A", "trust", "-U", "tarmac", "-E", "UTF8", "--no-sync", "--locale=C"]);
        var server = new PostgresServer(folder, [.. prefix, Path.Combine(programs, "pg_ctl"), "-D", data, "-w"]);
        await server.StartAgain();
        return server;
    }

    /// <summary>Starts it on the port and the data it had.</summary>
    public Task StartAgain() => Run([.. control, "-l", Path.Combine(folder, "log"),
        "-o", $"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=500", "start"]);

    /// <summary>Stops it as a crash would: connections are cut.</summary>
    public Task Stop() => Run([.. control, "-m", "immediate", "stop"]);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(folder, "data", "postmaster.pid"))) await Stop();
        Directory.Delete(folder, recursive: true);
    }

    public async Task<string> CreateDatabase()
    {
        var name = $"tarmac_{Interlocked.Increment(ref databases)}";
        await using var source = NpgsqlDataSource.Create(Connection("postgres"));
        await using var command = source.CreateCommand($"create database {name}");
        await command.ExecuteNonQueryAsync();
        return Connection(name);
    }

    private string Connection(string database) => $"Host=127.0.0.1;Port={port};Username=tarmac;Maximum Pool Size=20;Timeout=15;Database={database}";

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task Run(string program, string[] arguments) => Run([program, .. arguments]);

    private static async Task Run(string[] command)
    {
        // pg_ctl leaves the server running with its output; inheriting a pipe would keep us waiting for it.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", .. command]) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)} failed with {process.ExitCode}.");
    }
}
