using System.Diagnostics;
using Npgsql;

namespace Tarmac.Tests;

/// <summary>A PostgreSQL server of the distribution's package, started by and for the tests and the benches.</summary>
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
        var programs = Programs ?? throw new InvalidOperationException("This needs the package postgresql.");
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
