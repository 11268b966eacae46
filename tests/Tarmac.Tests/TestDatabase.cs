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
