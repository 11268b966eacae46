using System.Net.Sockets;
using Npgsql;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// PostgreSQL: a transaction per call over a pool. Serialisation failures are tried again. Any number of platforms may share
/// it; what one commits wakes the others by NOTIFY, and they look by time too, because a notice may be lost.
/// </summary>
public sealed class PostgresDatabase : Database
{
    // The bytes of "queue". Such locks are a database's own, so one key does for all.
    private const long QueueKey = 0x7175657565;

    // A platform that stands still inside a transaction would keep all others waiting: the server ends it for them.
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromSeconds(30);

    private readonly NpgsqlConnectionStringBuilder address;
    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;

    // Its own notices tell a platform nothing new.
    private readonly string self = Guid.NewGuid().ToString("n");
    private PostgresHold? hold;
    private bool alone;

    public PostgresDatabase(string connection, TimeProvider clock)
    {
        this.clock = clock;
        address = PostgresAddress.Read(connection);
        var pooled = new NpgsqlConnectionStringBuilder(address.ConnectionString) { Options = $"{address.Options} -c idle_in_transaction_session_timeout={LongestStandstill.TotalMilliseconds:0}".Trim() };
        source = new NpgsqlDataSourceBuilder(pooled.ConnectionString).Build();
    }

    public override string Description => $"PostgreSQL database {address.Database} at {address.Host}:{address.Port}";

    public override bool IsShared => !alone;

    public override async Task Hold(string home, bool alone)
    {
        hold = await PostgresHold.Take(address, home, alone, Notice, clock);
        this.alone = alone;
    }

    public override Task Announce(Session session) => session.Execute($"select pg_notify({PostgresHold.Channel}, {self})");

    internal override Task Queue(Session session) => session.Execute($"select pg_advisory_xact_lock({QueueKey})");

    private void Notice(string? from)
    {
        if (from != self) Hear();
    }

    public override async Task<T> Read<T>(Func<Session, Task<T>> work, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await Open(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
                return await work(new Session(connection, transaction));
            }
            catch (Exception error) when (IsUnavailable(error))
            {
                GiveUpOrForgetConnections(error, attempt);
            }
        }
    }

    public override async Task<T> Write<T>(Func<Session, Task<T>> work, CancellationToken cancellation = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var committing = false;
            try
            {
                await using var connection = await Open(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                var session = new Session(connection, transaction);
                var result = await work(session);
                committing = true;
                await transaction.CommitAsync(CancellationToken.None);
                foreach (var action in session.Committed) action();
                return result;
            }
            catch (PostgresException error) when (error.SqlState is "40001" or "40P01" && attempt < 5)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt), clock, cancellation);
            }
            catch (Exception error) when (IsUnavailable(error))
            {
                // Done again it might be done twice: whoever asked finds out by the idempotency key.
                if (committing) throw new StorageUnavailableException("The connection to the PostgreSQL server was lost while the change was committed.", error, mayBeDone: true);
                GiveUpOrForgetConnections(error, attempt);
            }
        }
    }

    private ValueTask<NpgsqlConnection> Open(CancellationToken cancellation) => hold?.IsLost == true
        ? throw new StorageUnavailableException("Another platform took the database, or this home, while the connection was lost.")
        : source.OpenConnectionAsync(cancellation);

    // After the server came back every idle connection of the pool is dead; the second try makes a new one.
    private void GiveUpOrForgetConnections(Exception error, int attempt)
    {
        if (attempt > 1) throw new StorageUnavailableException("The PostgreSQL server cannot be reached.", error);
        source.Clear();
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        if (hold is not null) await hold.DisposeAsync();
    }

    private const string IdleInTransaction = "25P03";

    // Class 08 connection, 53 resources, 57P0x shutdown
    private static bool IsUnavailable(Exception error) => error switch
    {
        PostgresException postgres => postgres.SqlState.StartsWith("08", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("53", StringComparison.Ordinal)
            || postgres.SqlState == IdleInTransaction
            || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException broken => broken.IsTransient,
        SocketException => true,
        _ => false,
    };
}
