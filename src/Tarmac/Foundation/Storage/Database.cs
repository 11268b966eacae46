namespace Tarmac.Foundation.Storage;

/// <summary>
/// Where the tables are. The same statements run on SQLite and PostgreSQL; only how writers queue and connect differs.
/// A database that is locked, full or gone answers with <see cref="StorageUnavailableException"/>, which callers may retry.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    /// <summary>Reads in a consistent snapshot; nothing may be written.</summary>
    public abstract Task<T> Read<T>(Func<Session, Task<T>> work, CancellationToken cancellation = default);

    /// <summary>
    /// Runs <paramref name="work"/> in one transaction and returns once it is durable. The work touches nothing but the
    /// session: it may be run again after a lost connection or a serialisation failure.
    /// </summary>
    public abstract Task<T> Write<T>(Func<Session, Task<T>> work, CancellationToken cancellation = default);

    public Task Write(Func<Session, Task> work, CancellationToken cancellation = default) =>
        Write(async session =>
        {
            await work(session);
            return true;
        }, cancellation);

    /// <summary>
    /// Keeps other platforms from this database until it is disposed. SQLite needs nothing for that: it lies in the home,
    /// which is held already.
    /// </summary>
    public virtual Task Hold() => Task.CompletedTask;

    /// <summary>For people: the kind and place of the database, without secrets.</summary>
    public abstract string Description { get; }

    public abstract ValueTask DisposeAsync();

    /// <summary>Opens what <paramref name="connection"/> names: a path is SQLite, <c>postgres://</c> or a key=value string is PostgreSQL.</summary>
    public static Database Open(string connection, TimeProvider clock) =>
        PostgresAddress.Understands(connection)
            ? new PostgresDatabase(connection, clock)
            : new SqliteDatabase(connection, clock);
}

/// <summary>The database cannot be reached or written right now; the same call may succeed later.</summary>
/// <param name="mayBeDone">True when the connection was lost while committing: nobody knows whether the change was made. Else it was not.</param>
public sealed class StorageUnavailableException(string message, Exception? inner = null, bool mayBeDone = false) : Exception(message, inner)
{
    public bool MayBeDone { get; } = mayBeDone;
}
