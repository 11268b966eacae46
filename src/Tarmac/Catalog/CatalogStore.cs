using System.Text.Json.Nodes;
using Tarmac.Foundation.Storage;
using Tarmac.Model.Catalog;
using Tarmac.Model.Problems;

namespace Tarmac.Catalog;

/// <summary>A stored declaration without its document.</summary>
/// <param name="Gone">Whether its source is gone, so that it is an orphan unless another source declares the same.</param>
internal sealed record DeclaredRow(
    string Ref, string Source, SourceKind Kind, string Hash, string File, int Line, bool Stale, DateTimeOffset Since, DateTimeOffset ChangedAt, long Claim, bool Gone);

/// <summary>The catalog's SQL, and nothing else.</summary>
internal static class CatalogStore
{
    private const int Chunk = 500;

    public static async Task<long> Revision(Session session) => await session.Number($"select revision from catalog_state where id = 1") ?? 0;

    /// <summary>Makes writers of the catalog wait for each other: whoever holds the row decides on what the last one left.</summary>
    public static Task Hold(Session session) => session.Execute($"update catalog_state set revision = revision where id = 1");

    public static Task SetRevision(Session session, long revision) => session.Execute($"update catalog_state set revision = {revision} where id = 1");

    public static async Task<List<SourceState>> All(Session session)
    {
        var states = new List<SourceState>();
        var problems = (await session.List(
            $"select source, ref, code, message, file, line, position, field, cure from catalog_problem order by source, number", ReadProblem)).ToLookup(problem => problem.Source);
        foreach (var state in await Sources(session, after: -1))
            states.Add(state with { Entries = await Entries(session, state.Source, null), Problems = [.. problems[state.Source.Name]] });
        return states;
    }

    /// <summary>The sources that changed after a revision, without what they declare and without their problems.</summary>
    public static Task<List<SourceState>> Sources(Session session, long after) => session.List(
        $"select name, kind, location, description, added_by, added_at, read_at, error, files, revision, gone_at from catalog_source where revision > {after}", row => new SourceState(
            new CatalogSource(row.Text(0), Enum.Parse<SourceKind>(row.Text(1)), row.Text(2), row.TextOrNull(3), row.Text(4), row.Time(5), row.TimeOrNull(10)),
            row.TimeOrNull(6), row.TextOrNull(7), (int)row.Number(8), row.Number(9), [], []));

    public static Task<List<CatalogProblem>> Problems(Session session, string source) => session.List(
        $"select source, ref, code, message, file, line, position, field, cure from catalog_problem where source = {source} order by number", ReadProblem);

    /// <summary>The entries of a source with their documents: all of them, or those of the references given.</summary>
    public static async Task<List<CatalogEntry>> Entries(Session session, CatalogSource source, IReadOnlyCollection<string>? only)
    {
        if (only is null) return await Entries(session, source, (Sql)$"");
        var entries = new List<CatalogEntry>();
        foreach (var some in only.Chunk(Chunk)) entries.AddRange(await Entries(session, source, (Sql)$"and ref in {some}"));
        return entries;
    }

    /// <summary>The entries of a source that were written after a revision.</summary>
    public static Task<List<CatalogEntry>> EntriesAfter(Session session, CatalogSource source, long revision) => Entries(session, source, (Sql)$"and revision > {revision}");

    public static async Task<long> CountEntities(Session session, string source) => await session.Number($"select count(*) from catalog_entity where source = {source}") ?? 0;

    public static Task<List<string>> References(Session session, string source) => session.List($"select ref from catalog_entity where source = {source}", row => row.Text(0));

    // Reading documents is most of the work of a start: every processor takes its share.
    private static async Task<List<CatalogEntry>> Entries(Session session, CatalogSource source, Sql and) =>
        [.. (await session.List(
            $"select document, hash, file, line, runbook_file, runbook, stale, since, changed_at, claim from catalog_entity where source = {source.Name} {and}", ReadEntry))
            .AsParallel().AsOrdered().Select(stored => stored.In(source))];

    private sealed record StoredEntry(string Document, string Hash, string File, int Line, RunbookFile? Runbook, bool Stale, DateTimeOffset Since, DateTimeOffset ChangedAt, long Claim)
    {
        public CatalogEntry In(CatalogSource source) => new()
        {
            Entity = EntityJson.Read((JsonObject)StoredJson.Parse(Document), new EntityOrigin(File, Line)),
            Source = source,
            Hash = Hash,
            Runbook = Runbook,
            Stale = Stale,
            Since = Since,
            ChangedAt = ChangedAt,
            Claim = Claim,
        };
    }

