using Microsoft.Data.Sqlite;

namespace Tarmac.Tests.Foundation.Storage;

/// <summary>Another process that holds SQLite's write lock until its input ends.</summary>
internal static class LockHolder
{
    public static async Task<int> Run(string file)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var transaction = connection.BeginTransaction(deferred: false);
        Console.WriteLine("locked");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
