using System.Net.Sockets;
using Npgsql;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// Keeps a database to one platform by an advisory lock on a connection of its own: the server frees it when that ends,
/// however the platform ends. A connection that breaks is made again, and the lock taken again.
/// </summary>
internal sealed class PostgresHold : IAsyncDisposable
{
    // The bytes of "tarmac". Such locks are a database's own, so one key does for all.
    private const long Key = 0x7461726d6163;
    private const string HeldByAnother = "55P03";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly string address;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private readonly Task kept;
    private NpgsqlConnection connection;
    private volatile bool lost;

    private PostgresHold(string address, NpgsqlConnection connection, TimeProvider clock)
    {
        this.address = address;
        this.connection = connection;
        this.clock = clock;
        kept = Keep();
    }

    /// <summary>Whether another platform took the database while our connection was broken.</summary>
    public bool IsLost => lost;

    /// <exception cref="Problem">Another platform uses this database.</exception>
    public static async Task<PostgresHold> Take(NpgsqlConnectionStringBuilder database, TimeProvider clock)
    {
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, KeepAlive = 15 }.ConnectionString;
        try
        {
            return new PostgresHold(address, await Locked(address), clock);
        }
        catch (PostgresException error) when (error.SqlState == HeldByAnother)
        {
            throw new Problem(409, "database-in-use", $"Another Tarmac already uses the PostgreSQL database {database.Database} at {database.Host}:{database.Port}.", null,
                "Use that one, stop it, or name a database of its own in TARMAC_DATABASE.");
        }
        catch (Exception error) when (error is NpgsqlException or SocketException)
        {
            throw new StorageUnavailableException($"The PostgreSQL server does not let us in: {error.Message}", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await kept;
        // The server frees the lock by itself too, but only once it has noticed that the connection is gone.
        await connection.DisposeAsync();
        stop.Dispose();
    }

    private async Task Keep()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (connection.State != System.Data.ConnectionState.Open) await TakeAgain();
                // Nothing ever comes; it ends when the connection does.
                await connection.WaitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is NpgsqlException or SocketException or IOException)
            {
                // Whoever asks for the database is told why; here it is only tried again.
                await Task.Delay(RetryAfter, clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeAgain()
    {
        await connection.DisposeAsync();
        try
        {
            connection = await Locked(address);
            lost = false;
        }
        catch (PostgresException error) when (error.SqlState == HeldByAnother)
        {
            lost = true;
            throw;
        }
    }

    private static async Task<NpgsqlConnection> Locked(string address)
    {
        var connection = new NpgsqlConnection(address);
        try
        {
            await connection.OpenAsync();
            // A platform that was killed a moment ago may not have been noticed by the server yet.
            await using var command = new NpgsqlCommand($"set lock_timeout = '3s'; select pg_advisory_lock({Key})", connection);
            await command.ExecuteNonQueryAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