    private static StoredEntry ReadEntry(Row row) => new(row.Text(0), row.Text(1), row.Text(2), (int)row.Number(3),
        row.TextOrNull(4) is { } file ? new RunbookFile(file, row.Text(5)) : null, row.Flag(6), row.Time(7), row.Time(8), row.Number(9));

    public static Task<List<DeclaredRow>> RowsOf(Session session, string source) => session.List(
        $"""
        select e.ref, e.source, s.kind, e.hash, e.file, e.line, e.stale, e.since, e.changed_at, e.claim, s.gone_at from catalog_entity e
        join catalog_source s on s.name = e.source where e.source = {source}
        """, ReadRow);

    /// <summary>Every declaration, from whatever source, of some entities.</summary>
    public static async Task<List<DeclaredRow>> RowsFor(Session session, IReadOnlyCollection<string> references)
    {
        var rows = new List<DeclaredRow>();
        foreach (var some in references.Chunk(Chunk))
            rows.AddRange(await session.List(
                $"""
                select e.ref, e.source, s.kind, e.hash, e.file, e.line, e.stale, e.since, e.changed_at, e.claim, s.gone_at from catalog_entity e
                join catalog_source s on s.name = e.source where e.ref in {some}
                """, ReadRow));
        return rows;
    }

    /// <summary>What a source says of some entities, by reference.</summary>
    public static async Task<List<(string Ref, string Document)>> Documents(Session session, string source, IReadOnlyCollection<string> references)
    {
        var documents = new List<(string, string)>();
        foreach (var some in references.Chunk(Chunk))
            documents.AddRange(await session.List($"select ref, document from catalog_entity where source = {source} and ref in {some}", row => (row.Text(0), row.Text(1))));
        return documents;
    }

    public static Task Put(Session session, IReadOnlyList<(DeclaredRow Row, Declaration Declaration)> declared, long revision)
    {
        Sql Row((DeclaredRow Row, Declaration Declaration) one) =>
            $"({one.Row.Ref}, {one.Row.Source}, {one.Declaration.Document}, {one.Row.Hash}, {one.Row.File}, {one.Row.Line}, {one.Declaration.Runbook?.File}, {one.Declaration.Runbook?.Text}, {one.Row.Stale}, {one.Row.Since}, {one.Row.ChangedAt}, {one.Row.Claim}, {revision})";
        return session.Execute(declared.Select(Row), rows => $"""
            insert into catalog_entity (ref, source, document, hash, file, line, runbook_file, runbook, stale, since, changed_at, claim, revision) values {rows}
            on conflict (ref, source) do update set document = excluded.document, hash = excluded.hash, file = excluded.file, line = excluded.line,
              runbook_file = excluded.runbook_file, runbook = excluded.runbook, stale = excluded.stale, changed_at = excluded.changed_at, revision = excluded.revision
            """);
    }

    public static Task SetStale(Session session, DeclaredRow row, long revision) =>
        session.Execute($"update catalog_entity set stale = {row.Stale}, revision = {revision} where ref = {row.Ref} and source = {row.Source}");

    public static Task SetClaim(Session session, DeclaredRow row, long claim, long revision) =>
        session.Execute($"update catalog_entity set claim = {claim}, revision = {revision} where ref = {row.Ref} and source = {row.Source}");

    /// <summary>Makes the next reading write every row again. The hashes stay, so that what is equal is no news.</summary>
    public static Task Distrust(Session session, string source) => session.Execute($"update catalog_entity set line = 0 where source = {source}");

    public static async Task Delete(Session session, string source, IReadOnlyCollection<string> references)
    {
        foreach (var some in references.Chunk(Chunk))
            await session.Execute($"delete from catalog_entity where source = {source} and ref in {some}");
    }

    public static Task PutSource(Session session, SourceState state) => session.Execute($"""
        insert into catalog_source (name, kind, location, description, added_by, added_at, read_at, error, files, revision, gone_at)
        values ({state.Source.Name}, {state.Source.Kind.ToString()}, {state.Source.Location}, {state.Source.Description}, {state.Source.AddedBy}, {state.Source.AddedAt}, {state.ReadAt}, {state.Error}, {state.Files}, {state.Revision}, {state.Source.GoneAt})
        on conflict (name) do update set kind = excluded.kind, location = excluded.location, description = excluded.description, read_at = excluded.read_at,
          error = excluded.error, files = excluded.files, revision = excluded.revision, gone_at = excluded.gone_at
        """);

