using System.Reflection;
using Tarmac.Foundation.Web;

namespace Tarmac.Foundation.Storage;

/// <summary>
/// Forward-only migrations, run at start. Each slice owns numbered files beside its code; the same file serves both
/// databases. A home that has been used by a newer version is refused, because its tables may mean something else.
/// </summary>
public static class Migrations
{
    private sealed record Migration(string Slice, int Number, string Name, string Text);

    /// <exception cref="Problem">The database has a migration this version does not know.</exception>
    public static async Task Apply(Database database, TimeProvider clock, CancellationToken cancellation = default)
    {
        var known = Known();
        await database.Write(session => Apply(session, database, known, clock), cancellation);
    }

    // All in one transaction: platforms that share the database and start at once find it as it was or whole.
    private static async Task Apply(Session session, Database database, List<Migration> known, TimeProvider clock)
    {
        await database.Queue(session);
        await session.Script(
            "create table if not exists migration (slice text not null, number bigint not null, name text not null, applied_at bigint not null, primary key (slice, number))");
        var applied = await session.List($"select slice, number from migration", row => (Slice: row.Text(0), Number: (int)row.Number(1)));
        var unknown = applied.Where(done => !known.Any(m => m.Slice == done.Slice && m.Number == done.Number)).ToList();
        if (unknown.Count > 0)
            throw new Problem(409, "home-newer", "This home was last used by a newer version of Tarmac.", "It has the migrations " + string.Join(", ", unknown.Select(u => $"{u.Slice} {u.Number:000}")) + ".",
                "Start that version, or name another home with --home.");
        foreach (var migration in known.Where(m => !applied.Contains((m.Slice, m.Number))))
        {
            await session.Script(migration.Text);
            await session.Execute($"insert into migration (slice, number, name, applied_at) values ({migration.Slice}, {migration.Number}, {migration.Name}, {clock.GetUtcNow()})");
        }
    }

    private static List<Migration> Known()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith("sql/", StringComparison.Ordinal))
            .Select(name =>
            {
                var path = name["sql/".Length..];
                var file = Path.GetFileNameWithoutExtension(path);
                var dash = file.IndexOf('-', StringComparison.Ordinal);
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(Path.GetDirectoryName(path)!.Replace('\\', '/'), int.Parse(file[..dash]), file[(dash + 1)..], reader.ReadToEnd());
            })
            .OrderBy(m => m.Slice.StartsWith("Foundation", StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(m => m.Slice, StringComparer.Ordinal)
            .ThenBy(m => m.Number)
            .ToList();
    }
}
