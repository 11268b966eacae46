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

    /// <summary>Whether several platforms may use it at once. SQLite lies in the home, which one platform holds.</summary>
    public virtual bool IsShared => false;

    /// <summary>Raised when another platform committed something that it announced, or may have.</summary>
    public event Action? Heard;

    /// <summary>
    /// Makes this platform one of those that use the database, until it is disposed: from then on it hears the others.
    /// </summary>
    /// <param name="home">The home's name; one platform uses it at a time.</param>
    /// <param name="alone">Keeps all other platforms out.</param>
    public virtual Task Hold(string home, bool alone) => Task.CompletedTask;

    /// <summary>Wakes the other platforms once the caller's transaction is committed.</summary>
    public virtual Task Announce(Session session) => Task.CompletedTask;

    /// <summary>Lets platforms that start at the same time come one after the other, until the caller's transaction ends.</summary>
    internal virtual Task Queue(Session session) => Task.CompletedTask;

    protected void Hear() => Heard?.Invoke();

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