    /// <summary>Notes that what a source declares was changed by something else than reading it.</summary>
    public static Task Touch(Session session, string source, long revision) => session.Execute($"update catalog_source set revision = {revision} where name = {source}");

    public static Task<List<string>> SourceNames(Session session) => session.List($"select name from catalog_source", row => row.Text(0));

    /// <summary>The sources that other platforms which are remembered were started with.</summary>
    public static Task<List<(string Name, string Location)>> NamedElsewhere(Session session, string replica) =>
        session.List($"select distinct source, location from catalog_named where replica <> {replica} and replica in (select id from replica)", row => (row.Text(0), row.Text(1)));

    /// <summary>Notes what a platform was started with.</summary>
    public static async Task PutNamed(Session session, string replica, IReadOnlyList<CatalogSource> sources)
    {
        await session.Execute($"delete from catalog_named where replica = {replica} or replica not in (select id from replica)");
        await session.Execute(sources.Select(source => (Sql)$"({replica}, {source.Name}, {source.Location})"), rows => $"insert into catalog_named (replica, source, location) values {rows}");
    }

    /// <summary>How each source is described: by its words, or its place.</summary>
    public static async Task<Dictionary<string, string>> Descriptions(Session session) =>
        (await session.List($"select name, coalesce(description, location) from catalog_source", row => (row.Text(0), row.Text(1)))).ToDictionary(row => row.Item1, row => row.Item2);

    public static async Task<bool> HasEntities(Session session, string source) =>
        await session.Number($"select 1 from catalog_entity where source = {source} limit 1") is not null;

    /// <summary>Forgets what a source was read from and what was wrong there; what it declared stays.</summary>
    public static async Task EmptySource(Session session, string source)
    {
        await session.Execute($"delete from catalog_problem where source = {source}");
        await session.Execute($"delete from catalog_file where source = {source}");
    }

    public static async Task DeleteSource(Session session, string source)
    {
        await session.Execute($"delete from catalog_entity where source = {source}");
        await EmptySource(session, source);
        await session.Execute($"delete from catalog_source where name = {source}");
    }

    public static async Task PutProblems(Session session, string source, IReadOnlyList<CatalogProblem> problems)
    {
        await session.Execute($"delete from catalog_problem where source = {source}");
        Sql Row(CatalogProblem found, int number) =>
            $"({source}, {number}, {found.Entity?.ToString()}, {found.Problem.Code}, {StorableText.Of(found.Problem.Message)}, {Storable(found.Problem.File)}, {(long?)found.Problem.Line}, {(long?)found.Problem.Column}, {Storable(found.Problem.Field)}, {Storable(found.Problem.Cure)})";
        await session.Execute(problems.Select(Row), rows => $"insert into catalog_problem (source, number, ref, code, message, file, line, position, field, cure) values {rows}");
    }

    public static async Task PutFiles(Session session, string source, IReadOnlyList<(string Path, string Text)> files)
    {
        await session.Execute($"delete from catalog_file where source = {source}");
        Sql Row((string Path, string Text) file) => $"({source}, {file.Path}, {StorableText.Of(file.Text)})";
        await session.Execute(files.Select(Row), rows => $"insert into catalog_file (source, path, content) values {rows}");
    }

    public static Task<List<(string Path, string Text)>> Files(Session session, string source) =>
        session.List($"select path, content from catalog_file where source = {source} order by path", row => (row.Text(0), row.Text(1)));

    private static string? Storable(string? text) => text is null ? null : StorableText.Of(text);

    private static DeclaredRow ReadRow(Row row) => new(
        row.Text(0), row.Text(1), Enum.Parse<SourceKind>(row.Text(2)), row.Text(3), row.Text(4), (int)row.Number(5), row.Flag(6), row.Time(7), row.Time(8), row.Number(9), row.TimeOrNull(10) is not null);

    private static CatalogProblem ReadProblem(Row row) => new(
        row.Text(0), row.TextOrNull(1) is { } reference ? EntityRef.Parse(reference) : null,
        new InputProblem(row.Text(2), row.Text(3), row.TextOrNull(4), (int?)row.NumberOrNull(5), (int?)row.NumberOrNull(6), row.TextOrNull(7), row.TextOrNull(8)));
}
