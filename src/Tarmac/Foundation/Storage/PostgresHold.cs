using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// A platform's place at a database that others use too, on a connection of its own: an advisory lock that all share and one
/// who must be alone does not, another for the home, and the channel on which the others tell that they committed. The
/// server frees the locks when the connection ends, however the platform ends. One that breaks is made again.
/// </summary>
internal sealed class PostgresHold : IAsyncDisposable
{
    public const string Channel = "tarmac";

    // The bytes of "tarmac". Such locks are a database's own, so one key does for all.
    private const long Key = 0x7461726d6163;
    private const string HeldByAnother = "55P03";
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly string address;
    private readonly string home;
    private readonly bool alone;
    private readonly Action<string?> notice;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private readonly Task kept;
    private NpgsqlConnection connection;
    private volatile bool lost;

    private PostgresHold(string address, string home, bool alone, Action<string?> notice, NpgsqlConnection connection, TimeProvider clock)
    {
        (this.address, this.home, this.alone, this.notice, this.clock) = (address, home, alone, notice, clock);
        this.connection = Listened(connection);
        kept = Keep();
    }

    /// <summary>Whether another platform took the database for itself, or this home, while our connection was broken.</summary>
    public bool IsLost => lost;

    /// <param name="notice">Told who committed; with null when it cannot be known what was missed.</param>
    /// <exception cref="Problem">Another platform uses this database alone, or this one must and others use it, or another has this home.</exception>
    public static async Task<PostgresHold> Take(NpgsqlConnectionStringBuilder database, string home, bool alone, Action<string?> notice, TimeProvider clock)
    {
        var address = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false, KeepAlive = 15 }.ConnectionString;
        try
        {
            return new PostgresHold(address, home, alone, notice, await Locked(address, home, alone), clock);
        }
        catch (PostgresException error) when (error.SqlState == HeldByAnother)
        {
            throw new Problem(409, "database-in-use", $"The PostgreSQL database {database.Database} at {database.Host}:{database.Port} is taken by another Tarmac.",
                alone ? "This needs the database for itself." : "That one works on it alone, or runs on a copy of this home.",
                alone ? "Stop every platform on it first." : "Wait until it has ended; give each platform a home of its own, made by itself.");
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
            connection = Listened(await Locked(address, home, alone));
            lost = false;
            // What was told meanwhile went to nobody.
            notice(null);
        }
        catch (PostgresException error) when (error.SqlState == HeldByAnother)
        {
            lost = true;
            throw;
        }
    }

    private NpgsqlConnection Listened(NpgsqlConnection made)
    {
        made.Notification += (_, told) => notice(told.Payload);
        return made;
    }

    private static async Task<NpgsqlConnection> Locked(string address, string home, bool alone)
    {
        var connection = new NpgsqlConnection(address);
        try
        {
            await connection.OpenAsync();
            // A platform that was killed a moment ago may not have been noticed by the server yet.
            await using var command = new NpgsqlCommand($"""
                set lock_timeout = '3s';
                select pg_advisory_lock{(alone ? "" : "_shared")}({Key});
                select pg_advisory_lock({KeyOf(home)});
                listen {Channel}
                """, connection);
            await command.ExecuteNonQueryAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static long KeyOf(string home) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(home)));
}
