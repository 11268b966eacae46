using System.Data.Common;

namespace Tarmac.Foundation.Storage;

/// <summary>One connection in use: a transaction when it comes from <see cref="Database.Write{T}"/>, else for reading.</summary>
public sealed class Session(DbConnection connection, DbTransaction? transaction)
{
    // More rows make a statement slower to bind than they save.
    private const int RowsAtOnce = 25;

    private readonly List<Action> committed = [];

    internal IReadOnlyList<Action> Committed => committed;

    /// <summary>Runs after the transaction has been committed, never when it was rolled back.</summary>
    public void OnCommitted(Action action) => committed.Add(action);

    /// <summary>Runs a statement; answers the number of rows it changed.</summary>
    public async Task<int> Execute(Sql sql)
    {
        await using var command = Command(sql.Text, sql.Values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs a statement for many rows, some at a time: <c>session.Execute(rows, some => $"insert into team (id) values {some}")</c>.</summary>
    public async Task Execute(IEnumerable<Sql> rows, Func<IReadOnlyList<Sql>, Sql> statement)
    {
        DbCommand? command = null;
        try
        {
            foreach (var some in rows.Chunk(RowsAtOnce))
            {
                var sql = statement(some);
                if (command is null || some.Length < RowsAtOnce)
                {
                    if (command is not null) await command.DisposeAsync();
                    command = Command(sql.Text, sql.Values);
                    // Planned once for all that follow.
                    if (some.Length == RowsAtOnce) await command.PrepareAsync();
                }
                else
                {
                    // The same text again: what was prepared for it serves once more.
                    for (var index = 0; index < sql.Values.Count; index++) command.Parameters[index].Value = sql.Values[index] ?? DBNull.Value;
                }
                await command.ExecuteNonQueryAsync();
            }
        }
        finally
        {
            if (command is not null) await command.DisposeAsync();
        }
    }

    /// <summary>The first row, or null.</summary>
    public async Task<T?> One<T>(Sql sql, Func<Row, T> read) where T : class
    {
        await using var command = Command(sql.Text, sql.Values);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? read(new Row(reader)) : null;
    }

    public async Task<List<T>> List<T>(Sql sql, Func<Row, T> read)
    {
        await using var command = Command(sql.Text, sql.Values);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(new Row(reader)));
        return rows;
    }

    /// <summary>The first column of the first row as a number, or null.</summary>
    public async Task<long?> Number(Sql sql)
    {
        await using var command = Command(sql.Text, sql.Values);
        var value = await command.ExecuteScalarAsync();
        return value is null or DBNull ? null : Convert.ToInt64(value);
    }

    /// <summary>Runs text without parameters: migrations only.</summary>
    internal async Task Script(string text)
    {
        await using var command = Command(text, []);
        await command.ExecuteNonQueryAsync();
    }

    private DbCommand Command(string text, IReadOnlyList<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        for (var index = 0; index < values.Count; index++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@p" + index;
            parameter.Value = values[index] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
