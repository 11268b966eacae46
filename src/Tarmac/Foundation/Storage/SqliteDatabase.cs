using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// SQLite in WAL mode: many readers, one writer fed by a bounded channel. Callers that wait together share one commit,
/// and so one fsync; each runs in a savepoint, so that one failure does not sink its group.
/// </summary>
public sealed class SqliteDatabase : Database
{
    private const int LargestGroup = 256;
    private static readonly TimeSpan LongestWaitForLock = TimeSpan.FromSeconds(35);

    private readonly string connectionString;
    private readonly string path;
    private readonly TimeProvider clock;
    private readonly Channel<PendingWrite> queue =
        Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(4096) { SingleReader = true });

    private readonly Task writer;

    public SqliteDatabase(string path, TimeProvider clock)
    {
        this.path = path;
        this.clock = clock;
        connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            ForeignKeys = true,
            DefaultTimeout = 5,
        }.ToString();
        try
        {
            UseWriteAheadLog();
        }
        catch (SqliteException error) when (IsUnavailable(error))
        {
            throw Unavailable(error);
        }
        writer = Task.Run(WriteLoop);
    }

    public override string Description => "SQLite at " + path;

    public override async Task<T> Read<T>(Func<Session, Task<T>> work, CancellationToken cancellation = default)
    {
        try
        {
            await using var connection = Open();
            await using var transaction = connection.BeginTransaction(deferred: true);
            return await work(new Session(connection, transaction));
        }
        catch (SqliteException error) when (IsUnavailable(error))
        {
            throw Unavailable(error);
        }
    }

    public override async Task<T> Write<T>(Func<Session, Task<T>> work, CancellationToken cancellation = default)
    {
        var pending = new PendingWrite<T>(work);
        await queue.Writer.WriteAsync(pending, cancellation);
        return await pending.Completion.Task;
    }

    public override async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writer;
        await using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        return connection;
    }

    // WAL is kept in the file. Synchronous stays at SQLite's default, FULL: an acknowledged write survives a power cut,
    // and group commit makes that cheap.
    private void UseWriteAheadLog()
    {
        using var connection = Open();
        using var pragma = connection.CreateCommand();
        pragma.CommandText = "pragma journal_mode = wal";
        pragma.ExecuteNonQuery();
    }

    private async Task WriteLoop()
    {
        var group = new List<PendingWrite>(LargestGroup);
        while (await queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < LargestGroup && queue.Reader.TryRead(out var next)) group.Add(next);
            try
            {
                await CommitGroup(group);
            }
            catch (Exception error)
            {
                var reported = error is SqliteException sqlite && IsUnavailable(sqlite) ? Unavailable(sqlite) : error;
                foreach (var pending in group) pending.Fail(reported);
            }
        }
    }

    private async Task CommitGroup(List<PendingWrite> group)
    {
        await using var connection = Open();
        connection.DefaultTimeout = 1;
        await using var transaction = await Begin(connection);
        foreach (var pending in group)
        {
            await Run(connection, transaction, "savepoint one");
            var session = new Session(connection, transaction);
            if (await pending.TryRun(session)) await Run(connection, transaction, "release one");
            else await Run(connection, transaction, "rollback to one; release one");
        }
        await transaction.CommitAsync();
        foreach (var pending in group) pending.Finish();
    }

    private async Task<SqliteTransaction> Begin(SqliteConnection connection)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return connection.BeginTransaction(deferred: false);
            }
            catch (SqliteException error) when (error.SqliteErrorCode is 5 or 6 && clock.GetElapsedTime(started) < LongestWaitForLock)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), clock);
            }
        }
    }

    private static async Task Run(SqliteConnection connection, SqliteTransaction transaction, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync();
    }

    // 5 busy, 6 locked, 8 read-only, 10 I/O error, 11 corrupt, 13 full, 14 cannot open, 26 not a database
    private static bool IsUnavailable(SqliteException error) => error.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14 or 26;

    private static StorageUnavailableException Unavailable(SqliteException error) => new(error.SqliteErrorCode switch
    {
        5 or 6 => "The database is locked by another process.",
        13 => "The disk that holds the database is full.",
        8 => "The database cannot be written: it is read-only.",
        11 or 26 => "The database file is damaged or is not a database; restore it from a backup.",
        _ => "The database file cannot be read or written.",
    }, error);

    private abstract class PendingWrite
    {
        public abstract Task<bool> TryRun(Session session);

        public abstract void Finish();

        public abstract void Fail(Exception error);
    }

    private sealed class PendingWrite<T>(Func<Session, Task<T>> work) : PendingWrite
    {
        private Session? session;
        private Exception? failure;
        private T? result;

        public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task<bool> TryRun(Session session)
        {
            this.session = session;
            try
            {
                result = await work(session);
                return true;
            }
            catch (Exception error) when (error is not SqliteException { SqliteErrorCode: 10 or 13 })
            {
                failure = error;
                return false;
            }
        }

        public override void Finish()
        {
            if (failure is not null)
            {
                Completion.TrySetException(failure);
                return;
            }
            try
            {
                foreach (var action in session!.Committed) action();
            }
            catch (Exception error)
            {
                // It is committed; only this caller hears that its own signal failed, not those it shared the commit with.
                Completion.TrySetException(error);
                return;
            }
            Completion.TrySetResult(result!);
        }

        public override void Fail(Exception error) => Completion.TrySetException(error);
    }
}
